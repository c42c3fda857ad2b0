# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of the line in hand, or of the strip that will be spoken next, and its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import bpy

from .. import running
from ..generate import texts
from ..lines import lines
from ..panel import drawing, selection, shared_look
from ..panel.operator_base import OnCharacter
from ..panel.spaces import edit_panels
from ..properties import dictionary, properties
from ..properties.update_callbacks import registered
from ..retouch.phone_operators import Track, track_here
from .word_operators import chosen_span, words_of

if TYPE_CHECKING:
    from ...inference.performance import Word

MOST_WORDS: Final = 60
"""Words that are shown at once, around the chosen one."""
SPACE: Final = 3
"""Letters that the edges of a button take."""


def holder_here(context: bpy.types.Context) -> Any | None:
    """What has the text: the line in hand, else its strip."""
    here = selection.here(context)
    if here.line is not None:
        return here.line
    return here.strip.parlance if here.strip is not None else None


class TextPanel(OnCharacter):
    """What is said."""

    bl_label = "Text"

    def draw(self, context: bpy.types.Context) -> None:
        """The words, their language, and what is wrong with them."""
        layout, holder = self.layout, holder_here(context)  # type: ignore[attr-defined]
        if holder is not None:
            row = layout.row()
            row.enabled = holder.text_block is None
            row.prop(holder, "text", text="", icon="TEXT")
            layout.prop(holder, "text_block", text="")
            layout.prop(holder, "language")
            if getattr(holder, "written", False):
                layout.prop(holder, "pace")
                layout.operator("parlance.written_here", icon="TRACKING_FORWARDS")
        for trouble in _troubles(context, holder):
            drawing.sentence(layout, context, trouble, icon="ERROR")
        row = layout.row(align=True)
        row.operator("parlance.import_texts", text="Import", icon="IMPORT")
        row.operator("parlance.paste_texts", text="Paste", icon="PASTEDOWN")
        row.operator("parlance.speak_text", text="Speak", icon="SMALL_CAPS")
        found = track_here(context)
        if found is not None and words_of(found.line):
            _draw_words(layout, context, found)
            draw_word(layout, context, found)


def _troubles(context: bpy.types.Context, holder: Any | None) -> Iterator[str]:
    """What is wrong with a line's text and directions, and with markers beside all lines of the character."""
    if trouble := getattr(holder, "text_trouble", ""):
        yield trouble
    here = selection.here(context)
    if here.root is not None:
        yield from shared_look.directions_told(context, here.root, here.line)


def _draw_words(layout: bpy.types.UILayout, context: bpy.types.Context, found: Track) -> None:
    """The words as they are read, to click on; doubtful ones in red."""
    words, span = words_of(found.line), chosen_span(found.entry)
    chosen = span.word if span is not None else 0
    first = max(0, min(chosen - MOST_WORDS // 2, len(words) - MOST_WORDS))
    width = context.region.width / (drawing.PIXELS_PER_LETTER * context.preferences.system.ui_scale) - 4
    column = layout.column(align=True)
    for numbers in _rows(words, range(first, min(first + MOST_WORDS, len(words))), width):
        row = column.row(align=True)
        row.alignment = "LEFT"
        for number in numbers:
            word = row.row(align=True)
            word.alert = bool(words[number].doubt)
            word.operator("parlance.word_choose", text=words[number].text, depress=number == chosen).word = number
    doubtful = sum(bool(word.doubt) for word in words)
    if doubtful:
        plural = "words are" if doubtful > 1 else "word is"
        drawing.sentence(layout, context, f"{doubtful} {plural} doubtful; there the lips follow what was heard.", icon="ERROR")


def _rows(words: Sequence[Word], numbers: range, width: float) -> Iterator[list[int]]:
    row: list[int] = []
    used = 0.0
    for number in numbers:
        needed = len(words[number].text) + SPACE
        if row and used + needed > width:
            yield row
            row, used = [], 0.0
        row.append(number)
        used += needed
    if row:
        yield row


def draw_word(layout: bpy.types.UILayout, context: bpy.types.Context, found: Track) -> None:
    """The chosen word: what is doubtful about it, how strong it is, and how it is said."""
    words, span = words_of(found.line), chosen_span(found.entry)
    if span is None or span.word >= len(words):
        return
    word = words[span.word]
    box = layout.column(align=True)
    if word.doubt:
        drawing.sentence(box, context, f"“{word.text}”: {word.doubt}.", icon="ERROR")
    else:
        box.label(text=f"“{word.text}”, {word.confidence:.0%} sure", icon="SMALL_CAPS")
    box.prop(context.scene, "parlance_word_emphasis", slider=True)
    box.prop(context.scene, "parlance_word_sounds", text="Said")
    row = box.row(align=True)
    row.operator("parlance.word_everywhere", text="Say So Everywhere")
    if any(written == word.text.lower() for written, _ in dictionary.entries()):
        row.operator("parlance.word_usual", text="", icon="LOOP_BACK")


def _on_text(line: Any) -> None:
    """An artist wrote something else: the lips follow."""
    if not line.performance or not lines.readable(line):
        return
    with running.trouble_in_panel():
        texts.again(line.id_data, line)


CLASSES: Final = edit_panels("text", TextPanel)
register, unregister = registered(CLASSES, properties.on_change, {"text": _on_text})
