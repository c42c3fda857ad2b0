# SPDX-License-Identifier: GPL-3.0-or-later
"""The three-way merge of one curve: what we wrote last, what we would write now, what the artist has there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .cut import FRAME_SLACK, identical, same
from .keys import Keys
from .merge import Record, regenerate


def merged(record: Record, ours: Keys, theirs: Keys) -> Record:
    """The record after a new result; its `.written` is what belongs on the curve."""
    if not record.edits and same(record.written, theirs):  # nobody touched it: the case of every slider move
        return Record(ours, ours, (), record.resting)
    return regenerate(record, ours, theirs)


def stands(record: Record, before: Record, theirs: Keys) -> bool:
    """Whether a curve holds every bit of a record already: what most sliders leave of most curves."""
    return not record.edits and not before.edits and len(theirs) > 0 and identical(record.written, theirs)


def is_ours(record: Record) -> NDArray[np.bool_]:
    """Which of the keys that will stand on the curve are exactly what we generated."""
    ours, keys = record.generated, record.written
    if keys is ours or not record.edits:
        return np.ones(len(keys), bool)
    generated = set(zip(ours.frames.tolist(), ours.values.tolist(), strict=True))
    return np.array([key in generated for key in zip(keys.frames.tolist(), keys.values.tolist(), strict=True)], bool)


def hand_made(record: Record) -> NDArray[np.bool_]:
    """bool[n]: which of the written keys the artist has set or moved; they stay when the line goes."""
    frames = np.concatenate([np.zeros(0), *(edit.own_frames for edit in record.edits)])
    found: NDArray[np.bool_] = (np.abs(record.written.frames[:, None] - frames) <= FRAME_SLACK).any(axis=1)
    return found
