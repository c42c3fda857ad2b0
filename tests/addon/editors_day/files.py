# SPDX-License-Identifier: GPL-3.0-or-later
"""The file is saved and opened, its sounds packed, its rate changed; steps are undone and redone."""

from __future__ import annotations

import contextlib

import bpy

from .operations import operation
from .strips import one_of

RATES = (24, 25, 30, 60)


@operation(2)
def save_as(day, *_):
    day.saves += 1
    folder = day.folder / f"save{day.saves % 7}"
    folder.mkdir(exist_ok=True)
    path = str(folder / "day.blend")
    with contextlib.redirect_stdout(None):
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
    day.forget_history()


@operation(1)
def pack(day, which, *_):
    strip = one_of(day, which)
    if strip is not None and strip.sound is not None and strip.sound.packed_file is None:
        strip.sound.pack()


@operation(2)
def frame_rate(day, which, *_):
    bpy.context.scene.render.fps = RATES[which % len(RATES)]


@operation(6)
def undo(day, *_):
    day.travel(day.at - 1)


@operation(3)
def redo(day, *_):
    day.travel(day.at + 1)
