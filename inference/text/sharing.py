# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of many lines at once: which strip says which of them, by time, by name, or one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from ..formats.subtitles import Subtitle

_NAMED: Final = re.compile(r"^\s*([^\t|:;,]{1,200}?)\s*[\t|:;,]\s*(.+)$")
_QUOTED: Final = re.compile(r'^"((?:[^"]|"")*)"$')
_SOUND_FILES: Final = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".mp4", ".mov"})
LEAST: Final = 0.3
"""A text belongs to a strip that has this share of its time, or of whose time it takes this share."""


@dataclass(frozen=True)
class Place:
    """A strip: its name, and when it sounds, in seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Shared:
    """texts: for each strip what it says, "" where nothing was found. left: texts that belong to none."""

    texts: tuple[str, ...]
    left: tuple[str, ...]


def by_time(subtitles: Sequence[Subtitle], places: Sequence[Place], offset: float = 0.0) -> Shared:
    """Each text goes to the strip that it shares most time with; several of one strip follow each other.

    offset: seconds of the scene at which the file's time begins.
    """
    texts: list[list[str]] = [[] for _ in places]
    left = []
    for subtitle in subtitles:
        start, end = subtitle.start + offset, subtitle.end + offset
        shared = [min(end, place.end) - max(start, place.start) for place in places]
        best = max(range(len(places)), key=lambda at: shared[at], default=-1)
        length = min(end - start, places[best].end - places[best].start) if best >= 0 else 0.0
        if best >= 0 and shared[best] > 0 and shared[best] >= LEAST * length:
            texts[best].append(subtitle.text)
        else:
            left.append(subtitle.text)
    return Shared(tuple(" ".join(each) for each in texts), tuple(left))


def by_rows(rows: str, places: Sequence[Place]) -> Shared:
    """A text a line. Where lines begin with the name of a strip ("take_07: Hello", tabs, commas, with or without ".wav"), they
    go to that strip; else they go to the strips in time order, one after the other."""
    lines = [line.strip() for line in rows.splitlines() if line.strip()]
    names = {_key(place.name): at for at, place in enumerate(places)}
    named = [(_NAMED.match(line), line) for line in lines]
    if any(match is not None and _key(match[1]) in names for match, _ in named):
        texts, left = [""] * len(places), []
        for match, line in named:
            at = names.get(_key(match[1])) if match is not None else None
            if match is None or at is None:
                left.append(line)
            else:
                texts[at] = " ".join(filter(None, (texts[at], _unquoted(match[2]))))
        return Shared(tuple(texts), tuple(left))
    order = sorted(range(len(places)), key=lambda at: (places[at].start, places[at].name))
    texts = [""] * len(places)
    for at, line in zip(order, lines, strict=False):
        texts[at] = _unquoted(line)
    return Shared(tuple(texts), tuple(lines[len(places) :]))


def _key(name: str) -> str:
    """A strip's name as people write it: without the ending of its file, in small letters."""
    bare = _unquoted(name.strip())
    path = PurePath(bare)
    return (path.stem if path.suffix.lower() in _SOUND_FILES else bare).casefold()


def _unquoted(text: str) -> str:
    match = _QUOTED.match(text.strip())
    return match[1].replace('""', '"') if match else text.strip()
