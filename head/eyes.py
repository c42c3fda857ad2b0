# SPDX-License-Identifier: GPL-3.0-or-later
"""The eyeballs: a white, an iris with its rim and rays, a pupil, and a glint that stays put as a reflection does."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from . import lids, palette
from .design import Design
from .fields import Array, bell, ramp
from .mesh import Part, joined, mirrored, painted, tube
from .palette import linear
from .proportions import Proportions

_PUPIL: Final = 0.42
"""Of the iris's radius."""
_AROUND: Final = 48
"""Vertices of a ring."""
_LAG: Final = 0.75
"""Share of the eye's turn by which a glint goes along."""
_IRIS_RINGS: Final = (0.09, 0.2, 0.32, _PUPIL, 0.46, 0.53, 0.61, 0.7, 0.79, 0.87, 0.94, 1.0)
"""Radii of the rings, of the iris's."""
_WHITE_RINGS: Final = (2.5, 5.0, 11.0, 21.0, 33.0, 46.0, 62.0, 82.0, 106.0, 131.0)
"""Degrees of the others beyond the iris."""
LOOKS: Final = {"eyeLookUp": (-20.0, 0.0), "eyeLookDown": (22.0, 0.0), "eyeLookIn": (0.0, -26.0), "eyeLookOut": (0.0, 26.0)}
"""Degrees of pitch and yaw of the left eye at 1."""


def build_eyes(design: Design) -> Part:
    """Both eyes, with the eight eyeLook shapes."""
    mm = design.proportions
    eye = _left_eye(design)
    glints = [_glint((-14.0, 12.0), 2.2, mm), _glint((11.0, -11.0), 0.9, mm)]
    corner = _inner_corner(mm)
    others = [_on_other_eye(glint, mm) for glint in glints]
    return joined("Eyes", [eye, mirrored(eye), *glints, *others, corner, mirrored(corner)])


def turned(arm: Array, pitch: float, yaw: float) -> Array:
    """Points float[N, 3] around the middle of an eye that turns by degrees; down and to the character's left are positive."""
    a, b = np.radians(pitch), np.radians(yaw)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    return np.asarray(arm @ (about_y @ about_x).T)


def _left_eye(design: Design) -> Part:
    mm = design.proportions
    iris, radius = mm.iris_degrees, mm.eye_radius
    angles = np.concatenate([iris * np.array(_IRIS_RINGS), iris + np.array(_WHITE_RINGS)])
    polar, turn = np.radians(angles), np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    dish = 1.0 - 0.035 * ramp(iris, _PUPIL * iris, angles)
    across, forward = np.sin(polar)[:, None], np.broadcast_to(np.cos(polar)[:, None], (len(polar), _AROUND))
    loops = radius * dish[:, None, None] * np.stack([across * np.cos(turn), across * np.sin(turn), forward], axis=-1)
    arm, quads = tube(loops)
    arm[-2] = (0.0, 0.0, radius * dish[0])
    arm[-1] = (0.0, 0.0, -radius)
    angle = np.degrees(np.arccos(np.clip(arm[:, 2] / np.linalg.norm(arm, axis=1), -1, 1)))
    paints = (palette.PUPIL, design.colouring.iris, palette.SCLERA)
    paint_of = np.searchsorted((_PUPIL * iris, iris), angle[quads].mean(1))
    shapes = {f"{name}Left": turned(arm, *look) - arm for name, look in LOOKS.items()}
    colours = _colours(arm, angle / iris, design)
    return Part("Eyes", arm + np.array(mm.eye_centre), quads, paints, paint_of, colours, shapes)


def _colours(arm: Array, ring: Array, design: Design) -> Array:
    """Linear RGB float[N, 3]: rays from a light inner ring to a dark rim, and the shade of the lids on all of it."""
    around = np.arctan2(arm[:, 1], arm[:, 0])
    rays = 0.5 + 0.5 * np.sin(16.0 * around) * np.sin(5.0 * around + 1.0)
    light = 0.75 * ramp(0.85, 0.5, ring) * (0.55 + 0.45 * rays) + 0.5 * ramp(0.3, -0.9, np.sin(around)) * bell(ring, 0.72, 0.2)
    iris, bright, rim = design.colouring.iris.linear, linear(design.colouring.iris_light), linear(design.colouring.limbus)
    colours = iris + np.clip(light, 0.0, 1.0)[:, None] * (bright - iris)
    colours = colours + ramp(0.84, 0.99, ring)[:, None] * (rim - colours)
    white = palette.SCLERA.linear + 0.5 * ramp(2.0, 3.2, ring)[:, None] * (palette.CORNER.linear - palette.SCLERA.linear)
    colours = np.where((ring < 1.005)[:, None], colours, white)
    colours = np.where((ring < _PUPIL + 0.005)[:, None], palette.PUPIL.linear, colours)
    height = arm[:, 1] / design.proportions.eye_radius
    shade = np.where(ring > 1.005, 1.0, 0.7) * ramp(-0.1, 0.45, height)
    return np.asarray(colours * (1.0 - 0.5 * shade[:, None] * np.array([0.8, 1.0, 1.0])))


def _glint(direction: tuple[float, float], size: float, mm: Proportions) -> Part:
    """A spot of light on the left eye; it lags behind a turning eye as reflections do."""
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    radii = np.array([1.0, 0.8, 0.4]) * size
    rise = mm.eye_radius + np.array([-0.1, 0.12, 0.2]) - radii**2 / (2 * mm.eye_radius)
    loops = np.stack([radii[:, None] * np.cos(turn), radii[:, None] * np.sin(turn), rise[:, None] + 0 * turn], axis=-1)
    flat, quads = tube(loops)
    arm = turned(flat, *direction)
    shapes = {f"{name}Left": turned(arm, _LAG * pitch, _LAG * yaw) - arm for name, (pitch, yaw) in LOOKS.items()}
    return painted("Eyes", arm + np.array(mm.eye_centre), quads, palette.GLINT, shapes)


def _on_other_eye(glint: Part, mm: Proportions) -> Part:
    """The same light reflected in the right eye: on the same side of it, not mirrored."""
    shapes = {
        {"eyeLookInLeft": "eyeLookOutRight", "eyeLookOutLeft": "eyeLookInRight"}.get(n, n.replace("Left", "Right")): shape
        for n, shape in glint.shapes.items()
    }
    return replace(glint, points=glint.points - np.array([2 * mm.eye_centre[0], 0.0, 0.0]), shapes=shapes)


def _inner_corner(mm: Proportions) -> Part:
    """The small pink body that fills the inner corner of the left eye."""
    polar, turn = np.linspace(0.1, 3.04, 11), np.linspace(0, 2 * np.pi, 18, endpoint=False)
    ball = np.stack(
        [np.cos(polar)[:, None] + 0 * turn, np.sin(polar)[:, None] * np.cos(turn), np.sin(polar)[:, None] * np.sin(turn)],
        axis=-1,
    )
    place = lids.on_lid(np.array([mm.eye_inner]) + np.array([1.0, 0.0]), mm.eye_radius, mm)[0]
    out = (place - np.array(mm.eye_centre)) / mm.eye_radius
    along = np.cross([0.0, 1.0, 0.0], out)
    along /= np.linalg.norm(along)
    points, quads = tube(ball * np.array([3.6, 2.8, 1.1]) @ np.stack([along, np.cross(out, along), out]) + place)
    return painted("Eyes", points, quads, palette.CORNER)
