# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs, sobs and fits of coughing: bursts of voice again and again that are like no words, in windows of a second."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import FRAME_RATE, Event, VocalKind
from .vocal_cues import BELOW, STEP, WINDOW, of_windows
from .vocal_evidence import Evidence, learned
from .voice import Voice, bursts, runs

KINDS: Final[tuple[VocalKind, ...]] = ("laugh", "cry")
STEADY: Final = 3
"""Windows that are weighed together: one moment is no laugh."""
EDGE: Final = 2.5
"""Log odds by which the windows around the surest may be less so and still be part of the same laugh."""
LISTED: Final = -0.7
"""Log odds from which a sound is worth a look: a confidence of a third."""
FEWEST: Final = {"laugh": 3, "cry": 2}
"""Bursts."""
VOICELESS: Final = 0.2
"""Share of voice below which a laugh is not told from steps, or from anything that knocks again and again."""
GUESSED: Final = 0.5
"""Confidence of such a one at most: it is shown, and not acted before somebody says so."""
SHORTEST: Final = {"laugh": 0.4, "cry": 1.1}
"""Seconds."""


def repeated(voice: Voice) -> list[Event]:
    """The laughs and sobs in it; of two at once both."""
    starts, cues = of_windows(voice)
    found = []
    for kind in KINDS:
        odds = _steady(learned()[kind], starts, cues)
        found += _events(voice, kind, starts, odds)
    return found


def steadied(scores: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """float64[n] mean of the scores of STEADY windows one after the other; gaps between them count as nothing heard."""
    result = scores.copy()
    reach = STEADY // 2
    places = {int(start): at for at, start in enumerate(starts)}
    for at, start in enumerate(starts.tolist()):
        near = [places.get(start + step * STEP) for step in range(-reach, reach + 1)]
        result[at] = np.mean([scores[other] for other in near if other is not None])
    return result


def _steady(evidence: Evidence, starts: NDArray[np.int64], cues: NDArray[np.float64]) -> NDArray[np.float64]:
    return evidence.odds(steadied(evidence.scores(cues), starts))


def _events(voice: Voice, kind: VocalKind, starts: NDArray[np.int64], odds: NDArray[np.float64]) -> list[Event]:
    """Around each surest window those that are nearly as sure."""
    found: list[Event] = []
    for first, last in _together(starts, odds > LISTED - EDGE):
        best = float(odds[first:last].max())
        if best < LISTED:
            continue
        for begin, end in runs(odds[first:last] > min(best - EDGE, LISTED)):
            inside = slice(first + begin, first + end)
            if odds[inside].max() >= LISTED:
                event = _event(voice, kind, int(starts[inside][0]), int(starts[inside][-1]) + WINDOW, float(odds[inside].max()))
                if event is not None and (not found or event.time >= found[-1].end):
                    found.append(event)
    return found


def _together(starts: NDArray[np.int64], flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of flagged windows, without a gap in time."""
    cuts = np.flatnonzero(np.diff(starts) > STEP) + 1
    edges = [0, *cuts.tolist(), len(starts)]
    return [(start + first, start + last) for start, stop in pairwise(edges) for first, last in runs(flags[start:stop])]


def _event(voice: Voice, kind: VocalKind, first: int, last: int, odds: float) -> Event | None:
    """What sounds within these frames, from its first burst to its last; None where there are too few."""
    level = voice.clear[first:last]
    heard = np.flatnonzero(level > level.max() - BELOW)
    begin, end = int(heard[0]), int(heard[-1]) + 1
    if len(bursts(level[begin:end])) < FEWEST[kind] or end - begin < SHORTEST[kind] * FRAME_RATE:
        return None
    usual = float(np.percentile(voice.clear, 95))
    strength = 0.65 + (float(level.max()) - usual) / 20 + 0.15 * ((end - begin) / FRAME_RATE - 1)
    seconds, confidence = (end - begin) / FRAME_RATE, learned()[kind].confidence(odds)
    if (voice.hertz[first + begin : first + end] > 0).mean() < VOICELESS:
        confidence = min(confidence, GUESSED)
    return Event(kind, (first + begin) / FRAME_RATE, seconds, float(np.clip(strength, 0.3, 1)), confidence)
