# SPDX-License-Identifier: GPL-3.0-or-later
"""What faces did: filmed, captured, or taught by rules where nobody filmed."""

from __future__ import annotations

import numpy as np

from ..corpora import Utterance
from . import facegood, grid
from .face import FaceTargets

__all__ = ["FaceTargets", "filmed"]


def filmed(utterance: Utterance, frames: int) -> FaceTargets | None:
    """What the speaker's face did in the utterance, float[frames, ...]; None when nobody saw it."""
    if utterance.corpus in (grid.CORPUS, grid.UNSEEN):
        face = grid.fitted(utterance.corpus).get(utterance.id)
    elif utterance.corpus == facegood.CORPUS:
        face = facegood.captured(utterance.id)
    else:
        face = None
    return face and _cut(face, frames)


def _cut(face: FaceTargets, frames: int) -> FaceTargets:
    """The same, cut or lengthened (holding the last frame, unknown) to a number of frames."""
    rows = np.minimum(np.arange(frames), len(face.known) - 1)
    beyond = np.arange(frames) >= len(face.known)
    rig = None if face.rig is None else face.rig[rows]
    return FaceTargets(face.weights[rows], face.measures[rows], face.known[rows] & ~beyond, rig)
