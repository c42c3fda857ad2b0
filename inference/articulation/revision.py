# SPDX-License-Identifier: GPL-3.0-or-later
"""Edited phones back into the curves: only the difference between what was heard and what was asked for moves the face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import phones as inventory
from ..contact import closure_from_posteriors
from ..geometry import INDEX, measure
from ..performance import FRAME_RATE, Performance, Phone
from .coarticulation import articulate, closures
from .shaping import WIDENING, pose_of, solved

_NOTICEABLE: Final = 0.02
"""Millimetres; a frame whose articulation changes by less is left exactly as it was."""
_VISIBLE: Final = 0.004
"""A weight; the same for the visemes."""
_ANOTHER: Final = 0.3
"""Change of a viseme's weight from which nothing is kept of how the heard one's own millimetres had bent it."""
_CERTAIN: Final = 0.97
"""Posterior of a phone that the artist has put there."""


def revise(performance: Performance, phones: Sequence[Phone]) -> Performance:
    """The performance as if these phones had been heard.

    Both phone sequences are articulated; their difference in millimetres is added to the measured curves and solved back near the
    curves there were, with the visemes of the edited phones for those of the heard ones, so that what the voice said beyond its
    phones stays. Frames that no edited phone reaches are untouched, bit for bit. Posteriors follow, so that closures move with
    the phones.
    """
    edited = tuple(phones)
    if edited == performance.phones:
        return performance
    times = performance.times
    asked = articulate(edited, times)
    difference = asked - articulate(performance.phones, times)
    difference[:, INDEX["width"]] *= WIDENING
    posteriors = _revised_posteriors(performance, edited)
    heard_at = measure(performance.curves)
    asked_pose, heard_pose = (
        pose_of(mm, said, closure_from_posteriors(said, FRAME_RATE))
        for mm, said in ((heard_at + difference, posteriors), (heard_at, performance.posteriors))
    )
    other = asked_pose - heard_pose
    rows = (np.abs(difference).max(1) > _NOTICEABLE) | (np.abs(other).max(1) > _VISIBLE)
    curves = performance.curves.copy()
    if rows.any():
        heard = performance.curves[rows]
        targets = heard_at[rows] + difference[rows]
        gap = INDEX["gap"]
        closed = closures(edited, times)[0][rows]
        targets[:, gap] += closed * (asked[rows, gap] - targets[:, gap])
        targets[:, gap] = np.maximum(targets[:, gap], np.minimum(heard_at[rows, gap], -1.5))
        kept = 1.0 - np.minimum(np.abs(other[rows]).max(1, keepdims=True) / _ANOTHER, 1.0)
        pose = np.clip(asked_pose[rows] + kept * (heard - heard_pose[rows]), 0.0, 1.0)
        targets[:, INDEX["chin"]] = measure(pose)[:, INDEX["chin"]]
        curves[rows] = solved(targets, pose)
    return replace(performance, phones=edited, curves=curves, posteriors=posteriors)


def _revised_posteriors(performance: Performance, edited: tuple[Phone, ...]) -> NDArray[np.float32]:
    """Certainty for the edited phone wherever it differs from the heard one; a muted phone becomes a sound without lips."""
    heard, heard_strength = _at_frames(performance.phones, performance.times)
    asked, strength = _at_frames(edited, performance.times)
    changed = (heard != asked) | (heard_strength != strength)
    posteriors = performance.posteriors.copy()
    weak = np.clip(strength, 0.0, 1.0)
    lipless = inventory.INDEX["h"]
    fresh = np.full((int(changed.sum()), inventory.COUNT), (1.0 - _CERTAIN) / inventory.COUNT, np.float32)
    row = np.arange(len(fresh))
    fresh[row, asked[changed]] += _CERTAIN * weak[changed]
    fresh[row, lipless] += _CERTAIN * (1.0 - weak[changed])
    posteriors[changed] = fresh
    return posteriors


def placed(posteriors: NDArray[np.float32], symbol: str) -> NDArray[np.bool_]:
    """bool[T] where revise() has put a phone that was not heard there: nothing that is heard leaves all others exactly alike."""
    own = inventory.INDEX[symbol]
    even = np.float32((1.0 - _CERTAIN) / inventory.COUNT)
    found = posteriors[:, own] > 0.5
    rows = np.flatnonzero(found)
    found[rows] = np.abs(np.delete(posteriors[rows], own, axis=1) - even).max(axis=1, initial=0.0) < 1e-7
    return np.asarray(found)


def _at_frames(phones: Sequence[Phone], times: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The class and strength of the phone sounding at each frame; silence where there is none."""
    classes = np.full(len(times), inventory.INDEX["sil"], np.intp)
    strength = np.ones(len(times))
    for phone in phones:
        frames = slice(*np.searchsorted(times, [phone.start, phone.end]))
        classes[frames] = inventory.INDEX[phone.symbol]
        strength[frames] = phone.strength
    return classes, strength
