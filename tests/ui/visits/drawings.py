# SPDX-License-Identifier: GPL-3.0-or-later
"""A drawn mouth: nine Grease Pencil layers, set up from the panel, that speak one at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator

import bpy
from stage import emptied, from_the_front, voice_added
from window import picture, pressed, show_tab, unfold, view, waited

MOUTHS = {
    "A": (1.0, 0.02), "B": (1.1, 0.2), "C": (1.0, 0.45), "D": (1.1, 0.8), "E": (0.8, 0.6), "F": (0.45, 0.4), "G": (0.9, 0.12),
    "H": (0.95, 0.5), "X": (0.9, 0.04),
}  # fmt: skip
"""Half width and half height of each drawing."""


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    unfold("edit", "setup")
    emptied()
    scene, area = bpy.context.scene, view()["area"]
    mouth = drawn()
    scene.collection.objects.link(mouth)
    bpy.context.view_layer.objects.active = mouth
    mouth.select_set(True)
    area.spaces.active.show_region_ui = True
    bpy.context.preferences.view.ui_scale = 0.8
    voice_added(last=150)
    from_the_front()
    yield
    show_tab(area)
    yield from picture("g0_drawings_before")
    pressed("map_drawings")
    yield from picture("g1_drawings_set_up")
    pressed("generate")
    yield from waited(lambda: mouth.parlance.lines)
    for frame in (8, 14, 24, 40):
        scene.frame_set(frame)
        yield from picture(f"g2_drawing_at_{frame:03d}")


def drawn() -> bpy.types.Object:
    """A Grease Pencil object with one mouth on each layer."""
    kinds = getattr(bpy.data, "grease_pencils_v3", None)
    data = (bpy.data.grease_pencils if kinds is None else kinds).new("Mouth")
    ink = bpy.data.materials.new("Ink")
    bpy.data.materials.create_gpencil_data(ink)
    data.materials.append(ink)
    for name, (wide, high) in MOUTHS.items():
        drawing = data.layers.new(name).frames.new(1).drawing
        drawing.add_strokes([32])
        for i, point in enumerate(drawing.strokes[0].points):
            turn = 2 * math.pi * i / 32
            point.position = (wide * math.cos(turn), 0.0, high * math.sin(turn))
            point.radius = 0.03
        drawing.strokes[0].cyclic = True
    return bpy.data.objects.new("Mouth", data)
