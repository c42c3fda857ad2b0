# SPDX-License-Identifier: GPL-3.0-or-later
"""The eyeballs: a white, an iris in graphic bands, a pupil, and a glint that stays put as a reflection does."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from . import lids, palette
from . import proportions as mm
from .fields import Array, ramp
from .part import Part, joined, mirrored, painted, tube

_IRIS_ANGLE: Final = 30.0
_PUPIL_ANGLE: Final = 13.0
_AROUND: Final = 48
_LAG: Final = 0.75
_RINGS: Final = (
    2.5, 6, 9.5, _PUPIL_ANGLE, 14, 15.5, 17.5, 20, 23, 26, 28.5, _IRIS_ANGLE, 31, 33, 40, 50, 62, 75, 90, 110, 135, 160,
)  # fmt: skip
_LOOKS: Final = {"eyeLookUp": (-20.0, 0.0), "eyeLookDown": (22.0, 0.0), "eyeLookIn": (0.0, -26.0), "eyeLookOut": (0.0, 26.0)}
_BANDS: Final = (
    (_PUPIL_ANGLE, palette.PUPIL),
    (17.5, palette.IRIS_GLOW),
    (28.0, palette.IRIS),
    (_IRIS_ANGLE, palette.LIMBUS),
    (181.0, palette.SCLERA),
)


def _turned(arm: Array, pitch: float, yaw: float) -> Array:
    a, b = np.radians(pitch), np.radians(yaw)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    return np.asarray(arm @ (about_y @ about_x).T)


def _left_eye() -> Part:
    angles = np.array(_RINGS)
    polar, turn = np.radians(angles), np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    dish = 1.0 - 0.035 * ramp(_IRIS_ANGLE, _PUPIL_ANGLE, angles)
    loops = mm.EYE_RADIUS * dish[:, None, None] * np.stack(
        [np.sin(polar)[:, None] * np.cos(turn), np.sin(polar)[:, None] * np.sin(turn), np.cos(polar)[:, None] + 0 * turn],
        axis=-1,
    )
    arm, quads = tube(loops)
    arm[-2] = (0.0, 0.0, mm.EYE_RADIUS * dish[0])
    arm[-1] = (0.0, 0.0, -mm.EYE_RADIUS)
    angle = np.degrees(np.arccos(np.clip(arm[:, 2] / np.linalg.norm(arm, axis=1), -1, 1)))
    limits = np.array([limit for limit, _ in _BANDS])
    paints = tuple(paint for _, paint in _BANDS)
    paint_of = np.searchsorted(limits, angle[quads].mean(1))
    colours = np.stack([paints[band].linear for band in np.searchsorted(limits, angle - 0.2)])
    shade = ramp(2.0, 13.0, arm[:, 1]) * (angle > _IRIS_ANGLE) + 0.6 * ramp(2.0, 11.0, arm[:, 1]) * (angle <= _IRIS_ANGLE)
    colours = colours * (1.0 - 0.42 * shade[:, None] * np.array([0.8, 1.0, 1.0]))
    centre = np.array(mm.EYE_CENTRE)
    shapes = {f"{name}Left": _turned(arm, *turn) - arm for name, turn in _LOOKS.items()}
    return Part("Eyes", arm + centre, quads, paints, paint_of, colours, shapes)


def _glint(direction: tuple[float, float], size: float) -> Part:
    """A spot of light on the left eye; it lags behind a turning eye as reflections do."""
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    radii = np.array([1.0, 0.8, 0.4]) * size
    rise = mm.EYE_RADIUS + np.array([-0.1, 0.12, 0.2]) - radii**2 / (2 * mm.EYE_RADIUS)
    loops = np.stack(
        [radii[:, None] * np.cos(turn), radii[:, None] * np.sin(turn), rise[:, None] + 0 * turn], axis=-1
    )
    flat, quads = tube(loops)
    arm = _turned(flat, *direction)
    shapes = {f"{name}Left": _turned(arm, _LAG * pitch, _LAG * yaw) - arm for name, (pitch, yaw) in _LOOKS.items()}
    return painted("Eyes", arm + np.array(mm.EYE_CENTRE), quads, palette.GLINT, shapes)


def _on_other_eye(glint: Part) -> Part:
    """The same light reflected in the right eye: on the same side of it, not mirrored."""
    shapes = {
        {"eyeLookInLeft": "eyeLookOutRight", "eyeLookOutLeft": "eyeLookInRight"}.get(n, n.replace("Left", "Right")): shape
        for n, shape in glint.shapes.items()
    }
    return replace(glint, points=glint.points - np.array([2 * mm.EYE_CENTRE[0], 0.0, 0.0]), shapes=shapes)


def build_eyes() -> Part:
    """Both eyes, with the eight eyeLook shapes."""
    eye = _left_eye()
    glints = [_glint((-13.0, 12.0), 2.1), _glint((10.0, -11.0), 0.9)]
    corner = _inner_corner()
    return joined("Eyes", [eye, mirrored(eye), *glints, *map(_on_other_eye, glints), corner, mirrored(corner)])


def _inner_corner() -> Part:
    """The small pink body that fills the inner corner of the left eye."""
    polar, turn = np.linspace(0.1, 3.04, 11), np.linspace(0, 2 * np.pi, 18, endpoint=False)
    ball = np.stack(
        [np.cos(polar)[:, None] + 0 * turn, np.sin(polar)[:, None] * np.cos(turn), np.sin(polar)[:, None] * np.sin(turn)],
        axis=-1,
    )
    place = lids.on_lid(np.array([mm.EYE_INNER]) + np.array([1.0, 0.0]), mm.EYE_RADIUS)[0]
    out = (place - np.array(mm.EYE_CENTRE)) / mm.EYE_RADIUS
    along = np.cross([0.0, 1.0, 0.0], out)
    along /= np.linalg.norm(along)
    points, quads = tube(ball * np.array([3.8, 3.2, 1.15]) @ np.stack([along, np.cross(out, along), out]) + place)
    return painted("Eyes", points, quads, palette.CORNER)
