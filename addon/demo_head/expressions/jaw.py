# SPDX-License-Identifier: GPL-3.0-or-later
"""The jaw: a turn about a hinge in front of the ears, with the slide of its head, and the lips that ride on it."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import proportions as mm
from ..fields import Array, bell, blob, ramp
from .face import Face

_SLIDE: Final = np.array([0.0, -2.0, 3.5])
FORWARD: Final = np.array([0.0, -0.5, 8.0])
SIDEWAYS: Final = np.array([8.0, 0.0, -0.5])
CLOSE_AT: Final = 0.775
_UPPER_SHARE: Final = 0.22


def turned(points: Array) -> Array:
    """Displacement float[N, 3] mm of points that belong wholly to the jaw at jawOpen 1."""
    angle = np.radians(mm.JAW_OPEN_DEGREES)
    arm = points - np.array(mm.JAW_HINGE)
    moved = arm.copy()
    moved[:, 1] = np.cos(angle) * arm[:, 1] - np.sin(angle) * arm[:, 2]
    moved[:, 2] = np.sin(angle) * arm[:, 1] + np.cos(angle) * arm[:, 2]
    return np.asarray(moved - arm + _SLIDE)


def share(face: Face) -> Array:
    """How much of each vertex the jaw carries, 0 … 1."""
    back = ramp(86.0, 20.0, face.z)
    hinge_line = (1.0 - back) * (mm.MOUTH_HEIGHT + mm.MOUTH_CORNER_LIFT) + back * mm.JAW_HINGE[1]
    width = 16.0 + 22.0 * back
    by_line = np.clip((hinge_line - face.y) / width, -1.0, 1.0)
    around_mouth = 1.0 - ramp(0.0, 24.0, face.from_lips)
    side = around_mouth * face.below + (1.0 - around_mouth) * np.sin(0.5 * np.pi * by_line)
    carried = 0.5 + 0.5 * side
    throat = ramp(-152.0, -104.0, face.y + 0.25 * np.maximum(60.0 - face.z, 0.0) * (face.y < -80)) * ramp(-30.0, 25.0, face.z)
    return np.asarray(carried * throat)


def centre(face: Face) -> dict[str, Array]:
    """jawOpen, jawForward, jawLeft and mouthClose."""
    carried = share(face)[:, None]
    turn = turned(face.points)
    narrowing = bell(face.reach, 1.0, 0.5) * face.near_lips(22.0)
    hollow = blob(face.sided, (44.0, -57.0, 66.0), (16.0, 22.0, 30.0))
    inward = np.zeros_like(turn)
    inward[:, 0] = -np.sign(face.x) * (3.0 * narrowing + 2.0 * hollow)

    reach = face.near_lips(16.0) * ramp(14.0, 0.0, np.abs(face.x) - mm.MOUTH_HALF_WIDTH)
    # The corners rise with the lips: a mouth closed over an open jaw is a level line, not an arch.
    close = -(carried[:, 0] - _UPPER_SHARE) * reach / CLOSE_AT
    return {
        "jawOpen": carried * turn + inward,
        "jawForward": carried * FORWARD,
        "jawLeft": carried * SIDEWAYS,
        "mouthClose": close[:, None] * turn,
    }
