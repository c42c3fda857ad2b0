# SPDX-License-Identifier: GPL-3.0-or-later
"""The hair: a cap that follows the skull down to the hairline, and broad tapered locks swept over it.

Places on the scalp are given as (azimuth, elevation) in degrees around the middle of the skull: azimuth 0 in front, 90
at the left ear, ±180 behind; elevation 90 on top. A lock runs through such places, each with mm of lift off the scalp.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from . import form, palette
from .fields import Array, ramp
from .part import Part, joined, painted, swept

_IN_SHADE: Final = 0.75
_CENTRE: Final = np.array([0.0, 30.0, -8.0])
_HAIRLINE: Final = (
    (0, 28), (20, 28), (38, 25), (50, 19), (60, 9), (68, -3), (73, -14), (78, -19), (83, -16), (92, -14), (104, -17),
    (110, -30), (120, -41), (145, -50), (180, -53),
)  # fmt: skip


def _scalp(azimuth: Array, elevation: Array, lift: Array) -> Array:
    """Points float[N, 3] `lift` mm above the scalp."""
    a, e = np.radians(azimuth), np.radians(elevation)
    outwards = np.column_stack([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
    landed = form.cast(_CENTRE + 190.0 * outwards, -outwards)
    return np.asarray(landed + lift[:, None] * outwards)


def _cap() -> Part:
    around, rings = 96, 22
    azimuth = np.linspace(-180.0, 180.0, around, endpoint=False)
    low = np.interp(np.abs(azimuth), *np.array(_HAIRLINE, float).T)
    s = np.linspace(0.0, 1.0, rings)
    elevation = 89.0 + s[:, None] * (low - 89.0)
    lift = 6.5 * ramp(1.02, 0.7, s)[:, None] + 0 * low - 0.6
    points = _scalp(np.tile(azimuth, rings), elevation.ravel(), lift.ravel())
    ids = np.arange(around * rings).reshape(rings, around)
    following = np.roll(ids, -1, axis=1)
    quads = np.stack([ids[:-1], ids[1:], following[1:], following[:-1]], axis=-1).reshape(-1, 4)
    top = len(points)
    crown = np.stack([ids[0], following[0], np.full(around, top), np.full(around, top)], axis=-1)
    points = np.vstack([points, _scalp(np.array([0.0]), np.array([90.0]), np.array([6.0]))])
    cap = painted("Hair", points, np.concatenate([quads, crown]), palette.HAIR)
    return replace(cap, colours=_IN_SHADE * cap.colours)


def _lock(path: list[tuple[float, float, float]], width: float, thick: float, shade: float) -> Part:
    s = np.linspace(0.0, 1.0, 26)
    smooth = _through(np.array(path, float), s)
    spine = _scalp(smooth[:, 0], smooth[:, 1], smooth[:, 2])
    up = spine - _CENTRE
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    taper = np.sqrt(ramp(-0.08, 0.35, s)) * np.clip(1.0 - s**3.2, 0.0, 1.0) ** 0.75
    points, quads = swept(spine, up, width * taper + 0.1, thick * taper + 0.1, 14)
    tone = shade * (0.82 + 0.3 * np.sin(np.pi * s))
    tone = np.concatenate([np.repeat(tone, 14), tone[[0, -1]]])
    colours = palette.HAIR.linear * tone[:, None]
    return Part("Hair", points, quads, (palette.HAIR,), np.zeros(len(quads), np.int64), colours)


def _through(knots: Array, s: Array) -> Array:
    """The polynomial through knots float[K, C], K ≤ 5, evenly spaced over s in 0 … 1 (Lagrange); float[N, C]."""
    places = np.linspace(0.0, 1.0, len(knots))
    total = np.zeros((len(s), knots.shape[1]))
    for place, knot in zip(places, knots, strict=True):
        others = places[places != place]
        total += np.prod((s[:, None] - others) / (place - others), axis=1)[:, None] * knot
    return total


def _locks() -> list[Part]:
    parts: list[Part] = []
    for k, s in enumerate(np.linspace(0.0, 1.0, 9)):
        # From the part on the left, swept over the forehead to the right.
        root = (40.0 + 70.0 * s, 33.0 + 45.0 * s, 5.0)
        crest = (12.0 - 40.0 * s, 41.0 + 39.0 * s, 15.0 + 2.0 * s)
        fall = (-28.0 - 48.0 * s, 23.0 + 27.0 * s, 11.0)
        tip = (-60.0 - 34.0 * s, -8.0 - 8.0 * s, 5.0)
        parts.append(_lock([root, crest, fall, tip], 13.5, 8.0, 0.92 + 0.16 * (k % 2)))
    for k, s in enumerate(np.linspace(0.0, 1.0, 6)):
        # From the part down over the left temple and ear.
        root = (38.0 + 70.0 * s, 35.0 + 43.0 * s, 5.0)
        middle = (56.0 + 40.0 * s, 29.0 + 29.0 * s, 13.0)
        fall = (69.0 + 35.0 * s, 9.0 + 17.0 * s, 10.0)
        tip = (80.0 + 36.0 * s, -13.0 - 14.0 * s, 5.0)
        parts.append(_lock([root, middle, fall, tip], 12.0, 6.0, 0.92 + 0.16 * (k % 2)))
    for k, azimuth in enumerate(np.linspace(100.0, 262.0, 13)):
        # From the crown down to the nape.
        away = abs(azimuth - 180.0) / 80.0
        bottom = float(np.interp(min(azimuth, 360.0 - azimuth), *np.array(_HAIRLINE, float).T))
        root = (180.0 + 0.4 * (azimuth - 180.0), 76.0, 4.0)
        middle = (180.0 + 0.85 * (azimuth - 180.0), 48.0, 10.0)
        tip = (azimuth, bottom - 4.0 + 10.0 * away, 3.0)
        parts.append(_lock([root, middle, tip], 14.0, 6.0, 0.92 + 0.16 * (k % 2)))
    return parts


def build_hair() -> Part:
    """Cap and locks; the hair has no shapes."""
    return joined("Hair", [_cap(), *_locks()])
