# SPDX-License-Identifier: GPL-3.0-or-later
"""A portrait of a head: a long lens at eye height, three soft lights and a plain backdrop."""

from __future__ import annotations

from math import radians
from typing import Final

import bpy
from mathutils import Vector

_FOCUS: Final = Vector((0.0, -0.04, -0.03))
_DISTANCE: Final = 1.25
_LIGHTS: Final = (
    ("Key", (0.55, -0.75, 0.45), 9.0, 0.45, (1.0, 0.95, 0.88)),
    ("Fill", (-0.75, -0.65, 0.05), 3.2, 0.7, (0.86, 0.92, 1.0)),
    ("Rim", (-0.5, 0.6, 0.4), 6.0, 0.35, (1.0, 0.97, 0.94)),
)
_BACKDROP: Final = (0.15, 0.17, 0.2)


def frame_head(scene: bpy.types.Scene, head: bpy.types.Object, *, turn: float = 0.0) -> bpy.types.Object:
    """Light `head` for a portrait, frame it, make the camera the scene's and return it.

    `turn` in degrees moves the camera around the head, to the character's left where positive. Works for Workbench
    (which takes its look from the scene's shading settings, set here), EEVEE and Cycles. Nothing is rendered.
    """
    focus = head.matrix_world @ _FOCUS
    camera = bpy.data.objects.new("Portrait Camera", bpy.data.cameras.new("Portrait Camera"))
    camera.data.lens = 85.0
    camera.data.sensor_fit = "VERTICAL"  # The same crop of head and collar at any width.
    camera.data.clip_start = 0.01
    direction = head.matrix_world.to_3x3() @ Vector((0.0, -1.0, 0.04))
    _aim(camera, focus + _around(direction, turn) * _DISTANCE, focus)
    scene.collection.objects.link(camera)
    for name, place, power, size, colour in _LIGHTS:
        light = bpy.data.lights.new(f"Portrait {name}", "AREA")
        light.energy, light.size, light.color = power, size, colour
        lamp = bpy.data.objects.new(light.name, light)
        _aim(lamp, focus + head.matrix_world.to_3x3() @ Vector(place), focus)
        scene.collection.objects.link(lamp)
    scene.camera = camera
    _backdrop(scene)
    _workbench(scene)
    return camera


def _around(direction: Vector, degrees: float) -> Vector:
    from mathutils import Matrix

    return Matrix.Rotation(radians(degrees), 3, "Z") @ direction.normalized()


def _aim(thing: bpy.types.Object, place: Vector, focus: Vector) -> None:
    thing.location = place
    thing.rotation_euler = (focus - place).to_track_quat("-Z", "Y").to_euler()


def _backdrop(scene: bpy.types.Scene) -> None:
    world = scene.world or bpy.data.worlds.new("Portrait World")
    scene.world = world
    world.color = _BACKDROP
    if world.node_tree is None:
        world.use_nodes = True
    background = next((node for node in world.node_tree.nodes if node.type == "BACKGROUND"), None)
    if background is not None:
        background.inputs["Color"].default_value = (*_BACKDROP, 1.0)


def _workbench(scene: bpy.types.Scene) -> None:
    scene.view_settings.view_transform = "Standard"
    shading = scene.display.shading
    shading.light = "STUDIO"
    shading.studio_light = "paint.sl"
    shading.color_type = "VERTEX"
    shading.show_cavity = True
    shading.cavity_type = "BOTH"
    shading.cavity_ridge_factor = 0.15
    shading.cavity_valley_factor = 0.35
    shading.curvature_ridge_factor = 0.2
    shading.curvature_valley_factor = 0.3
    shading.show_shadows = True
    shading.shadow_intensity = 0.12
    shading.show_specular_highlight = True
    scene.display.render_aa = "16"
