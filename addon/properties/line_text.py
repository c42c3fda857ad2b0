# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line says, in writing: its text and language, kept with the line, and with a strip until there is a line.

Directions in brackets are part of the text but are not said (`inference/text/script.py`). A text block, if chosen, has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import bpy
from bpy.props import EnumProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

from ...inference.languages import GUESSED, LANGUAGES
from .update_callbacks import OVERRIDABLE

LANGUAGE_ITEMS: Final = (
    (GUESSED, "Guess", "Find out from the text itself"),
    *((code, name, f"The text is in {name}") for code, name in LANGUAGES.items()),
)


def fields(changed: Callable[[Any, Any], None] | None = None) -> dict[str, Any]:
    """The properties of whatever holds a text. changed: called when an artist edits one."""
    return {
        "text": StringProperty(
            name="Text",
            description="What is said here: the lips follow it. Directions in brackets, like [looks left], are not said",
            update=changed,
            override=OVERRIDABLE,
            options=set(),
        ),
        "text_block": PointerProperty(
            name="Text Block",
            description="A text of the text editor that has the words instead of the field, for long lines",
            type=bpy.types.Text,
            update=changed,
            override=OVERRIDABLE,
        ),
        "language": EnumProperty(
            name="Language",
            description="The language of the text",
            items=LANGUAGE_ITEMS,
            update=changed,
            override=OVERRIDABLE,
            options=set(),
        ),
    }


ParlanceStripText = type(
    "ParlanceStripText",
    (PropertyGroup,),
    {"__doc__": "What a strip says, before a character has spoken it.", "__annotations__": fields()},
)


def text_of(holder: Any) -> str:
    """The text of a line, or of a strip's `parlance`, with its directions; empty where there is none."""
    if holder.text_block is not None:
        return str(holder.text_block.as_string())
    return str(holder.text)


def copy(source: Any, target: Any) -> None:
    """Give one holder the text of another."""
    for name in ("text", "text_block", "language"):
        if getattr(target, name) != getattr(source, name):
            setattr(target, name, getattr(source, name))


def register() -> None:
    """Give sound strips their text."""
    bpy.utils.register_class(ParlanceStripText)
    bpy.types.SoundStrip.parlance = PointerProperty(type=ParlanceStripText)


def unregister() -> None:
    """Take it away; what is stored in the file stays there."""
    del bpy.types.SoundStrip.parlance
    bpy.utils.unregister_class(ParlanceStripText)
