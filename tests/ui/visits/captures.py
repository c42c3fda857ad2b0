# SPDX-License-Identifier: GPL-3.0-or-later
"""A capture: brought in late and mumbling, checked, put in time, its mouth repaired and given back; a style learned from it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy
from window import AUDIO, OUT, keyed, picture, show_tab, unfold, view

LATE = 5
"""Frames that the capture is behind its sound."""


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    unfold("edit", "setup", "check", "capture", "style")
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.add_demo_head()
    yield
    scene, area = bpy.context.scene, view()["area"]
    area.spaces.active.show_region_ui = True
    area.spaces.active.shading.color_type = "MATERIAL"
    area.spaces.active.overlay.show_overlays = False
    bpy.context.preferences.view.ui_scale = 0.6
    scene.sequence_editor_create().strips.new_sound("hello", AUDIO, 1, 1)
    scene.frame_end = 250
    yield
    show_tab(area)
    yield from captured()
    yield from told("parlance.check", "c1_late_and_mumbling")
    yield from told("parlance.capture_offset", "c2_in_time")
    yield from told("parlance.repair_mouth", "c3_repaired")
    yield from told("parlance.check", "c4_checked_again")
    yield from told("parlance.old_mouth", "c5_old_mouth")
    yield from told("parlance.repair_mouth", "c6_only_what_is_wrong", keep=True)
    yield from told("parlance.style_learn", "c7_style")


def captured() -> Iterator[None]:
    """A file as a phone writes it; then nothing but that file on the face, late, with half the jaw."""
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.generate("INVOKE_DEFAULT")
    for _ in range(240):
        yield
        if keyed():
            break
    path = str(Path(OUT) / "capture.csv")
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.export_curves(filepath=path, format="livelink")
        root = next(thing for thing in bpy.data.objects if len(thing.parlance.lines))
        for token in [line.token for line in root.parlance.lines]:
            bpy.ops.parlance.clear(line=token)
        bpy.context.scene.frame_set(1 + LATE)
        bpy.ops.parlance.import_curves(filepath=path, start="CURRENT", place="NEW")
    yield
    layers = [layer for action in bpy.data.actions if action.users for layer in action.layers]
    bags = [bag for layer in layers for strip in layer.strips for bag in strip.channelbags]
    for curve in [curve for bag in bags for curve in bag.fcurves if "jawOpen" in curve.data_path]:
        for point in curve.keyframe_points:
            for part in (point.co, point.handle_left, point.handle_right):
                part[1] *= 0.4
        curve.update()
    yield


def told(operator: str, name: str, **settings: object) -> Iterator[None]:
    """Press a button, and look at what it says."""
    room_of, verb = operator.split(".")
    with bpy.context.temp_override(**view()):
        try:
            getattr(getattr(bpy.ops, room_of), verb)("EXEC_DEFAULT", **settings)
        except RuntimeError as error:  # a sentence for the artist: of the demo voice there is too little to learn a style from
            sys.stdout.write(f"{operator}: {error}\n")
    yield
    bpy.context.scene.frame_set(62)
    yield from picture(name)
