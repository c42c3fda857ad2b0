# SPDX-License-Identifier: GPL-3.0-or-later
"""The lids: they turn about the eye, so that on their way they stay in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .. import folds
from .. import lids as rim
from ..fields import Array, blob, ramp
from .places import Face

_OVERLAP: Final = 1.1
_LIFT: Final = 0.5
_TRAVEL: Final = 12.7
"""Millimetres that the model's eye is open: amounts are given for it and scaled to others."""


@dataclass(frozen=True)
class _Lid:
    """One lid of the left eye: share of each vertex it carries, its edge and the meeting line there, in radians."""

    share: Array
    edge: Array
    shut: Array


def left(face: Face) -> dict[str, Array]:
    """Name → float[N, 3] mm of the shapes of the left eye's lids: blink, squint, wide and those that follow its gaze."""
    upper, lower = _lid(face, 1.0), _lid(face, -1.0)
    cheek = blob(face.model, (33.0, -20.0, 78.0), (19.0, 10.0, 24.0)) * ramp(6.0, 2.5, face.eye_ring)
    corner = blob(face.model, (52.0, 0.0, 70.0), (9.0, 12.0, 20.0)) * ramp(6.0, 3.0, face.eye_ring)
    nothing = np.zeros_like(cheek)
    raise_cheek = np.column_stack([-1.2 * corner, 3.2 * cheek + 0.4 * corner, 2.0 * cheek + 0.5 * corner])
    lines = (face.x > 0) * (0.6 * folds.crows_feet(face.model) + 0.9 * folds.under_eye(face.model))
    blink = _turn(face, upper, upper.shut - upper.edge, _LIFT) + _turn(face, lower, lower.shut - lower.edge, 0.0)
    blink += np.column_stack([nothing, 0.7 * cheek, 0.4 * cheek])
    along = upper.share + lower.share
    sideways = np.column_stack([along, nothing, nothing])
    return {
        "eyeBlink": blink,
        "eyeSquint": lifted(face, -2.4, 4.2) + raise_cheek + face.pressed(lines),
        "eyeWide": lifted(face, 6.6, -2.0),
        "eyeLookUp": lifted(face, 3.8, 0.8),
        "eyeLookDown": lifted(face, -8.4, -2.0),
        "eyeLookIn": -2.5 * _bulged(face, sideways, -1.0),
        "eyeLookOut": 2.6 * _bulged(face, sideways, 1.0),
    }


def _bulged(face: Face, sideways: Array, to: float) -> Array:
    """The lids go along a little with the cornea under them: most in front of it, hardly at the corners."""
    inner, outer = face.mm.eye_inner[0], face.mm.eye_outer[0]
    middle = 0.5 * (inner + outer) + 5.0 * to
    across = np.clip(1.0 - ((face.lid_edge[:, 0] - middle) / (0.5 * (outer - inner))) ** 2, 0.0, 1.0)
    return sideways * across[:, None]


def _lid(face: Face, side: float) -> _Lid:
    centre = np.array(face.mm.eye_centre)
    x, open_height = face.lid_edge.T
    radius = np.sqrt(np.maximum(face.mm.lid_radius**2 - (x - centre[0]) ** 2, 25.0))
    edge = np.arcsin(np.clip((open_height - centre[1]) / radius, -1.0, 1.0))
    meeting = rim.meeting_height(x, face.mm)
    shut = np.arcsin(np.clip((meeting - side * _OVERLAP - centre[1]) / radius, -1.0, 1.0))

    arm = face.points - centre
    beyond = side * (np.arctan2(arm[:, 1], arm[:, 2]) - edge)
    fold = np.radians(24.0 if side > 0 else 22.0)
    on_lid = face.eye_ring >= rim.EDGE_RING
    share = np.where(on_lid, 1.0, 1.0 - ramp(0.0, fold, beyond)) * ramp(0.3, 3.0, face.eye_ring)
    mine = face.upper_lid if side > 0 else 1.0 - face.upper_lid
    return _Lid(share * mine * (face.x > 0), edge, shut)


def _turn(face: Face, lid: _Lid, angle: Array, lift: float) -> Array:
    """Turn a lid by `angle` radians (up is positive) about the eye's own axis from corner to corner."""
    arm = face.points - np.array(face.mm.eye_centre)
    turn = angle * lid.share
    moved = arm.copy()
    moved[:, 1] = arm[:, 1] * np.cos(turn) + arm[:, 2] * np.sin(turn)
    moved[:, 2] = arm[:, 2] * np.cos(turn) - arm[:, 1] * np.sin(turn)
    length = np.linalg.norm(moved, axis=1)
    on_lid = np.clip(face.mm.lid_radius / np.maximum(length, 1.0), 0.8, 1.0)
    settle = _arch(face) * lid.share * np.clip(np.abs(turn) / 0.5, 0.0, 1.0) * (face.eye_ring < rim.EDGE_RING)
    moved *= (1.0 + settle * (on_lid - 1.0))[:, None]
    moved += (lift * lid.share * np.clip(np.abs(turn) / 0.4, 0.0, 1.0) / np.maximum(length, 1.0))[:, None] * moved
    return np.asarray(moved - arm)


def lifted(face: Face, upper: float, lower: float) -> Array:
    """Raise the left eye's lids by millimetres on the model's eye, float[N, 3]."""
    scale = (face.mm.upper_lid_rise + face.mm.lower_lid_drop) / _TRAVEL
    return _by_mm(face, _lid(face, 1.0), upper * scale) + _by_mm(face, _lid(face, -1.0), lower * scale)


def _by_mm(face: Face, lid: _Lid, rise: float) -> Array:
    """Raise a lid's edge by `rise` mm in the middle of the eye, less towards the corners."""
    return _turn(face, lid, rise * _arch(face) / face.mm.lid_radius, 0.0)


def _arch(face: Face) -> Array:
    """1 in the middle of the eye, 0 at its corners."""
    inner, outer = face.mm.eye_inner[0], face.mm.eye_outer[0]
    across = np.clip((face.lid_edge[:, 0] - inner) / (outer - inner), 0.0, 1.0)
    return np.asarray((4.0 * across * (1.0 - across)) ** 0.7)
