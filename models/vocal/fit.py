# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights of the cues of one kind of vocal sound, and of their squares: logistic regression, judged on sources that a fold has
not seen.

The score of a sound is that of its surest moment. Confidences are fitted to the scores of sources left out, weighed as if the
kind came RARITY times in an hour of speech, so that a half is as likely right as wrong there.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.arrays import Doubles
from ...inference.hearing import vocal_cues
from ...inference.hearing.laughter import steadied
from ...inference.hearing.vocal_evidence import FURTHEST, RARITY, Evidence
from .heard import Heard

AGAINST: Final = {
    "laugh": ("speech", "effort", "cough", "cry", "noise", "breath", "sigh"),
    "cry": ("speech", "effort", "laugh", "cough", "noise", "breath", "sigh"),
    "effort": ("speech", "noise", "breath", "sigh"),
    "cough": ("speech", "effort", "noise", "breath", "laugh", "cry", "sigh"),
    "sigh": ("speech", "effort", "noise", "breath", "laugh", "cry", "cough"),
    "breath": ("speech", "effort", "noise", "sigh", "laugh", "cry", "cough"),
}
"""What each kind is told from. Bursts of laughs and sobs may be efforts as well: the surer one is shown."""
WINDOWED: Final = ("laugh", "cry")
RIDGE: Final = {"laugh": 800.0, "cry": 40.0, "effort": 3000.0, "cough": 40.0, "sigh": 40.0, "breath": 40.0}
BENT: Final = {"cry": 30.0, "effort": 10.0, "cough": 40.0, "sigh": 10.0, "breath": 10.0}
"""How many times more the weights of squares are held towards zero: a square says that a cue is neither too low nor too high.
Laughs have none: there they follow what we make more than what people do."""
UNTOLD: Final = {
    "laugh": ("tilt", "hiss", "voicing", "airy", "slope", "spread"), "cough": ("flat", "swing", "centre"),
    "effort": ("flat", "centre", "onset", "sung", "long", "sure", "pace", "change", "hiss", "slope"),
}  # fmt: skip
"""Cues that say more of how a sound was made by us than of those that people make: with them fewer of the recordings that guide
are told."""
RARE: Final = 50
"""Sounds of a kind, below which each of them counts more."""
EMPTY: Final = {"cough": 1.5, "sigh": 1.5, "laugh": 3.0, "cry": 1.5, "breath": 1.5}
"""How much more noises and breaths count than others that a kind is told from. Efforts are told from them by their voice."""
WITHOUT_VOICE: Final = 0.4
"""Share of voice in a burst up to which it teaches what a sigh is: one with more is told by nobody from a groan."""
FOLDS: Final = 5
SILENT: Final = -15.0
"""Score of a sound in which there is nothing to judge."""
MOST: Final = {"laugh": 0.7, "cry": 0.62, "effort": 0.75, "cough": 0.65, "sigh": 0.6, "breath": 0.7}
"""Confidence at most: what is learned from is made and not recorded. Of laughs and coughs it is what share of the surest of the
recordings that guide were right (11 of 16, 4 of 7)."""


@dataclass(frozen=True)
class Rows:
    """All moments of the sounds. of: int[n], which sound; starts: int[n], of windows; cues: float64[n, cues]."""

    of: NDArray[np.int64]
    starts: NDArray[np.int64]
    cues: Doubles


def rows(sounds: Sequence[Heard], kind: str) -> Rows:
    """Those that a kind is judged by: windows, or bursts."""
    tables = [sound.windows if kind in WINDOWED else sound.bursts for sound in sounds]
    starts = [sound.starts if kind in WINDOWED else np.zeros(len(sound.bursts), np.int64) for sound in sounds]
    width = len(vocal_cues.OF_WINDOWS if kind in WINDOWED else vocal_cues.OF_BURSTS)
    cues = np.concatenate([table.reshape(len(table), width) for table in tables])
    return Rows(np.repeat(np.arange(len(sounds)), [len(table) for table in tables]), np.concatenate(starts), cues)


