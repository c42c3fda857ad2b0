# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh's own left, up, front and scale, told by what its blinks and its mouth move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]

EYE_DISTANCE: Final = 63.0
"""Millimetres between the centres of an adult's eyes (mean interpupillary distance; Dodgson 2004)."""
_JAW_SIZE: Final = 140.0
"""Millimetres of the part of a face that drops with the jaw, where there are no eyes to measure by: 122 to 162 on four heads."""
_DROPS: Final = 0.1
"""Share of the furthest drop that makes a vertex one of that part; of its half, heads differ by twice their size."""
_BESIDE: Final = 0.05
"""Share of that part within which vertices are neighbours, and that lie in the middle."""
_PARTS: Final = 0.4
"""Share of the furthest drop by which lips part at least."""
_SAMPLE: Final = 400
_BOTH: Final = 2
OPENERS: Final = ("jawOpen", "viseme_open", "viseme_aa", "viseme_O", "viseme_E", "viseme_ae")


@dataclass(frozen=True, eq=False)
class Frame:
    """The face's own axes: points @ axes.T gives (left, up, front) from the origin between the eyes, in millimetres.

    axes: float64[3, 3] rows left, up, front, times millimetres per unit.   origin: float64[3] in the mesh's units.
    guessed: whether neither eyes nor a rig told the scale, so that millimetres compare shapes of this face alone.
    """

    axes: NDArray[np.float64]
    origin: NDArray[np.float64]
    guessed: bool = False

    @property
    def millimetres(self) -> float:
        """Millimetres of one unit of the mesh, were the character as large as an adult."""
        return float(np.linalg.norm(self.axes[0]))

    def place(self, points: Vectors) -> NDArray[np.float64]:
        """float64[..., 3] points of the mesh as (left, up, front) of the face, in millimetres from between the eyes."""
        return np.asarray((points.astype(np.float64) - self.origin) @ self.axes.T)

    def turn(self, vectors: Vectors) -> NDArray[np.float64]:
        """float64[..., 3] displacements of the mesh as (left, up, front) of the face, in millimetres."""
        return np.asarray(vectors.astype(np.float64) @ self.axes.T)


@dataclass(frozen=True, eq=False)
class Known:
    """What a rig tells of a face beside what moves it.

    eyes: float64[2, 3] centres of left and right eye.   millimetres: of one unit, where nothing better tells the scale.
    """

    eyes: NDArray[np.float64] | None = None
    millimetres: float | None = None


def frame(points: Vectors, moves: Mapping[str, Vectors], known: Known | None = None) -> Frame | None:
    """The axes of a face from its blinks or eyes, else from the direction its mouth opens in. None where nothing opens the mouth.

    points: float32[V, 3] at rest.   moves: {source: float32[V, 3]} displacements at weight 1.
    """
    known = known or Known()
    opener = opening(moves)
    if opener is None:
        return None
    mouth = _centre(points, opener)
    blinks = [moves[name] for name in ("eyeBlinkLeft", "eyeBlinkRight") if name in moves]
    eyes = known.eyes
    if len(blinks) == _BOTH:  # rather than bones that are called eyes, which may be handles in front of the face
        eyes = np.array([_centre(points, blink) for blink in blinks])
    if eyes is not None:
        left_eye, right_eye = eyes
        apart = float(np.linalg.norm(left_eye - right_eye))
        if apart > 1e-9:
            between = (left_eye + right_eye) / 2
            left = (left_eye - right_eye) / apart
            return _upright(left, between - mouth, between, EYE_DISTANCE / apart)
    moved = np.linalg.norm(opener, axis=1)
    dropping = moved > _DROPS * moved.max()
    size = float(np.ptp(points[dropping], axis=0).max())
    down = _downward(points, opener, dropping, _BESIDE * size)
    up = np.zeros(3)
    up[1 + int(abs(down[2]) > abs(down[1]))] = 1.0
    up *= -np.sign(down @ up) or 1.0
    scale = known.millimetres or _JAW_SIZE / max(size, 1e-9)
    return replace(_upright(np.array([1.0, 0.0, 0.0]), up, mouth, scale), guessed=known.millimetres is None)


def _downward(points: Vectors, opener: Vectors, dropping: NDArray[np.bool_], beside: float) -> NDArray[np.float64]:
    """float64[3] the way a mouth opens: how it parts neighbours in the middle; where it parts none, the way of all it moves.

    A jaw turns: the chin goes back as far as down, the lower lip alone goes away from the upper one.
    """
    way = np.asarray(opener.sum(0), np.float64)
    middle = (points[dropping, 0].min() + points[dropping, 0].max()) / 2
    strip = np.flatnonzero(np.abs(points[:, 0] - middle) < beside)
    strip = strip[np.linalg.norm(points[strip] - _centre(points, opener), axis=1) < beside / _BESIDE]
    strip = strip[:: max(1, len(strip) // _SAMPLE)]
    near = np.linalg.norm(points[strip][:, None] - points[strip][None], axis=2) < beside
    parted = opener[strip][:, None] - opener[strip][None]
    far = np.linalg.norm(parted, axis=2) * near
    if not far.size or far.max() < _PARTS * np.linalg.norm(opener, axis=1).max():
        return way
    found = np.asarray(parted[np.unravel_index(int(far.argmax()), far.shape)], np.float64)
    return found if found @ way >= 0.0 else -found


def opening(moves: Mapping[str, Vectors]) -> Vectors | None:
    """float32[V, 3] the displacement that opens the mouth; None where no source does."""
    return next((moves[name] for name in OPENERS if name in moves and np.abs(moves[name]).max(initial=0.0) > 0.0), None)


def _centre(points: Vectors, move: Vectors) -> NDArray[np.float64]:
    """Where a shape acts: the mean of the vertices it moves, weighted by how far squared."""
    weight = np.square(move.astype(np.float64)).sum(1)
    return np.asarray((weight[:, None] * points).sum(0) / max(float(weight.sum()), 1e-30))


def _upright(left: NDArray[np.float64], up: NDArray[np.float64], origin: NDArray[np.float64], scale: float) -> Frame:
    left = left / np.linalg.norm(left)
    up = up - left * float(up @ left)
    up = up / np.linalg.norm(up)
    return Frame(np.stack([left, up, np.cross(left, up)]) * scale, origin)
