# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of the line in hand, or of the strip that will be spoken next."""

from __future__ import annotations

from typing import Any, Final

import bpy

from ...inference.errors import ParlanceError
from ..generate import running, texts
from ..panel import drawing, selection
from ..panel.spaces import panels
from ..scene import lines, properties


def holder_here(context: bpy.types.Context) -> Any | None:
    """What has the text: the line in hand, else its strip."""
    here = selection.here(context)
    if here.line is not None:
        return here.line
    return here.strip.parlance if here.strip is not None else None


class TextPanel:
    """What is said."""

    bl_label = "Text"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is something to say it."""
        return holder_here(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        """The words, their language, and what is wrong with them."""
        layout, holder = self.layout, holder_here(context)  # type: ignore[attr-defined]
        if holder is None:
            return
        row = layout.row()
        row.enabled = holder.text_block is None
        row.prop(holder, "text", text="", icon="TEXT")
        layout.prop(holder, "text_block", text="")
        layout.prop(holder, "language")
        trouble = getattr(holder, "text_trouble", "")
        if trouble:
            drawing.sentence(layout, context, trouble, icon="ERROR")


def _on_text(line: Any) -> None:
    """An artist wrote something else: the lips follow."""
    if not line.performance or not lines.readable(line):
        return
    try:
        texts.again(line.id_data, line)
    except ParlanceError as error:
        running.trouble = str(error)


CLASSES: Final = panels("text", TextPanel, "edit", is_open=True)


def register() -> None:
    """Listen to the text."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    properties.on_change("text", _on_text)


def unregister() -> None:
    """Listen no more."""
    properties.on_change("text", lambda _line: None)
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
