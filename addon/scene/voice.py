# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of a sound is a character's voice: one channel of several, and some stretches of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ...inference.dialogue import Turns


@dataclass(frozen=True)
class Voice:
    """channel: counted from 1, 0 for all mixed.   turns: seconds of the sound in which it is this voice; none for all of it."""

    channel: int = 0
    turns: Turns = ()


ALL = Voice()


def of_line(line: Any | None) -> Voice:
    """What a line listens to."""
    return Voice(line.channel, _turns(line.turns)) if line is not None else ALL


def keep(line: Any, voice: Voice) -> None:
    """Remember it with the line."""
    line.channel = voice.channel
    line.turns = json.dumps([[round(start, 4), round(end, 4)] for start, end in voice.turns]) if voice.turns else ""


def _turns(text: str) -> Turns:
    """Stored turns; damaged ones mean the whole sound, which an artist sees at once."""
    try:
        return tuple((float(start), float(end)) for start, end in json.loads(text or "[]"))
    except (ValueError, TypeError):
        return ()
