# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line says in writing, and what was heard aligned with it: phones and lips follow the text, where it is what is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ...inference.errors import ParlanceError
from ...inference.performance import Performance
from ...inference.text import script
from ..animation import stored
from ..properties import dictionary, line_text

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
        return self.aligned if self.aligned is self.heard else stored.settle(self.aligned)


def of(line: Any | None, strip: Any | None) -> Wording:
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
