# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line of dialogue remembers: its strip, its sound, what was heard, what was written, and its own sliders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpy.props import BoolProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from . import line_text
from .update_callbacks import OVERRIDABLE


def title(line: Any) -> str:
    """What a line is called: as its strip was when it was last seen.

    Not its `name`: by that Blender knows a line of another file again, and one that was renamed here would come back beside it.
    """
    return str(line.strip_name or line.name)


def fields(direction: type, said: Callable[[Any, Any], None]) -> dict[str, Any]:
    """The properties of a line. direction: the class of its sliders.   said: called when what it says has changed."""
    return {
        "token": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "strip_name": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "strip_token": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "scene": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "sequencer": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "ranges": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "performance": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "model": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "placement": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "fps": FloatProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "words": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "whole_text": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "heard": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "channel": IntProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "turns": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "idle": BoolProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "edges": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "tag_trouble": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "looks_at": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "phrases": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "partners": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "made_of": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "result": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "counts": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "left_alone": IntProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "keyed": BoolProperty(default=True, override=OVERRIDABLE, options={"HIDDEN"}),
        "direction": PointerProperty(type=direction, override=OVERRIDABLE),
        **line_text.fields(said),
        "written": BoolProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "pace": FloatProperty(
            name="Pace",
            description="How fast the text is spoken: 1 as people read, 2 twice as fast",
            default=1.0,
            min=0.4,
            max=3.0,
            step=5,
            precision=2,
            update=said,
            override=OVERRIDABLE,
            options=set(),
        ),
        "text_trouble": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
    }
