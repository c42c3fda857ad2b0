# SPDX-License-Identifier: GPL-3.0-or-later
"""The hair: one sculpted mass of tufts that fall from a whorl to a clean hairline.

Directions from the middle of the skull are (azimuth, elevation) in degrees: azimuth 0 in front, 90 at the left ear, ±180
behind; elevation 90 on top. The mesh itself runs from the whorl outwards, so that its edges follow the strands.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from . import form
from .design import Design, HairStyle, Lock
from .fields import Array, bell, ramp
from .mesh import Index, Part, catmull_rom, joined, swept

_AROUND: Final = 240
_RINGS: Final = 40
"""Vertices around the head, and from the whorl to the ends."""
_ROOTS: Final = 2.5
"""Millimetres that the last ring lies under the skin."""


def build_hair(design: Design) -> Part:
    """The hair; it has no shapes."""
    style, mm = design.hair, design.proportions
    azimuth, elevation, along = _strands(style)
    outwards = _towards(azimuth, elevation)
    middle = np.array(mm.cranium[0]) - np.array([0.0, 7.0, 0.0])
    scalp = form.cast(middle + 190.0 * outwards.reshape(-1, 3), -outwards.reshape(-1, 3), mm).reshape(outwards.shape)
    groove, tone = _tufts(style, along)
    lift = _volume(style, azimuth, elevation) * _ends(along) - style.groove * groove
    lift[-1] = -_ROOTS
    points = scalp + lift[..., None] * outwards
    ids = np.arange(points[..., 0].size).reshape(along.shape)
    following = np.roll(ids, -1, axis=1)
    quads = np.stack([ids[:-1], ids[1:], following[1:], following[:-1]], axis=-1).reshape(-1, 4)
    colours = design.colouring.hair.linear * (tone * (0.72 + 0.28 * ramp(1.0, 0.7, along)))[..., None]
    mass = _closed(points, quads, ids[0], colours, design)
    return joined("Hair", [mass, *(_lock(path, middle, design) for path in style.locks)])


def _towards(azimuth: Array, elevation: Array) -> Array:
    a, e = np.radians(azimuth), np.radians(elevation)
    return np.stack([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)], axis=-1)


def _strands(style: HairStyle) -> tuple[Array, Array, Array]:
    """Azimuth, elevation and share of the way from whorl (0) to hairline (1) of every point, float[rings, around]."""
    end_azimuth = _evenly_spread(style)
    end = _towards(end_azimuth, _hairline(style, end_azimuth))
    whorl = _towards(np.array(style.whorl[0]), np.array(style.whorl[1]))
    share = np.concatenate([np.linspace(0.03, 1.0, _RINGS - 1) ** 0.9, [1.0]])
    along = np.repeat(share[:, None], _AROUND, axis=1)
    angle = np.arccos(np.clip(end @ whorl, -1.0, 1.0))
    course = np.sin((1.0 - along) * angle)[..., None] * whorl + np.sin(along * angle)[..., None] * end
    course /= np.linalg.norm(course, axis=-1, keepdims=True)
    return np.degrees(np.arctan2(course[..., 0], course[..., 2])), np.degrees(np.arcsin(course[..., 1])), along


def _hairline(style: HairStyle, azimuth: Array) -> Array:
    """Elevation of the hairline, smooth through the places of the style."""
    knots = np.array(style.hairline, float)
    smooth = catmull_rom(knots, np.linspace(0.0, len(knots) - 1.0, 400))
    return np.interp(np.abs(azimuth), np.maximum.accumulate(smooth[:, 0]), smooth[:, 1])


def _evenly_spread(style: HairStyle) -> Array:
    """Azimuths −180 … 180 of the ends, evenly spaced by length along the hairline."""
    fine = np.linspace(-180.0, 180.0, 1441)
    place = _towards(fine, _hairline(style, fine))
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(place, axis=0), axis=1))])
    return np.interp(np.linspace(0.0, length[-1], _AROUND, endpoint=False), length, fine)


def _volume(style: HairStyle, azimuth: Array, elevation: Array) -> Array:
    """Millimetres of hair over the scalp."""
    front = bell(azimuth, -12.0, 62.0) * bell(elevation, 52.0, 30.0)
    nape = ramp(100.0, 140.0, np.abs(azimuth)) * ramp(10.0, -30.0, elevation)
    return np.asarray(style.sides + (style.front - style.sides) * front + (style.nape - style.sides) * nape)


def _ends(along: Array) -> Array:
    """Full over most of the way, rounded off towards the hairline."""
    return np.sqrt(np.clip(1.0 - ramp(0.72, 1.03, along) ** 1.3, 0.0, 1.0)) * 0.85 + 0.15


def _tufts(style: HairStyle, along: Array) -> tuple[Array, Array]:
    """Depth of the grooves between tufts, 0 … 1, and how light each point is; both float[rings, around]."""
    number = np.arange(_AROUND) / _AROUND
    turns = style.tufts * (number + 0.015 * np.sin(2 * np.pi * 7 * number) + style.sweep / 3600.0 * np.sin(np.pi * along))
    wave = np.abs(np.sin(np.pi * turns))
    fine = np.abs(np.sin(np.pi * 3.0 * turns + 0.7))
    depth = (1.0 - wave**0.7) + 0.22 * (1.0 - fine)
    return depth * ramp(0.02, 0.22, along), 1.0 + 0.1 * np.sin(2.3 * np.floor(turns)) - 0.25 * (1.0 - wave**0.5)


def _closed(points: Array, quads: Index, first: Index, colours: Array, design: Design) -> Part:
    """Close the mass over the whorl."""
    flat = points.reshape(-1, 3)
    top = len(flat)
    crown = np.stack([first, np.roll(first, -1), np.full(len(first), top), np.full(len(first), top)], axis=-1)
    flat = np.vstack([flat, flat[first].mean(0)])
    tones = colours.reshape(-1, 3)
    tones = np.vstack([tones, tones[first].mean(0)])
    quads = np.concatenate([quads, crown])
    return Part("Hair", flat, quads, (design.colouring.hair,), np.zeros(len(quads), np.int64), tones)


def _lock(path: tuple[Lock, ...], middle: Array, design: Design) -> Part:
    """A broad tapered lock through places on the scalp."""
    s = np.linspace(0.0, 1.0, 30)
    azimuth, elevation, lift, width = catmull_rom(np.array(path, float), s * (len(path) - 1.0)).T
    outwards = _towards(azimuth, elevation)
    spine = form.cast(middle + 190.0 * outwards, -outwards, design.proportions) + lift[:, None] * outwards
    taper = np.sqrt(ramp(-0.05, 0.25, s)) * np.sqrt(np.clip(1.0 - s**4, 0.0, 1.0))
    points, quads = swept(spine, outwards, width * taper + 0.2, 0.42 * width * taper + 0.2, 16)
    around = np.tile(np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False), len(s))
    strands = 1.0 - 0.1 * np.abs(np.sin(2.5 * around))
    tone = np.concatenate([strands * np.repeat(0.9 + 0.14 * np.sin(np.pi * s), 16), [0.9, 0.9]])
    colours = design.colouring.hair.linear * tone[:, None]
    return Part("Hair", points, quads, (design.colouring.hair,), np.zeros(len(quads), np.int64), colours)
