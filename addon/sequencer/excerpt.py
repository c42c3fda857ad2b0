# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of a sound a character speaks: one of its channels, and some stretches of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ...inference.text.dialogue import Turns


@dataclass(frozen=True)
class Excerpt:
    """channel: counted from 1, 0 for all mixed.   turns: seconds of the sound that are this character's; none for all of it."""

    channel: int = 0
    turns: Turns = ()


ALL = Excerpt()


def of_line(line: Any | None) -> Excerpt:
    """What a line listens to."""
    return Excerpt(line.channel, _turns(line.turns)) if line is not None else ALL


def keep(line: Any, excerpt: Excerpt) -> None:
    """Remember it with the line."""
    line.channel = excerpt.channel
    line.turns = json.dumps([[round(start, 4), round(end, 4)] for start, end in excerpt.turns]) if excerpt.turns else ""


def _turns(text: str) -> Turns:
    """Stored turns; damaged ones mean the whole sound, which an artist sees at once."""
    try:
        return tuple((float(start), float(end)) for start, end in json.loads(text or "[]"))
    except (ValueError, TypeError):
        return ()
