# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracked face landmarks → millimetres on a still head: pose and scale removed, rest found, lips measured.

Landmarks are those of MediaPipe's face mesh; their numbers below are mesh points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import geometry

OUTER_EYES: Final = (33, 263)
EYE_DISTANCE: Final = 89.0
"""Millimetres between the outer eye corners of the reference head: what every filmed face is scaled to."""
SCALE_FRAMES: Final = 9
"""Frames over which the scale is averaged: it changes as slowly as a head moves."""
STILL_POINTS: Final = (33, 263, 133, 362, 168, 6, 197, 195)
"""Eye corners and the bridge of the nose: what speech does not move."""
UPPER_INNER: Final = (81, 13, 311)
LOWER_INNER: Final = (178, 14, 402)
CORNERS: Final = (61, 291)
CHIN: Final = 152
CLOSED_PERCENTILE: Final = 5.0
REST_SHARE: Final = 1.0 / 6.0
"""A clip's rest is the mean of the sixth of its frames whose lips are nearest each other."""

IBUG: Final = {
    48: 61, 49: 40, 50: 37, 51: 0, 52: 267, 53: 270, 54: 291, 55: 321, 56: 314, 57: 17, 58: 84, 59: 91,
    60: 78, 61: 81, 62: 13, 63: 311, 64: 308, 65: 402, 66: 14, 67: 178, 8: 152,
}  # fmt: skip
"""The 68-point convention's lips and chin → mesh points at the same places."""


@dataclass(frozen=True)
class TrackedFace:
    """One filmed clip. points: float64[F, P, 3] millimetres, x to the person's left, y up, z to the
    viewer; the origin is the middle of STILL_POINTS.

    index: mesh point → column of points.   tracked: bool[F] frames in which the face was found.
    """

    points: NDArray[np.float64]
    index: dict[int, int]
    tracked: NDArray[np.bool_]

    def of(self, mesh_points: Sequence[int]) -> NDArray[np.float64]:
        """float64[F, k, 3] some points by their mesh numbers."""
        return np.asarray(self.points[:, [self.index[point] for point in mesh_points]])


def still_face(
    landmarks: NDArray[np.floating],
    head: NDArray[np.floating],
    tracked: NDArray[np.bool_],
    image_size: Sequence[int],
    mesh_points: Sequence[int],
) -> TrackedFace:
    """Take the head's turn, place and size out of landmarks float[F, P, 3] (image fractions; depth in widths, towards the scene).

    head: float[F, 4, 4] the head's pose, as MediaPipe gives it. Untracked frames repeat the nearest tracked one.
    Raises ValueError when no frame is tracked.
    """
    found = np.flatnonzero(tracked)
    if not len(found):
        raise ValueError("The face was never found in this clip.")
    nearest = found[np.abs(np.arange(len(tracked))[:, None] - found).argmin(axis=1)]
    width, height = image_size
    pixels = landmarks[nearest].astype(np.float64) * (width, -height, -width)
    points = np.einsum("fji,fpj->fpi", head[nearest, :3, :3].astype(np.float64), pixels)
    index = {int(point): column for column, point in enumerate(mesh_points)}
    eyes = points[:, index[OUTER_EYES[1]]] - points[:, index[OUTER_EYES[0]]]
    points *= (EYE_DISTANCE / _moving_mean(np.linalg.norm(eyes, axis=1), SCALE_FRAMES))[:, None, None]
    points -= points[:, [index[point] for point in STILL_POINTS]].mean(axis=1, keepdims=True)
    return TrackedFace(points, index, np.asarray(tracked, dtype=bool))


def lip_gap(face: TrackedFace) -> NDArray[np.float64]:
    """float64[F] inner upper above inner lower lip in mm, 0 at the clip's 5th percentile: closed lips touch."""
    gap = (face.of(UPPER_INNER) - face.of(LOWER_INNER))[:, :, 1].mean(axis=1)
    return np.asarray(gap - np.percentile(gap[face.tracked], CLOSED_PERCENTILE))


def rest_frames(face: TrackedFace) -> NDArray[np.intp]:
    """The tracked frames whose lips are nearest each other."""
    tracked = np.flatnonzero(face.tracked)
    order = tracked[np.argsort(lip_gap(face)[tracked], kind="stable")]
    return np.asarray(order[: max(1, round(len(tracked) * REST_SHARE))])


def lip_measures(face: TrackedFace) -> NDArray[np.float64]:
    """float64[F, M] millimetres in the order of geometry.MEASURES, as if on the reference face; NaN what a camera does not show.

    gap, width, chin and corner only: depth hardly moves in a monocular track.
    """
    at_rest = rest_frames(face)

    def drift(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(values - values[at_rest].mean())

    corners = face.of(CORNERS)
    measures = np.full((len(face.points), geometry.COUNT), np.nan)
    measures[:, geometry.INDEX["gap"]] = lip_gap(face)
    rest_width = float(geometry.REFERENCE.neutral[geometry.INDEX["width"]])
    measures[:, geometry.INDEX["width"]] = rest_width + drift(corners[:, 1, 0] - corners[:, 0, 0])
    measures[:, geometry.INDEX["chin"]] = drift(-face.of([CHIN])[:, 0, 1])
    measures[:, geometry.INDEX["corner"]] = drift(corners[:, :, 1].mean(axis=1))
    return measures


def _moving_mean(values: NDArray[np.float64], frames: int) -> NDArray[np.float64]:
    padded = np.pad(values, frames // 2, mode="edge")
    return np.convolve(padded, np.full(frames, 1.0 / frames), mode="valid")
