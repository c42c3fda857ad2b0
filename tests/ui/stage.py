# SPDX-License-Identifier: GPL-3.0-or-later
"""What visits begin with: an empty scene, a demo head, its voice on a strip, a view without clutter, a line."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from window import AUDIO, keyed, pressed, view, waited


def emptied() -> None:
    """Nothing of the factory scene is left."""
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)


def head_added() -> Iterator[None]:
    """A demo head alone in the scene."""
    emptied()
    pressed("add_demo_head")
    yield


def voice_added(last: int = 250) -> bpy.types.Strip:
    """The voice on a strip from frame 1.   last: the frame that the scene then ends with."""
    scene = bpy.context.scene
    scene.frame_end = last
    return scene.sequence_editor_create().strips.new_sound("hello", AUDIO, 1, 1)


def looked_at(scale: float = 1.0) -> bpy.types.Area:
    """The 3D View with its sidebar, colours and no overlays.   scale: of the interface, so that long panels fit."""
    area = view()["area"]
    area.spaces.active.show_region_ui = True
    area.spaces.active.shading.color_type = "MATERIAL"
    area.spaces.active.overlay.show_overlays = False
    bpy.context.preferences.view.ui_scale = scale
    return area


def from_the_front() -> None:
    """All that is selected fills the view."""
    with bpy.context.temp_override(**view()):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_selected()


def line_made() -> Iterator[None]:
    """The voice becomes a line of the head."""
    pressed("generate")
    yield from waited(keyed)


def speaker() -> bpy.types.Object:
    """Who has a line."""
    return next(thing for thing in bpy.data.objects if len(thing.parlance.lines))
