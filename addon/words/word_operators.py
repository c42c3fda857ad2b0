# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit the words of a line: emphasis, borders, how they are said. The lips follow at once, and each is one undo step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, FloatProperty, IntProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ...inference.retouch import word_track
from ..animation import stored
from ..generate import texts
from ..lines import lines, retouching
from ..panel.operator_base import UNDOABLE, attempt
from ..properties import dictionary
from ..retouch import phone_row
from ..retouch.phone_operators import Track, frame_of, put, track_here

if TYPE_CHECKING:
    from ...inference.performance import Word
    from ...inference.retouch.word_track import Span


def words_of(line: Any) -> tuple[Word, ...]:
    """The words that a line was aligned to. Quick: they are drawn again and again."""
    return stored.unpack_words(line.words) if line.performance else ()


def chosen_span(entry: Any) -> Span | None:
    """Where the word is whose phone is chosen; None where that is in no word."""
    track = retouching.phones_of(entry)
    return next((span for span in word_track.spans(track) if span.first <= entry.phone < span.stop), None)


def span_of(entry: Any, word: int) -> Span | None:
    """Where a word is; the chosen one for -1."""
    if word < 0:
        return chosen_span(entry)
    return next((span for span in word_track.spans(retouching.phones_of(entry)) if span.word == word), None)


class OnWord:
    """An operator that changes a word of the line in hand: the one given, else the chosen one."""

    word: IntProperty(default=-1, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there are words."""
        found = track_here(context)
        return found is not None and any(phone.word >= 0 for phone in found.phones)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change the track and rebuild."""
        found = track_here(context)
        span = span_of(found.entry, self.word) if found is not None else None
        if found is None or span is None:
            self.report({"ERROR"}, "This word was not heard in the line, so there is nothing to change.")  # type: ignore[attr-defined]
            return {"CANCELLED"}
        return attempt(self, lambda: self.change(context, found, span))

    def change(self, context: bpy.types.Context, track: Track, span: Span) -> None:
        """What it does."""
        raise NotImplementedError


class PARLANCE_OT_word_choose(OnWord, Operator):
    """Go to this word."""

    bl_idname = "parlance.word_choose"
    bl_label = "Go to Word"
    bl_options: ClassVar = {"INTERNAL"}

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        """The word, and why it is doubtful."""
        found = track_here(context)
        words = words_of(found.line) if found is not None else ()
        if not 0 <= properties.word < len(words):
            return "Go to this word"
        word = words[properties.word]
        return f"“{word.text}”: {word.doubt}" if word.doubt else f"Go to “{word.text}”"

    def change(self, context: bpy.types.Context, track: Track, span: Span) -> None:
        """Its first phone is the chosen one."""
        track.entry.phone = span.first
        phone_row.redraw(context)


class PARLANCE_OT_word_emphasis(OnWord, Operator):
    """Shape the whole word more strongly, or hardly at all."""

    bl_idname = "parlance.word_emphasis"
    bl_label = "Emphasise Word"
    bl_options: ClassVar = UNDOABLE

    strength: FloatProperty(name="Emphasis", default=1.5, min=0.0, max=2.0)  # type: ignore[valid-type]

    def change(self, _context: bpy.types.Context, track: Track, span: Span) -> None:
        """Every phone of it."""
        put(track.root, track.line, word_track.emphasised(retouching.phones_of(track.entry), span, self.strength))


class PARLANCE_OT_word_move(OnWord, Operator):
    """Let the word start or end at another frame; the words and silences beside it give way."""

    bl_idname = "parlance.word_move"
    bl_label = "Move Word Border"
    bl_options: ClassVar = UNDOABLE

    frame: FloatProperty(name="Frame")  # type: ignore[valid-type]
    end: BoolProperty(name="Its End", description="Move where the word ends, not where it starts")  # type: ignore[valid-type]

    def change(self, context: bpy.types.Context, track: Track, span: Span) -> None:
        """Its phones stretch evenly."""
        rate = (frame_of(track.line, context.scene, 1.0) - frame_of(track.line, context.scene, 0.0)) or 1.0
        time = (self.frame - frame_of(track.line, context.scene, 0.0)) / rate
        start, end = (None, time) if self.end else (time, None)
        put(track.root, track.line, word_track.moved(retouching.phones_of(track.entry), span, start=start, end=end))


class PARLANCE_OT_word_everywhere(OnWord, Operator):
    """Say this word so in the whole project: wherever it is written, in lines of today and of tomorrow."""

    bl_idname = "parlance.word_everywhere"
    bl_label = "Say It So Everywhere"
    bl_options: ClassVar = UNDOABLE

    def change(self, context: bpy.types.Context, track: Track, span: Span) -> None:
        """Into the dictionary of the project; lines of this character that have the word are aligned anew."""
        words = words_of(track.line)
        if span.word >= len(words):
            raise ParlanceError("The words of this line are no longer those of its text; write the text again.")
        written = words[span.word].text
        dictionary.put(context.scene, written, " ".join(symbols_of(track.entry, span)))
        _align_again(written)


class PARLANCE_OT_word_usual(OnWord, Operator):
    """Forget how the project says this word: it is said as everybody says it."""

    bl_idname = "parlance.word_usual"
    bl_label = "Say It as Usual"
    bl_options: ClassVar = UNDOABLE

    def change(self, _context: bpy.types.Context, track: Track, span: Span) -> None:
        """Out of the dictionary."""
        written = words_of(track.line)[span.word].text
        if not dictionary.remove(written):
            raise ParlanceError(f"The project says “{written}” as everybody does.")
        _align_again(written)


def _align_again(word: str) -> None:
    """Every line of the file that has a word, aligned anew. Raises ParlanceError as `texts.again`."""
    for root in bpy.data.objects:
        for token in [line.token for line in root.parlance.lines]:
            line = lines.with_token(root, token)
            if line is not None and lines.readable(line) and any(each.text.lower() == word.lower() for each in words_of(line)):
                texts.again(root, line)


def symbols_of(entry: Any, span: Span) -> list[str]:
    """The sounds of a word as they stand in the phone track."""
    return [phone.symbol for phone in retouching.phones_of(entry)[span.first : span.stop]]


CLASSES: Final = (
    PARLANCE_OT_word_choose,
    PARLANCE_OT_word_emphasis,
    PARLANCE_OT_word_move,
    PARLANCE_OT_word_everywhere,
    PARLANCE_OT_word_usual,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
