# SPDX-License-Identifier: GPL-3.0-or-later
"""The heads that can be photographed: the demo heads, and those of ../shared/rigs as a make-up artist would prepare them.

A head of which there is only a mesh has no texture, and an expression is hard to read without brows, lashes and irises: they and
cropped hair are put where the face's own shapes say that brows, eyes and mouth are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from math import radians
from typing import Any

from stage import EXTENSION, film, light_portrait  # first: it tells Blender where to live

import bpy  # isort: skip
from mathutils import Matrix, Vector  # isort: skip

import numpy as np
from numpy.typing import NDArray

from parlance.benchmarks import heads, rigging
from parlance.head.design import DESIGNS
from parlance.inference import arkit
from parlance.inference.geometry import REFERENCE, Geometry
from parlance.inference.pose import weights_of
from parlance.inference.rigging import apply
from parlance.inference.rigging.face_frame import Frame

from complexion import FLESH, SKIN, TEETH, THICK, TONGUE, WHITE, brow_path, eyes, paint  # isort: skip
from hair import Skin, brow, cropped, lashes  # isort: skip

Weights = NDArray[np.float32]
Points = NDArray[np.float64]
CLOSE_UP = 1.5
"""How much longer than the portrait's the lens is: the face fills the picture."""
SIZE = (390, 450)
"""Larger than a sheet shows: a slit between lips that is thinner than a pixel would be a dotted line of teeth."""
BROW_SHAPES = ("browDownLeft", "browOuterUpLeft", "browInnerUp")
MESH_FOCUS, MESH_DISTANCE = (0.0, 0.04, -0.03), 0.9

DENSE = 22_000
"""Vertices from which a mesh is smooth enough as it is."""
ICT_PARTS = {(14034, 17006): FLESH, (17006, 21496): TEETH, (21496, 24692): WHITE}
ICT_CARDS = 24692
"""Faces of ICT-FaceKit's mesh by what they are, and where its lashes and tears begin, as its material groups say."""
ICT_MOUTH = slice(11248, 13294)
"""The vertices of its mouth's inside, which its own description of the mesh lists apart from the skin."""


@dataclass(frozen=True)
class Sitter:
    """A head on stage. `pose` takes the 52 weights and the turn of the head in degrees: pitch, yaw, roll.

    mouth: where the lips meet at rest, in the world; the head looks along -Y and is life-size.
    """

    name: str
    geometry: Geometry
    pose: Callable[[Weights, NDArray[np.float32]], None]
    mouth: Vector


def sit(name: str) -> Sitter:
    """Put one head alone on the stage: a demo head by the name of its design, “ict” or “makehuman”.

    Raises KeyError where there is no such head.
    """
    make = {**{design: partial(_demo_head, design) for design in DESIGNS}, "ict": _ict, "makehuman": _makehuman}[name]
    scene = bpy.context.scene
    for thing in list(scene.objects):
        bpy.data.objects.remove(thing)
    bpy.context.preferences.system.use_studio_light_edit = False
    made = make()
    film(scene, *SIZE)
    return made


def names(rigs: bool) -> list[str]:
    """The heads that are at hand."""
    return [*DESIGNS, *(["ict", "makehuman"] if rigs and heads.RIGS.exists() else [])]


def _demo_head(design: str) -> Sitter:
    scene = bpy.context.scene
    module = import_module(f"{EXTENSION}.addon.demo_head")
    rig = module.create_demo_head(bpy.context, design=design)
    scene.camera = module.frame_head(scene, rig)
    scene.camera.data.lens *= CLOSE_UP
    blocks = [
        (block, arkit.INDEX[block.name])
        for mesh in rig.children
        if mesh.type == "MESH" and mesh.data.shape_keys
        for block in mesh.data.shape_keys.key_blocks
        if block.name in arkit.INDEX
    ]
    character = import_module(f"{EXTENSION}.addon.character.characters").of(rig)
    geometry = import_module(f"{EXTENSION}.addon.planning.rig_plan").rig_of(character).geometry
    bone = rig.pose.bones["Head"]
    bone.rotation_mode = "ZXY"

    def pose(shapes: Weights, head: NDArray[np.float32]) -> None:
        for block, channel in blocks:
            block.value = float(shapes[channel])
        pitch, yaw, roll = (radians(float(degrees)) for degrees in head)
        bone.rotation_euler = (pitch, yaw, -roll)

    return Sitter(design, geometry, pose, _lips(module.face_of(rig)))


