# SPDX-License-Identifier: GPL-3.0-or-later
"""Align a line's text with what was heard: phones and lips follow the text, where it is what is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from ...inference.errors import ParlanceError
from ...inference.performance import Performance
from ...inference.text import script
from ..scene import dictionary, line_text

TITLE_WORDS: Final = 4


@dataclass(frozen=True)
class Wording:
    """What a line says in writing: its text with the directions in it, its language, and how the project pronounces single words.

    whole: what waits of a text that this is a part of, as `text_parts` keeps it.
    """

    text: str = ""
    language: str = ""
    dictionary: tuple[tuple[str, str], ...] = ()
    whole: str = ""


@dataclass(frozen=True)
class Alignment:
    """A Performance before and after its text is aligned with it.

    heard: as it was heard, without the text.   aligned: with the words and phones of the text; where that does not fit, the
    same as `heard`, and `trouble` says why.
    """

    heard: Performance
    aligned: Performance
    trouble: str = ""

    def settled(self) -> Performance:
        """The aligned Performance with the rounding of what is stored in the file."""
        from ..scene import stored

        return self.aligned if self.aligned is self.heard else stored.settle(self.aligned)


def planned(line: Any | None, strip: Any | None) -> Wording:
    """The text of a line, or of a strip that has not been spoken yet."""
    holder = line if line is not None else getattr(strip, "parlance", None)
    if holder is None or not line_text.text_of(holder).strip():
        return Wording()
    return Wording(line_text.text_of(holder), holder.language, dictionary.entries())


def align(heard: Performance, wording: Wording) -> Alignment:
    """Align a text with what was heard without it. Never raises: a text that does not fit is no reason not to speak."""
    if not wording.text.strip():
        return Alignment(heard, heard)
    from ...inference.text.transcript import align_text

    if not script.parse(wording.text).words:
        return Alignment(heard, heard)
    try:
        return Alignment(heard, align_text(heard, wording.text, wording.language, dict(wording.dictionary)))
    except ParlanceError as error:
        return Alignment(heard, heard, str(error))


def title(text: str) -> str:
    """What a line without a strip is called: its first words."""
    words = script.parse(text).words
    return "“" + " ".join(words[:TITLE_WORDS]) + ("…”" if len(words) > TITLE_WORDS else "”")


def speak(scene: Any, root: Any, line: Any | None, wording: Wording, *, start: float, pace: float) -> str:
    """Let a character speak a text without a sound, from a second of the scene on; the token of its line.

    Main thread. Raises ParlanceError where the text cannot be spoken, or the character not be animated.
    """
    from ...inference.text.speaking import speak as read_out
    from ..scene import characters, properties, stored
    from . import perform, plan, write

    character = characters.of(root)
    if character is None:
        raise ParlanceError("Select a character that can speak first.")
    heard = stored.settle(read_out(wording.text, wording.language, rate=pace, dictionary=dict(wording.dictionary)))
    planned = plan.spoken(scene, character, line, heard, start=start, wording=wording)
    write.write(planned, perform.perform(planned))
    made = next(each for each in root.parlance.lines if each.token == planned.line)
    with properties.quietly():
        if not made.text_block and made.text != wording.text:
            made.text = wording.text
        made.pace = pace
    made.text_trouble = ""
    return str(made.token)


def again(root: Any, line: Any) -> None:
    """A line's text was changed: align what was heard anew, or speak it, and rebuild. Raises ParlanceError as `live.rebuild`."""
    from ..scene import lines, stored
    from . import line_plan, perform, plan, write

    wording = planned(line, None)
    if line.written:
        try:
            speak(lines.scene_of(line), root, line, wording, start=lines.placement_of(line).start, pace=line.pace)
        except ParlanceError as error:
            line.text_trouble = str(error)
        return
    alignment = align(stored.unpack(line.heard or line.performance), wording)
    now = plan.replan(lines.scene_of(line), root, line)
    aligned = stored.settle(alignment.aligned)
    now = line_plan.tagged(now, root, line, line_text.text_of(line), aligned)
    now = replace(now, heard=aligned, alignment=alignment, fresh=True)
    write.write(now, perform.perform(now))
