# SPDX-License-Identifier: GPL-3.0-or-later
"""The borders of the chosen passage as frames: nothing is stored in these fields, they show and change its seconds."""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.props import FloatProperty

from ..lines import lines
from ..panel.selection import line_here
from ..properties import retouch_properties
from ..sequencer import strips

SIDES: Final = ("start", "end")


def frame_of(passage: Any, side: str) -> float:
    """The frame at which a passage starts or ends."""
    return _first(passage) + float(getattr(passage, side)) * strips.rate(bpy.context.scene)


def draw(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The fields."""
    for side in SIDES:
        layout.prop(context.scene, f"parlance_passage_{side}")


def _first(passage: Any) -> float:
    line = retouch_properties.line_of(passage)
    return float(lines.span_of(line, strips.rate(bpy.context.scene)).first) if line is not None else 0.0


def _chosen() -> Any | None:
    found = line_here(bpy.context)
    entry = retouch_properties.of(*found) if found is not None else None
    return entry.passages[entry.passage] if entry is not None and 0 <= entry.passage < len(entry.passages) else None


def _field(name: str, description: str, side: str) -> Any:
    def shown(_scene: Any) -> float:
        passage = _chosen()
        return frame_of(passage, side) if passage is not None else 0.0

    def put(_scene: Any, frame: float) -> None:
        passage = _chosen()
        if passage is not None:
            setattr(passage, side, (frame - _first(passage)) / strips.rate(bpy.context.scene))

    return FloatProperty(name=name, description=description, get=shown, set=put, precision=1, step=100, options=set())


def register() -> None:
    """Give scenes the fields: no override has them there (docs/architecture.md)."""
    bpy.types.Scene.parlance_passage_start = _field("Start", "First frame of the passage", "start")
    bpy.types.Scene.parlance_passage_end = _field("End", "Last frame of the passage", "end")


def unregister() -> None:
    """Take them away."""
    del bpy.types.Scene.parlance_passage_end
    del bpy.types.Scene.parlance_passage_start