def _lips(face: Any) -> Vector:
    """Where the lips of a demo head are: where its mouth puckers, in the world."""
    keys = face.data.shape_keys.key_blocks
    rest, moved = (np.empty(3 * len(face.data.vertices), np.float32) for _ in range(2))
    keys[0].points.foreach_get("co", rest)
    keys["mouthPucker"].points.foreach_get("co", moved)
    rest, move = rest.reshape(-1, 3), (moved - rest).reshape(-1, 3)
    weight = np.square(move).sum(axis=1)
    return face.matrix_world @ Vector((weight[:, None] * rest).sum(axis=0) / weight.sum())


def _ict() -> Sitter:
    head = heads.ict()
    with np.load(heads.RIGS / "ict_facekit" / "ict_facekit.npz") as stored:
        faces = stored["faces"]
    # Lashes, tears and what shades the eyes are cards that only a texture makes sense of.
    faces = faces[:ICT_CARDS]
    colours = np.tile(SKIN, (len(head.points), 1))
    for (first, last), colour in ICT_PARTS.items():
        colours[np.unique(faces[first:last].clip(0))] = colour
    colours[ICT_MOUTH] = FLESH
    return _mesh("ict", head, [[corner for corner in face if corner >= 0] for face in faces.tolist()], colours)


def _makehuman() -> Sitter:
    head = heads.makehuman()
    parts = {"body": SKIN, "tongue": TONGUE, "teeth": TEETH, "helper-l-eye": WHITE, "helper-r-eye": WHITE}
    colours = np.tile(SKIN, (len(head.points), 1))
    faces, part = [], ""
    for line in (heads.RIGS / "makehuman_cc0/src/mpfb/data/3dobjs/base.obj").read_text().splitlines():
        if line.startswith("g "):
            part = next((name for name in parts if line == f"g {name}" or (name in line and name in ("teeth", "tongue"))), "")
            part = "" if "lashes" in line or "joint" in line else part
        elif line.startswith("f ") and part:
            corners = [int(corner.split("/")[0]) - 1 for corner in line.split()[1:]]
            faces.append(corners)
            colours[corners] = parts[part]
    return _mesh("makehuman", head, faces, colours)


