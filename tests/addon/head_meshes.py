# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo head's meshes in millimetres: as they are stored, as they are posed, and as the viewport shows them."""

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

MM = 1000.0


def part(head, name):
    return next(child for child in head.children if child.name.endswith(name))


def coordinates(key):
    flat = np.empty(3 * len(key.data), np.float32)
    key.points.foreach_get("co", flat)
    return MM * flat.reshape(-1, 3).astype(float)


def basis(thing):
    return coordinates(thing.data.shape_keys.reference_key)


def moved(thing, name):
    return coordinates(thing.data.shape_keys.key_blocks[name]) - basis(thing)


def pose(head, **values):
    for child in head.children:
        if child.data.shape_keys:
            for key in child.data.shape_keys.key_blocks[1:]:
                key.value = values.get(key.name, 0.0)
    bpy.context.view_layer.update()


def evaluated(thing):
    """World coordinates in mm, and the polygons, as the viewport would show them."""
    result = thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = result.to_mesh()
    matrix = np.array(result.matrix_world)
    flat = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", flat)
    points = flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
    polygons = [tuple(polygon.vertices) for polygon in mesh.polygons]
    result.to_mesh_clear()
    return MM * points.astype(float), polygons


def surface(thing):
    points, polygons = evaluated(thing)
    return BVHTree.FromPolygons([Vector(p) for p in points], polygons)
