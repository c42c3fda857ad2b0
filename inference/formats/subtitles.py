# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts with their times: SubRip (.srt), WebVTT (.vtt), and the words or phrases of a Praat TextGrid.

Formats: SubRip as VLC and Aegisub read it; WebVTT, W3C Candidate Recommendation 2019; Praat manual, "TextGrid file formats".
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..audio import LONGEST
from ..errors import ParlanceError
from . import textgrid

_ARROW: Final = re.compile(
    r"^\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})(?:\s.*)?$"
)
_MARKUP: Final = re.compile(r"<[^<>]{0,200}>|\{[^{}]{0,200}\}")
_NO_CUES: Final = "There are no subtitles in this file; it must be SubRip (.srt), WebVTT (.vtt) or a TextGrid with words."
_WORDS: Final = ("words", "word", "ort", "ort-mau")
_PHRASES: Final = ("phrases", "phrase", "sentences", "sentence", "utterances", "utterance", "text", "trans", "tra", "transcript")
BREAK: Final = 0.5
"""Seconds of silence that part the words of a TextGrid into texts of their own."""
MOST: Final = 200_000
"""Subtitles of one file."""


@dataclass(frozen=True)
class Subtitle:
    """What is said from a second to another."""

    start: float
    end: float
    text: str


def read(text: str) -> tuple[Subtitle, ...]:
    """The texts of a file in any of these formats, in time order, without markup. Raises ParlanceError where there are none."""
    start = text.lstrip("\ufeff \r\n\t")
    found = _from_textgrid(start) if start.startswith("File type") else _from_blocks(start)
    if not found:
        raise ParlanceError(_NO_CUES)
    if len(found) > MOST or found[-1].end > LONGEST:
        raise ParlanceError(f"These subtitles are longer than {LONGEST / 3600:.0f} hours; cut them into parts.")
    return found


def _from_blocks(text: str) -> tuple[Subtitle, ...]:
    """A line with an arrow begins a text; it ends with an empty line."""
    found: list[Subtitle] = []
    times: tuple[float, float] | None = None
    said: list[str] = []
    for line in [*text.splitlines(), ""]:
        arrow = _ARROW.match(line) if len(line) < 1000 else None
        if arrow is None and line.strip():
            if times is not None:
                said.append(line)
            continue
        if times is not None:
            plain = _plain(" ".join(said))
            if plain and times[0] < times[1]:
                found.append(Subtitle(*times, plain))
        times, said = (_seconds(arrow.groups()) if arrow is not None else None), []
    return tuple(sorted(found, key=lambda cue: (cue.start, cue.end)))


def _seconds(parts: Sequence[str | None]) -> tuple[float, float]:
    """Hours, minutes, seconds and thousandths, twice; the file may leave the hours out."""
    values = [int(part or 0) for part in parts]
    digits = [len(parts[3] or ""), len(parts[7] or "")]
    start = values[0] * 3600 + values[1] * 60 + values[2] + values[3] / 10 ** digits[0]
    end = values[4] * 3600 + values[5] * 60 + values[6] + values[7] / 10 ** digits[1]
    return start, end


def _plain(text: str) -> str:
    return " ".join(html.unescape(_MARKUP.sub("", text)).split())


def _from_textgrid(text: str) -> tuple[Subtitle, ...]:
    tiers = textgrid.tiers(text)
    phrases = next((tiers[name] for name in _PHRASES if name in tiers), None)
    if phrases is not None:
        return tuple(Subtitle(start, end, label.strip()) for start, end, label in phrases if label.strip() and start < end)
    words = next((tiers[name] for name in _WORDS if name in tiers), None)
    if words is None:
        names = ", ".join(sorted(tiers)) or "none at all"
        raise ParlanceError(f"This TextGrid has no tier called words or phrases, but {names[:200]}; rename one.")
    found: list[Subtitle] = []
    for start, end, label in words:
        if label.strip().lower() in textgrid.SILENT or start >= end:
            continue
        if found and start - found[-1].end < BREAK:
            found[-1] = Subtitle(found[-1].start, end, f"{found[-1].text} {label.strip()}")
        else:
            found.append(Subtitle(start, end, label.strip()))
    return tuple(found)
