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


def left(face: Face) -> dict[str, Array]:
    """Expressions of the left eye's lids."""
    upper, lower = _lid(face, 1.0), _lid(face, -1.0)
    cheek = blob(face.points, (31.0, -22.0, 78.0), (19.0, 10.0, 24.0)) * ramp(6.0, 2.5, face.eye_ring)
    corner = blob(face.points, (49.0, 0.0, 70.0), (9.0, 12.0, 20.0)) * ramp(6.0, 3.0, face.eye_ring)
    raise_cheek = np.column_stack([0.0 * corner, 2.8 * cheek + 0.6 * corner, 1.8 * cheek + 0.5 * corner])
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
    x, open_height = face.lid_edge.T
    radius = np.sqrt(np.maximum(LID_RADIUS**2 - (x - centre[0]) ** 2, 25.0))
    edge = np.arcsin(np.clip((open_height - centre[1]) / radius, -1.0, 1.0))
    shut = np.arcsin(np.clip((lids.meeting_height(x) - side * _OVERLAP - centre[1]) / radius, -1.0, 1.0))

    arm = face.points - centre
    beyond = side * (np.arctan2(arm[:, 1], arm[:, 2]) - edge)
    fold = np.radians(24.0 if side > 0 else 22.0)
    on_lid = face.eye_ring >= lids.EDGE_RING
    share = np.where(on_lid, 1.0, 1.0 - ramp(0.0, fold, beyond)) * ramp(0.3, 3.0, face.eye_ring)
    mine = face.upper_lid if side > 0 else 1.0 - face.upper_lid
    return _Lid(share * mine * (face.x > 0), edge, shut)


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
    settle = _arch(face) * lid.share * np.clip(np.abs(turn) / 0.5, 0.0, 1.0) * (face.eye_ring < lids.EDGE_RING)
    moved *= (1.0 + settle * (on_lid - 1.0))[:, None]
    moved += (lift * lid.share * np.clip(np.abs(turn) / 0.4, 0.0, 1.0) / np.maximum(length, 1.0))[:, None] * moved
    return np.asarray(moved - arm)


def _by_mm(face: Face, lid: _Lid, rise: float) -> Array:
    """Raise a lid's edge by `rise` mm in the middle of the eye, less towards the corners."""
    return _turn(face, lid, rise * _arch(face) / LID_RADIUS, 0.0)


def _arch(face: Face) -> Array:
    """1 in the middle of the eye, 0 at its corners."""
    inner, outer = mm.EYE_INNER[0], mm.EYE_OUTER[0]
    across = np.clip((face.lid_edge[:, 0] - inner) / (outer - inner), 0.0, 1.0)
    return np.asarray((4.0 * across * (1.0 - across)) ** 0.7)
