# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices told from tunes that the network takes for one: what is no voice moves no lips.

Every stretch of likely speech is judged as a whole. A voice says something: phones follow each other, and each is heard for what
it is; an instrument leaves the network in doubt which phone it is, and half inclined to silence. And an instrument seldom plays
alone: before and after the stretch the music goes on, where after a lone cry there is nothing. How much each of it counts is
learned by `python -m parlance.models.tunes`.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..performance import FRAME_RATE
from ..phones import INDEX
from .rest import LIKELY, UNLIKELY
from .vocal_evidence import Evidence, read
from .voice import HARD, runs

FILE: Final = Path(__file__).parent / "tune_evidence.json"
CUES: Final = ("likely", "surest", "silent", "doubt", "changes", "company")
"""likely: mean log odds of speech; surest: the highest. silent: logarithm of the mean probability of silence. doubt: nats, how
little is known of which phone it is. changes: deviation of the probability of consonants and round vowels. company: share of
the time around in which something else is as loud, and not surely speech. Means are weighted by how likely speech is."""
LEAST: Final = -2.4
"""Score from which a stretch is a voice: the highest that costs no more of what guides (speech, shouts, songs) than was lost
without any of this, when every stretch was let be that is at its likeliest `rest.CERTAIN`."""
SURE: Final = -1.0
"""Score of a voice beyond doubt."""
LEAST_BESIDE: Final = -3.5
"""Score from which a stretch beside such a one is the same voice: who has just sung over loud music sings on."""
BESIDE: Final = 1.0
"""Seconds between them at most."""
LONGEST: Final = 15.0
"""Seconds from which a stretch is judged in parts, cut where speech is least likely: a song that ends does not answer for the
band that plays on."""
SHORTEST: Final = 3.0
"""Seconds of a part at least."""
AROUND: Final = 3.0
"""Seconds on either side in which company is looked for, but for those next to the stretch."""
NEXT: Final = 0.1
"""Seconds next to it in which none is: the sound itself rings on."""
BELOW: Final = 15.0
"""Decibels that company may be below the stretch."""
SURELY: Final = 0.7
"""Probability of speech from which sound around is no company but the voice itself."""
FAINTEST: Final = 0.003
"""Mean probability of silence below which differences mean nothing."""


def voices(speech: Floats, posteriors: Floats, loudness: Floats) -> Floats:
    """The probability of speech float32[T], but 0 in every stretch of more than UNLIKELY that is no voice.

    posteriors: float32[T, P] of phones, as the network that ships gives them. loudness: float32[T] decibels of what comes and
    goes (`floor.passing`).
    """
    sure = speech.copy()
    evidence, found = learned(), stretches(speech)
    likely = [speech[first:last].max() >= LIKELY for first, last in found]
    scores = [
        float(evidence.scores(cues(speech, posteriors, loudness, *stretch)[None])[0]) if each else -np.inf
        for stretch, each in zip(found, likely, strict=True)
    ]
    voiced = [stretch for stretch, score in zip(found, scores, strict=True) if score >= SURE]
    for stretch, score in zip(found, scores, strict=True):
        if score < (LEAST_BESIDE if _beside(stretch, voiced) else LEAST):
            sure[slice(*stretch)] = 0
    return sure


def _beside(stretch: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the others, which are in order, ends or begins near it."""
    near = round(BESIDE * FRAME_RATE)
    at = bisect_left(others, stretch)
    return any(first - stretch[1] <= near and stretch[0] - last <= near for first, last in others[max(at - 1, 0) : at + 1])


def stretches(speech: Floats) -> list[tuple[int, int]]:
    """First frame and end of every stretch of more than UNLIKELY, the long ones in parts."""
    return [part for first, last in runs(speech > UNLIKELY) for part in _parts(speech, first, last)]


def _parts(speech: Floats, first: int, last: int) -> Iterator[tuple[int, int]]:
    longest, shortest = round(LONGEST * FRAME_RATE), round(SHORTEST * FRAME_RATE)
    while last - first > longest:
        earliest = first + shortest
        cut = earliest + int(np.argmin(speech[earliest : min(first + longest, last - shortest)]))
        yield first, cut
        first = cut
    yield first, last


def cues(speech: Floats, posteriors: Floats, loudness: Floats, first: int, last: int) -> NDArray[np.float64]:
    """float64[CUES] of the frames first .. last."""
    likely = np.clip(speech[first:last].astype(np.float64), 1e-3, 1 - 1e-3)
    weights = likely / likely.sum()
    phones = posteriors[first:last].astype(np.float32)
    odds = np.log(likely / (1 - likely))
    said = np.delete(phones, INDEX["sil"], axis=1)
    said /= np.maximum(said.sum(axis=1, keepdims=True), 1e-6)
    doubt = -(said * np.log(said + 1e-6)).sum(axis=1)
    hard = phones[:, HARD].sum(axis=1)
    silent = max(float(weights @ phones[:, INDEX["sil"]]), FAINTEST)
    return np.array(
        [
            weights @ odds,
            odds.max(),
            np.log(silent),
            weights @ doubt,
            np.sqrt(weights @ (hard - weights @ hard) ** 2),
            company(speech, loudness, first, last),
        ]
    )


def company(speech: Floats, loudness: Floats, first: int, last: int, below: float = BELOW) -> float:
    """Share of the time around the frames first .. last in which something else is as loud, but for `below` decibels."""
    reach, near = round(AROUND * FRAME_RATE), round(NEXT * FRAME_RATE)
    before = slice(max(first - reach, 0), max(first - near, 0))
    after = slice(min(last + near, len(speech)), min(last + reach, len(speech)))
    least = np.percentile(loudness[first:last], 80) - below
    playing = sum(int(((loudness[part] > least) & (speech[part] < SURELY)).sum()) for part in (before, after))
    return playing / (2 * (reach - near))


@lru_cache(maxsize=1)
def learned() -> Evidence:
    """The evidence of tunes that ships."""
    return read(json.loads(FILE.read_text("utf-8")))
