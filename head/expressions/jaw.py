# SPDX-License-Identifier: GPL-3.0-or-later
"""The jaw: a turn about a hinge in front of the ears, with the slide of its head, and the lips that ride on it."""

from __future__ import annotations

from typing import Final

import numpy as np

from ..fields import Array, bell, blob, ramp
from ..proportions import Proportions
from .places import Face

_SLIDE: Final = np.array([0.0, -2.0, 3.5])
"""Millimetres that the head of the jaw slides forward and down at jawOpen 1."""
FORWARD: Final = np.array([0.0, -0.2, 11.0])
SIDEWAYS: Final = np.array([9.0, 0.0, -0.5])
"""Millimetres of jawForward and of jawLeft at 1."""
_CLOSE_AT: Final = 0.775
"""The mouthClose that brings the lips together over jawOpen 1, and the share of the way that the upper lip goes."""
_UPPER_SHARE: Final = 0.22


def turned(points: Array, mm: Proportions) -> Array:
    """Displacement float[N, 3] mm of points that belong wholly to the jaw at jawOpen 1."""
    angle = np.radians(mm.jaw_open_degrees)
    arm = points - np.array(mm.jaw_hinge)
    moved = arm.copy()
    moved[:, 1] = np.cos(angle) * arm[:, 1] - np.sin(angle) * arm[:, 2]
    moved[:, 2] = np.sin(angle) * arm[:, 1] + np.cos(angle) * arm[:, 2]
    return np.asarray(moved - arm + _SLIDE)


def share(face: Face) -> Array:
    """float[N] 0 … 1: how far each vertex of the skin goes with the jaw."""
    mm, (_, y, z) = face.mm, face.points.T
    back = ramp(86.0, 20.0, z)
    hinge_line = (1.0 - back) * (mm.mouth_height + mm.mouth_corner_lift) + back * mm.jaw_hinge[1]
    width = 16.0 + 19.0 * back
    by_line = np.clip((hinge_line - y) / width, -1.0, 1.0)
    around_mouth = 1.0 - ramp(0.0, 24.0, face.from_lips)
    side = around_mouth * face.below + (1.0 - around_mouth) * np.sin(0.5 * np.pi * by_line)
    carried = 0.5 + 0.5 * side
    under = mm.chin[0][1] - mm.chin[1][1]
    depth = y + 0.25 * np.maximum(60.0 - z, 0.0) * (y < mm.mouth_height - 20.0)
    return np.asarray(carried * ramp(under - 46.0, under - 2.0, depth) * ramp(-30.0, 25.0, z))


def centre(face: Face) -> dict[str, Array]:
    """Name → float[N, 3] mm of jawOpen, jawForward, jawLeft and mouthClose."""
    carried = share(face)[:, None]
    turn = turned(face.points, face.mm)
    narrowing = bell(face.reach, 1.0, 0.5) * face.near_lips(22.0)
    hollow = blob(face.sided, (44.0, -53.0, 66.0), (16.0, 20.0, 30.0))
    inward = np.zeros_like(turn)
    inward[:, 0] = -np.sign(face.x) * (3.0 * narrowing + 2.4 * hollow)

    reach = face.near_lips(16.0) * ramp(14.0, 0.0, np.abs(face.points[:, 0]) - face.mm.mouth_half_width)
    # The corners rise with the lips: a mouth closed over an open jaw is a level line, not an arch.
    close = -(carried[:, 0] - _UPPER_SHARE) * reach / _CLOSE_AT
    return {
        "jawOpen": carried * turn + inward,
        "jawForward": carried * FORWARD,
        "jawLeft": carried * SIDEWAYS,
        "mouthClose": close[:, None] * turn,
    }
