# SPDX-License-Identifier: GPL-3.0-or-later
"""How sure it is that a rush of air in a pause is a breath, and no click, tail of a shout or room that a recording begins with.

The weights are learned by `python -m parlance.models.vocal.breathing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import FRAME_RATE, Event, Phone
from .vocal_evidence import Evidence, read
from .voice import HIGH, LOW, MIDDLE, Voice

FILE: Final = Path(__file__).parent / "breath_evidence.json"
CUES: Final = (
    "seconds", "rise", "peaked", "rough", "before", "after", "comes", "goes", "near", "quiet", "tilt", "middle", "form",
    "voicing", "sung", "doubt", "sure", "hard", "speech", "until", "since",
)  # fmt: skip
"""seconds: as a logarithm. rise: decibels of air above the room around; peaked: of its loudest moment above its mean; rough: from
frame to frame. before, after: decibels of what is beside it against it: a tail has more before it, a breath stands alone. comes,
goes: decibels by which it changes within 60 ms at either end: a breath swells. near: decibels of its loudest against the voice;
quiet: decibels of the room above digital silence. tilt, middle: decibels of high and of middle bands against the low ones, above
the room's; form: decibels by which those of all bands differ: a throat has formants, a click and a room have none. voicing, sung:
strength and share of pitch. doubt, sure, hard, speech: as in Voice. until, since: seconds to the next word and from the last."""
BESIDE: Final = 5
"""Frames before and after it that it is compared with, one frame away."""
AROUND: Final = 50
"""Frames on either side in which the room is looked for."""
FAR: Final = 1.0
"""Seconds from which a word is far away."""
EMPTY: Final = -80.0
"""Decibels of digital silence."""


def surely(breaths: Iterable[Event], phones: Sequence[Phone], voice: Voice) -> list[Event]:
    """The same breaths, each with its confidence."""
    found = list(breaths)
    if not found:
        return found
    cues = np.array([of_breath(voice, breath, phones) for breath in found])
    known = learned()
    odds = known.odds(known.scores(cues))
    return [replace(breath, confidence=known.confidence(float(each))) for breath, each in zip(found, odds, strict=True)]


@lru_cache(maxsize=1)
def learned() -> Evidence:
    """The evidence that ships."""
    return read(json.loads(FILE.read_text("utf-8")))


def of_breath(voice: Voice, breath: Event, phones: Sequence[Phone]) -> NDArray[np.float64]:
    """float64[CUES] of what may be a breath."""
    first = min(round(breath.time * FRAME_RATE), voice.frames - 1)
    last = min(max(round(breath.end * FRAME_RATE), first + 1), voice.frames)
    here, around = slice(first, last), slice(max(first - AROUND, 0), last + AROUND)
    air, loud = np.maximum(voice.air, EMPTY), voice.loudness
    inside = air[here]
    mean = float(inside.mean())
    room = float(np.percentile(air[around], 10))
    calm = voice.air[around] <= np.percentile(voice.air[around], 15)
    above = voice.bands[here].mean(axis=0) - voice.bands[around][calm].mean(axis=0)
    spoken = [phone for phone in phones if phone.symbol != "sil"]
    until = min((phone.start - breath.end for phone in spoken if phone.start >= breath.end - 0.05), default=FAR)
    since = min((breath.time - phone.end for phone in spoken if phone.end <= breath.time + 0.05), default=FAR)
    cues = {
        "seconds": np.log(max(breath.duration, 0.05)), "rise": mean - room, "peaked": float(inside.max()) - mean,
        "rough": float(np.abs(np.diff(inside)).mean()) if len(inside) > 1 else 0.0,
        "before": _level(air, first - 1 - BESIDE, first - 1, mean), "after": _level(air, last + 1, last + 1 + BESIDE, mean),
        "comes": _level(air, first, first + 2, mean) - _level(air, first - 3, first - 1, mean),
        "goes": _level(air, last - 2, last, mean) - _level(air, last + 1, last + 3, mean),
        "near": float(loud[here].max()) - float(np.percentile(loud[max(first - 100, 0) : last + 100], 90)),
        "quiet": room - EMPTY, "tilt": float(above[HIGH].mean() - above[LOW].mean()),
        "middle": float(above[MIDDLE].mean() - above[LOW].mean()), "form": float(above.std()),
        "voicing": float(voice.voicing[here].mean()), "sung": float((voice.hertz[here] > 0).mean()),
        "doubt": float(voice.doubt[here].mean()), "sure": float(voice.sure[here].mean()), "hard": float(voice.hard[here].mean()),
        "speech": float(voice.speech[here].mean()), "until": min(max(until, 0.0), FAR), "since": min(max(since, 0.0), FAR),
    }  # fmt: skip
    return np.array([float(cues[name]) for name in CUES])


def _level(air: NDArray[np.float32], first: int, last: int, mean: float) -> float:
    """Decibels of the frames first .. last against `mean`; of none, as quiet as it gets."""
    part = air[max(first, 0) : max(last, 0)]
    return float(part.mean()) - mean if len(part) else EMPTY / 4
