# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the words of a text are what is said: for each word, what was heard there beside what it should sound like.

The weights of the evidence are chosen on validation voices by `python -m parlance.models.evaluate.words --choose`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import phones as inventory
from ..performance import FRAME_RATE, Phone
from .segment import FLOOR
from .word_alignment import Sound

FILE: Final = Path(__file__).parent / "word_evidence.json"
CUES: Final = ("miss", "worst", "unlike", "around", "haste", "brief", "sounds", "always")
"""miss: nats by which the word's sounds are less likely than the likeliest, over its frames. worst: the same of its worst third.
unlike: share of its sounds that a free hearing has otherwise. around: `miss` over all other words. haste: how much faster or
slower its sounds are than those around. brief: share of its sounds that have no more than the least time. sounds: how many, as a
logarithm. always: 1."""
_DEEPEST: Final = 6.0
_NEAR: Final = 2
"""Frames on either side in which a free hearing may have the word's first and last sound."""
_KINDS: Final = (
    inventory.VOWEL, inventory.BILABIAL, inventory.LABIODENTAL | {"θ", "ð"}, frozenset({"t", "d", "ɾ", "ʔ"}), inventory.SIBILANT,
    frozenset({"k", "g", "x", "ç", "h"}), frozenset({"n", "ŋ", "l"}), frozenset({"ɹ", "r", "ɝ", "x"}),
    frozenset({"w", "v", "u", "o"}), frozenset({"j", "i", "ɪ"}),
)  # fmt: skip
"""Sounds that are easily taken for each other; that is half a mistake."""


@dataclass(frozen=True)
class Evidence:
    """What the cues weigh, how sure a word must be, and how many of a text's words must be so for it to be the right text."""

    weights: tuple[float, ...]
    sure: float
    share: float


@lru_cache(maxsize=1)
def chosen() -> Evidence:
    """The evidence of voices that ships."""
    stored = json.loads(FILE.read_text("utf-8"))
    return Evidence(tuple(float(stored["weights"][name]) for name in CUES), float(stored["sure"]), float(stored["share"]))


def confidences(cues: Mapping[int, NDArray[np.float64]], evidence: Evidence) -> dict[int, float]:
    """How probable it is, 0..1, that each word is what is said."""
    weights = np.array(evidence.weights)
    return {word: float(1.0 / (1.0 + np.exp(-np.clip(row @ weights, -30, 30)))) for word, row in cues.items()}


def cues_of(posteriors: NDArray[np.float32], placed: Sequence[Sound], free: Sequence[Phone]) -> dict[int, NDArray[np.float64]]:
    """CUES of every word that was placed. free: what was heard without the text."""
    logs = np.log(np.maximum(posteriors, FLOOR)).astype(np.float64)
    ceiling = logs.max(axis=1)
    words: dict[int, list[Sound]] = {}
    for sound in placed:
        if sound.word >= 0:
            words.setdefault(sound.word, []).append(sound)
    missed = {word: [_miss(logs, ceiling, sound) for sound in sounds] for word, sounds in words.items()}
    means = {word: float(np.mean(each)) for word, each in missed.items()}
    pace = float(np.median([sound.stop - sound.first for sounds in words.values() for sound in sounds])) if words else 4.0
    result = {}
    for word, sounds in words.items():
        others = [mean for other, mean in means.items() if other != word]
        lengths = np.array([sound.stop - sound.first for sound in sounds])
        deepest = sorted(missed[word], reverse=True)[: max(1, len(sounds) // 3)]
        result[word] = np.array(
            [
                means[word],
                float(np.mean(deepest)),
                _unlike(sounds, free),
                float(np.mean(others)) if others else means[word],
                abs(float(np.log(lengths.mean() / pace))),
                float((lengths <= 2).mean()),
                float(np.log(len(sounds))),
                1.0,
            ]
        )
    return result


def _miss(logs: NDArray[np.float64], ceiling: NDArray[np.float64], sound: Sound) -> float:
    frames = slice(sound.first, max(sound.stop, sound.first + 1))
    return float(np.clip(ceiling[frames] - logs[frames, inventory.INDEX[sound.symbol]], 0.0, _DEEPEST).mean())


def heard_in(sounds: Sequence[Sound], free: Sequence[Phone], near: int = _NEAR) -> list[str]:
    """The sounds that a free hearing has while a word lasts."""
    start, end = (sounds[0].first - near) / FRAME_RATE, (sounds[-1].stop + near) / FRAME_RATE
    return [
        phone.symbol
        for phone in free
        if phone.symbol != "sil" and min(phone.end, end) - max(phone.start, start) >= 1 / FRAME_RATE
    ]


def _unlike(sounds: Sequence[Sound], free: Sequence[Phone]) -> float:
    """Cost of turning what was heard into what is written, for each sound written. What lies beyond the word's ends is free."""
    written, heard = [sound.symbol for sound in sounds], heard_in(sounds, free)
    row = np.zeros(len(heard) + 1)
    for symbol in written:
        fresh = np.empty_like(row)
        fresh[0] = row[0] + 1.0
        for place, other in enumerate(heard, 1):
            fresh[place] = min(row[place] + 1.0, fresh[place - 1] + 0.7, row[place - 1] + _apart(symbol, other))
        row = fresh
    return float(row.min()) / len(written)


def _apart(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return 0.5 if any(one in kind and other in kind for kind in _KINDS) else 1.0
