# SPDX-License-Identifier: GPL-3.0-or-later
"""The lids: they turn about the eye, so that on their way they stay in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .. import lids
from .. import proportions as mm
from ..fields import Array, blob, ramp
from ..form import LID_RADIUS
from .face import Face

_OVERLAP: Final = 0.35
_LIFT: Final = 0.5


@dataclass(frozen=True)
class _Lid:
    """One lid of the left eye: share of each vertex it carries, its edge and the meeting line there, in radians."""

    share: Array
    edge: Array
    shut: Array
    open_height: Array


def left(face: Face) -> dict[str, Array]:
    """Expressions of the left eye's lids."""
    upper, lower = _lid(face, 1.0), _lid(face, -1.0)
    cheek = blob(face.points, (31.0, -22.0, 78.0), (19.0, 10.0, 24.0)) * ramp(6.0, 2.5, face.eye_ring)
    corner = blob(face.points, (49.0, 0.0, 70.0), (9.0, 12.0, 20.0)) * ramp(6.0, 3.0, face.eye_ring)
    raise_cheek = np.column_stack([0.3 * corner * 0, 2.8 * cheek + 0.6 * corner, 1.8 * cheek + 0.5 * corner])
    blink = _turn(face, upper, upper.shut - upper.edge, _LIFT) + _turn(face, lower, lower.shut - lower.edge, 0.0)
    blink += np.column_stack([np.zeros_like(cheek), 0.7 * cheek, 0.4 * cheek])
    along = upper.share + lower.share
    sideways = np.column_stack([along, np.zeros_like(along), np.zeros_like(along)])
    return {
        "eyeBlink": blink,
        "eyeSquint": _by_mm(face, upper, -2.0) + _by_mm(face, lower, 3.4) + raise_cheek,
        "eyeWide": _by_mm(face, upper, 2.6) + _by_mm(face, lower, -1.0),
        "eyeLookUp": _by_mm(face, upper, 2.6) + _by_mm(face, lower, 0.6),
        "eyeLookDown": _by_mm(face, upper, -5.2) + _by_mm(face, lower, -1.5),
        "eyeLookIn": -0.7 * sideways,
        "eyeLookOut": 0.7 * sideways,
    }


def _lid(face: Face, side: float) -> _Lid:
    centre = np.array(mm.EYE_CENTRE)
    phase = np.linspace(0.0, 0.5, 181)
    curve = lids.opening(phase if side > 0 else np.append(-phase[1:], 0.0)[::-1] % 1.0)
    curve = curve[np.argsort(curve[:, 0])]
    x = np.clip(face.x, mm.EYE_INNER[0], mm.EYE_OUTER[0])
    open_height = np.interp(x, curve[:, 0], curve[:, 1])
    corners = np.interp(x, [mm.EYE_INNER[0], mm.EYE_OUTER[0]], [mm.EYE_INNER[1], mm.EYE_OUTER[1]])
    radius = np.sqrt(np.maximum(LID_RADIUS**2 - (x - centre[0]) ** 2, 25.0))
    edge = np.arcsin((open_height - centre[1]) / radius)
    shut = np.arcsin((lids.meeting_height(x) - side * _OVERLAP * (x > 0) - centre[1]) / radius)

    arm = face.points - centre
    elevation = np.arctan2(arm[:, 1], arm[:, 2])
    beyond = side * (elevation - edge)
    fold = np.radians(34.0 if side > 0 else 26.0)
    share = 1.0 - ramp(0.0, 1.0, np.clip(beyond / fold, 0.0, 1.0))
    mine = side * (face.y - corners) > 0
    outside = np.maximum(np.maximum(mm.EYE_INNER[0] - face.x, face.x - mm.EYE_OUTER[0]), 0.0)
    share = np.where((face.x > 0) & (arm[:, 2] > -5.0) & mine, share, 0.0) * (1.0 - ramp(0.0, 4.0, outside))
    rim = face.eye_ring >= 6.0
    return _Lid(np.where(rim & mine & (face.x > 0), 1.0, share), edge, shut, open_height)


def _turn(face: Face, lid: _Lid, angle: Array, lift: float) -> Array:
    """Turn a lid by `angle` radians (up is positive) about the eye's own axis from corner to corner."""
    centre = np.array(mm.EYE_CENTRE)
    arm = face.points - centre
    turn = angle * lid.share
    moved = arm.copy()
    moved[:, 1] = arm[:, 1] * np.cos(turn) + arm[:, 2] * np.sin(turn)
    moved[:, 2] = arm[:, 2] * np.cos(turn) - arm[:, 1] * np.sin(turn)
    length = np.linalg.norm(moved, axis=1)
    on_lid = np.clip(LID_RADIUS / np.maximum(length, 1.0), 0.8, 1.0)
    settle = lid.share * np.clip(np.abs(turn) / 0.5, 0.0, 1.0) * (face.eye_ring < 6.0)
    moved *= (1.0 + settle * (on_lid - 1.0))[:, None]
    moved += (lift * lid.share * np.clip(np.abs(turn) / 0.4, 0.0, 1.0) / np.maximum(length, 1.0))[:, None] * moved
    return np.asarray(moved - arm)


def _by_mm(face: Face, lid: _Lid, rise: float) -> Array:
    """Raise a lid's edge by `rise` mm in the middle of the eye, less towards the corners."""
    inner, outer = mm.EYE_INNER[0], mm.EYE_OUTER[0]
    across = np.clip((face.x - inner) / (outer - inner), 0.0, 1.0)
    arch = (4.0 * across * (1.0 - across)) ** 0.7
    return _turn(face, lid, rise * arch / LID_RADIUS, 0.0)
