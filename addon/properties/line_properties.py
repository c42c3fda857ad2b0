# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line of dialogue remembers: its strip, its sound, what was heard, what was written, and its own sliders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bpy.props import BoolProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from . import line_text
from .update_callbacks import OVERRIDABLE


def title(line: Any) -> str:
    """What a line is called: as its strip was when it was last seen.

    Not its `name`: by that Blender knows a line of another file again, and one that was renamed here would come back beside it.
    """
    return str(line.strip_name or line.name)


_HIDDEN: Final[dict[str, Any]] = {"override": OVERRIDABLE, "options": {"HIDDEN"}}
TEXTS: Final = {
    "token": "What the line is known by, on copies of its character too",
    "strip_name": "What its strip was called when it was last seen",
    "strip_token": "The token of its strip, `strips.token`; empty where it is spoken from its text alone",
    "scene": "The token of the scene that it is animated in",
    "sequencer": "The token of the scene whose sequencer has its strip",
    "ranges": "Its frames, as JSON: first and last of each stretch",
    "placement": "When its strip was played of which sound, as JSON: `strips.Placement`",
    "performance": "What was heard, aligned with its text: `stored.pack`",
    "heard": "The same without its text; empty where that has changed nothing",
    "model": "Which network has heard it",
    "words": "The words of the Performance, which panels draw without reading all of it: `stored.pack_words`",
    "whole_text": "The text that this line says a part of, since its strip was cut: `text_parts`",
    "turns": "Where in its sound the character speaks, as JSON: `excerpt`; empty for all of it",
    "edges": "How it begins and ends beside where the face idles: `idle_frames.Edges`",
    "looks_at": "What its eyes were told to rest on: `Plan.looks_at`",
    "phrases": "When the character speaks in it, as JSON, seconds of the sound",
    "partners": "With whom the character talks in it, and where the eyes go for that: `company.remember`",
    "made_of": "What an idle was made of: `idle_plan.digest`",
    "keys_due": "What a slider's movement is known by whose keys have not followed yet: `undo_steps`",
    "result": "What was written, as a sentence for the panel",
    "counts": "The same as JSON: `results.Result`",
    "tag_trouble": "A sentence for each of its directions that is not followed",
    "text_trouble": "Why its text was not aligned with what was heard",
}
"""What is kept of a line as text, and what each is."""


def fields(direction: type, said: Callable[[Any, Any], None]) -> dict[str, Any]:
    """The properties of a line. direction: the class of its sliders.   said: called when what it says has changed."""
    return {
        **{name: StringProperty(description=meaning, **_HIDDEN) for name, meaning in TEXTS.items()},
        "fps": FloatProperty(description="The frame rate that it was generated at", **_HIDDEN),
        "channel": IntProperty(description="The channel of its sound that is heard, 0 for all of them together", **_HIDDEN),
        "idle": BoolProperty(description="Whether it is what is between a character's lines", **_HIDDEN),
        "keyed": BoolProperty(description="Whether keys of somebody who speaks were written", default=True, **_HIDDEN),
        "left_alone": IntProperty(description="How many curves were left to the artist", **_HIDDEN),
        "written": BoolProperty(description="Whether it is spoken from its text alone", **_HIDDEN),
        "direction": PointerProperty(type=direction, override=OVERRIDABLE),
        **line_text.fields(said),
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
    }
