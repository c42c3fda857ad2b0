# SPDX-License-Identifier: GPL-3.0-or-later
"""A capture: brought in late and mumbling, checked, put in time, its mouth repaired and given back; a style learned from it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import bpy
from stage import head_added, line_made, looked_at, saved, speaker, strip_added
from window import OUT, picture, pressed, show_tab, unfold, view

LATE = 5
"""Frames that the capture is behind its sound."""


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    unfold("edit", "setup", "check", "capture", "style")
    yield from head_added()
    area = looked_at(scale=0.6)
    parts = ((0.0, 30.0), (0.0, 3.0))  # a style is learned from ten seconds of speech; the demo voice alone has nine
    strip_added(saved("long.wav", *parts, mono=True), 1, 1)
    bpy.context.scene.frame_end = 330
    yield
    show_tab(area)
    yield from captured()
    yield from told("check", "c1_late_and_mumbling")
    yield from told("capture_offset", "c2_in_time")
    yield from told("repair_mouth", "c3_repaired")
    yield from told("check", "c4_checked_again")
    yield from told("old_mouth", "c5_old_mouth")
    yield from told("repair_mouth", "c6_only_what_is_wrong", keep=True)
    yield from told("style_learn", "c7_style")


def captured() -> Iterator[None]:
    """A file as a phone writes it; then nothing but that file on the face, late, with half the jaw."""
    yield from line_made()
    path = str(Path(OUT) / "capture.csv")
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.export_curves(filepath=path, format="livelink")
        for token in [line.token for line in speaker().parlance.lines]:
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
    try:
        pressed(operator, "EXEC_DEFAULT", **settings)
    except RuntimeError as error:  # a sentence for the artist
        sys.stdout.write(f"{operator}: {error}\n")
    yield
    bpy.context.scene.frame_set(62)
    yield from picture(name)