def _mesh(name: str, head: heads.Head, faces: list[list[int]], colours: Points) -> Sitter:
    """A head of which there is only the mesh, alone on stage, turned to look along -Y."""
    scene = bpy.context.scene
    rig_map, calibration = rigging.repaired(head)
    placed = calibration.frame.place(head.points)
    moved = {target: calibration.frame.turn(delta) for target, delta in head.shapes.items()}
    brows = [apply(rig_map, weights_of({name: 1.0})[None], available=set(head.shapes)) for name in BROW_SHAPES]
    firm = (colours == TEETH).all(axis=1)
    used = np.unique([corner for face in faces for corner in face])
    skin = used[np.isclose(colours[used], SKIN).all(axis=1)]
    path = brow_path(placed, skin, [_added(curves, moved, placed) for curves in brows])
    paint(placed, colours, calibration)
    on_skin = np.isin(np.arange(len(placed)), skin)
    hide = Skin(placed, [face for face in faces if on_skin[face].all()])
    balls = [face for face in faces if np.isclose(colours[face], WHITE).all()]
    hair = [cropped(hide), *(brow(hide, path, THICK, side) for side in (1, -1))]
    hair += [lashes(hide, balls, side, lid) for side in (1, -1) for lid in (1, -1)]
    for sheet in (*eyes(placed, colours), *hair):
        faces = faces + [[len(placed) + corner for corner in face] for face in sheet.faces]
        placed, colours = np.vstack([placed, sheet.points]), np.vstack([colours, sheet.colours])
        moved = {target: np.vstack([delta, sheet.carried(delta)]) for target, delta in moved.items()}
    turn = _upright(calibration.frame) @ np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]) / 1000.0
    rest = placed @ turn
    moves = {target: delta @ turn for target, delta in moved.items()}
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(rest.tolist(), [], faces)
    mesh.shade_smooth()
    _keep_edges(mesh, np.pad(firm, (0, len(placed) - len(firm))))
    layer = mesh.color_attributes.new("Colour", "FLOAT_COLOR", "POINT")
    layer.data.foreach_set("color", np.column_stack([colours, np.ones(len(colours))]).astype(np.float32).ravel())
    thing = bpy.data.objects.new(name, mesh)
    scene.collection.objects.link(thing)
    if len(placed) < DENSE:
        smooth = thing.modifiers.new("Smooth", "SUBSURF")
        smooth.levels = smooth.render_levels = 1
    _look(scene, thing)

    def pose(shapes: Weights, turned: NDArray[np.float32]) -> None:
        curves = apply(rig_map, shapes[None], available=set(head.shapes), calibration=calibration)
        points = rest + _added(curves, moves, rest)
        mesh.vertices.foreach_set("co", points.astype(np.float32).ravel())
        mesh.update()
        pitch, yaw, roll = (radians(float(degrees)) for degrees in turned)
        thing.matrix_world = _about_neck(pitch, yaw, roll)

    geometry = calibration.geometry if calibration.plausible else REFERENCE
    marks = calibration.landmarks
    return Sitter(name, geometry, pose, Vector(rest[[*marks.upper, *marks.lower]].mean(axis=0)))


def _upright(frame: Frame) -> Points:
    """float64[3, 3] from a face's own frame to how its maker holds the head: a frame through eyes and lips may lean back."""
    axes = frame.turn(np.eye(3))
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    modelled = np.where(np.abs(axes) == np.abs(axes).max(axis=1, keepdims=True), np.sign(axes), 0.0)
    return np.asarray(axes.T @ modelled)


def _keep_edges(mesh: Any, firm: NDArray[np.bool_]) -> None:
    """What is firm, bool[V], is not smoothed: teeth of a few faces would be shortened."""
    ends = np.empty(2 * len(mesh.edges), np.int32)
    mesh.edges.foreach_get("vertices", ends)
    crease = mesh.attributes.new("crease_edge", "FLOAT", "EDGE")
    crease.data.foreach_set("value", firm[ends.reshape(-1, 2)].all(axis=1).astype(np.float32))


def _added(curves: Mapping[str, Weights], moved: Mapping[str, Points], placed: Points) -> Points:
    """float64[V, 3] mm that a shape adds, by the weights float32[1] of the keys that make it."""
    return np.asarray(sum((float(curves[name][0]) * moved[name] for name in curves if name in moved), np.zeros_like(placed)))


def _about_neck(pitch: float, yaw: float, roll: float) -> Any:
    neck = Matrix.Translation(Vector((0.0, 0.08, -0.09)))
    turn = Matrix.Rotation(yaw, 4, "Z") @ Matrix.Rotation(pitch, 4, "X") @ Matrix.Rotation(roll, 4, "Y")
    return neck @ turn @ neck.inverted()


def _look(scene: Any, thing: Any) -> None:
    """Painted like the demo heads and lit for a portrait, seen from further away."""
    bpy.data.objects.remove(import_module(f"{EXTENSION}.addon.demo_head").frame_head(scene, thing))
    scene.display.shading.color_type = "VERTEX"
    light_portrait(scene)
    camera = bpy.data.objects.new("Portrait", bpy.data.cameras.new("Portrait"))
    focus = Vector(MESH_FOCUS)
    camera.location = focus + Vector((0.0, -MESH_DISTANCE, 0.03))
    camera.rotation_euler = (focus - camera.location).to_track_quat("-Z", "Y").to_euler()
    camera.data.lens, camera.data.sensor_fit, camera.data.clip_start = 85.0, "VERTICAL", 0.01
    scene.collection.objects.link(camera)
    scene.camera = camera
