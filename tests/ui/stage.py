# SPDX-License-Identifier: GPL-3.0-or-later
"""What visits begin with: an empty scene, a demo head, its voice or parts of it on strips, a view without clutter, a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
from window import AUDIO, OUT, keyed, pressed, room, view, waited


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


def saved(name: str, *parts: tuple[float, float], mono: bool = False) -> str:
    """A sound with these seconds of the voice, one after the other, each on a channel of its own.   mono: all on one."""
    import aud

    samples = aud.Sound(AUDIO).resample(16000, 0).data()[:, 0]
    pieces = [samples[round(start * 16000) : round(end * 16000)] for start, end in parts]
    columns = np.zeros((sum(map(len, pieces)), 1 if mono else len(pieces)), np.float32)
    first = 0
    for number, piece in enumerate(pieces):
        columns[first : first + len(piece), 0 if mono else number] = piece
        first += len(piece)
    path = Path(OUT) / name
    aud.Sound.buffer(np.ascontiguousarray(columns), 16000).write(str(path))
    return str(path)


def strip_added(path: str, frame: int, channel: int) -> bpy.types.Strip:
    """A sound strip there."""
    editor = bpy.context.scene.sequence_editor_create()
    return editor.strips.new_sound(Path(path).name, path, channel, frame)


def finished() -> Iterator[None]:
    """Wait for the worker."""
    yield from waited(lambda: room("running").job is None)
    assert room("running").job is None, "it never came to an end"