def learn(sounds: Sequence[Heard], kind: str) -> tuple[Evidence, Doubles]:
    """What tells a kind, learned from the sounds that are not kept aside.

    And the score float64[sounds] of each; of those that are learned from, by the other sources alone.
    """
    found = rows(sounds, kind)
    taught = np.array([sound.split == "train" and sound.kind in (kind, *AGAINST[kind]) for sound in sounds])
    right = np.array([sound.kind == kind for sound in sounds])
    folds = np.array([zlib.crc32(sound.source.encode()) % FOLDS for sound in sounds])
    weights = _weights(sounds, kind)
    names = vocal_cues.OF_WINDOWS if kind in WINDOWED else vocal_cues.OF_BURSTS
    held = np.where(np.isin(names, UNTOLD.get(kind, ())), 1e9, RIDGE[kind])
    held = np.r_[held, held * BENT.get(kind, 1e9)]
    learned = found if kind != "sigh" else _without_voice(found, right, names.index("voiced"))
    whole = _fitted(learned, taught, right, weights, held)
    scores = scored(found, whole, len(sounds), kind)
    for fold in range(FOLDS):
        left = _fitted(learned, taught & (folds != fold), right, weights, held)
        seen = folds == fold
        scores[seen & taught] = scored(found, left, len(sounds), kind)[seen & taught]
    # An hour of what people say: songs teach, but are rarer in it than among what teaches.
    said = np.array([sound.kind == "speech" and sound.group != "songs" for sound in sounds])
    hours = sum(sound.seconds for sound, use in zip(sounds, taught & said, strict=True) if use) / 3600
    told = taught & (right | said)
    prior = np.where(right, RARITY[kind] * hours / max(right[told].sum(), 1), 1.0)
    sloped, shifted = _calibrated(scores[told], right[told], prior[told])
    return replace(whole, sloped=sloped, shifted=shifted, most=MOST[kind]), scores


def scored(found: Rows, evidence: Evidence, count: int, kind: str) -> Doubles:
    """float64[count] score of each sound: its surest moment."""
    result = np.full(count, SILENT)
    scores = evidence.scores(found.cues)
    for sound, first, last in zip(*np.unique(found.of, return_index=True), _ends(found.of), strict=True):
        mine = slice(first, last)
        result[sound] = (steadied(scores[mine], found.starts[mine]) if kind in WINDOWED else scores[mine]).max()
    return result


def _ends(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each run of equal numbers ends."""
    return np.append(np.flatnonzero(np.diff(ordered)) + 1, len(ordered))


def _weights(sounds: Sequence[Heard], kind: str) -> Doubles:
    """float64[sounds]: each counts alike, but for the few of a rare kind."""
    shares = {other: sum(sound.kind == other for sound in sounds) for other in (kind, *AGAINST[kind])}
    counts = {other: float(np.clip(RARE / max(share, 1), 1, 5)) for other, share in shares.items()}
    counts |= {other: EMPTY.get(kind, 1.0) * counts.get(other, 1.0) for other in ("noise", "breath")} | {kind: 1.0}
    return np.array([counts.get(sound.kind, 1.0) for sound in sounds])


def _without_voice(found: Rows, right: NDArray[np.bool_], voiced: int) -> Rows:
    """Less the bursts of a sigh in which there is much of a voice."""
    kept = ~right[found.of] | (found.cues[:, voiced] <= WITHOUT_VOICE)
    return Rows(found.of[kept], found.starts[kept], found.cues[kept])


def _fitted(found: Rows, taught: NDArray[np.bool_], right: NDArray[np.bool_], weights: Doubles, ridge: Doubles) -> Evidence:
    use = taught[found.of]
    cues, answer, weight = found.cues[use], right[found.of][use], weights[found.of][use]
    weight = np.where(answer, 0.5 / weight[answer].sum(), 0.5 / weight[~answer].sum()) * weight * len(weight)
    mean, scale = cues.mean(axis=0), cues.std(axis=0) + 1e-6
    scaled = np.clip((cues - mean) / scale, -FURTHEST, FURTHEST)
    every = np.column_stack([scaled, scaled**2, np.ones(len(scaled))])
    solved = logistic(every, answer.astype(np.float64), weight, ridge)
    straight, bent = np.split(solved[:-1], 2)
    return Evidence(mean, scale, straight, bent, float(solved[-1]), 1.0, 0.0, 1.0)


def logistic(cues: Doubles, answer: Doubles, weight: Doubles, ridge: Doubles) -> Doubles:
    """float64[cues] by Newton's method; all weights but the last are held towards zero, by `ridge` float64[cues - 1]."""
    held = np.diag(np.r_[ridge, 1e-6])
    result = np.zeros(cues.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(cues @ result, -30, 30)))
        slope = cues.T @ (weight * (chance - answer)) + held @ result
        curve = (cues * (weight * chance * (1 - chance))[:, None]).T @ cues + held
        step = np.linalg.solve(curve, slope)
        result -= step
        if np.abs(step).max() < 1e-6:
            break
    return result


def _calibrated(scores: Doubles, right: NDArray[np.bool_], weight: Doubles) -> tuple[float, float]:
    sloped, shifted = logistic(
        np.column_stack([scores, np.ones(len(scores))]), right.astype(np.float64), weight, np.array([0.01])
    )
    return float(sloped), float(shifted)
