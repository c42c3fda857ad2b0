# SPDX-License-Identifier: GPL-3.0-or-later
"""Brows and lashes: solid, tapered strokes that ride on the skin."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import form, lids, palette
from . import proportions as mm
from .expressions import skin_expressions
from .fields import Array, ramp
from .part import Part, joined, mirrored, painted, ride, swept
from .skin import build_skin

_LASH_TURN: Final = {"eyeBlinkLeft": -48.0, "eyeLookDownLeft": -16.0, "eyeSquintLeft": -6.0, "eyeWideLeft": 8.0, "eyeLookUpLeft": 8.0}


def _riding(points: Array, reach: float, prefixes: tuple[str, ...]) -> dict[str, Array]:
    """The shapes of the skin nearby that move these points by more than a twentieth of a millimetre."""
    skin = build_skin().points
    low, high = points.min(0) - 8.0, points.max(0) + 8.0
    near = np.flatnonzero(((skin > low) & (skin < high)).all(1))
    shapes = {}
    for name, shape in skin_expressions().items():
        if name.startswith(prefixes):
            moved = ride(points, skin[near], shape[near], reach)
            if np.abs(moved).max() > 0.05:
                shapes[name] = moved
    return shapes


def _left_brow() -> Part:
    s = np.linspace(0.0, 1.0, 30)
    x = 10.0 + 39.0 * s
    y = 20.0 + 6.5 * np.sin(np.pi * np.clip(s, 0, 1) ** 0.85 * 0.80) - 2.0 * s**3
    spine = form.front(x, y)
    up = form.normals(spine)
    spine += 0.5 * up
    taper = np.sqrt(ramp(-0.03, 0.16, s)) * (1.0 - 0.86 * s**2.2)
    points, quads = swept(spine, up, 3.0 * taper + 0.15, 1.35 * taper + 0.15, 12)
    return painted("Brows", points, quads, palette.BROWS, _riding(points, 3.0, ("brow", "nose")))


def build_brows() -> Part:
    """Both brows, with every shape that moves the skin under them."""
    brow = _left_brow()
    return joined("Brows", [brow, mirrored(brow)])


def _left_lashes() -> Part:
    phase = np.linspace(0.015, 0.5, 44)
    edge = lids.opening(phase)
    base = lids.on_lid(edge, form.LID_RADIUS + 0.1)
    s = np.linspace(0.0, 1.0, len(phase))
    length = 0.9 + 2.6 * ramp(0.1, 0.9, s) + 2.4 * ramp(0.75, 0.97, s)
    outwards = np.column_stack([0.15 + 0.75 * s, 0.42 + 0.12 * s, 0.85 - 0.5 * s])
    outwards /= np.linalg.norm(outwards, axis=1, keepdims=True)
    thick = 0.75 * ramp(-0.02, 0.12, s) * ramp(1.05, 0.9, s) + 0.08
    rows = (0.0, 0.35, 0.75, 1.0)
    over = np.stack([base + (r * length)[:, None] * outwards + np.column_stack([0 * s, thick * (1 - r) + 0.25 * r**2 * length, 0 * s]) for r in rows])
    under = np.stack([base + (r * length)[:, None] * outwards + np.column_stack([0 * s, -0.4 * thick * (1 - r) + 0.25 * r**2 * length - 0.05, 0 * s]) for r in rows])
    loops = np.concatenate([over, under[::-1]]).transpose(1, 0, 2)
    from .part import tube

    points, quads = tube(loops)
    roots = np.concatenate([np.repeat(base, loops.shape[1], axis=0), base[[0, -1]]])
    shapes = _riding(roots, 1.0, ("eye",))
    offset = points - roots
    for name, degrees in _LASH_TURN.items():
        turn = np.radians(degrees)
        turned = offset.copy()
        turned[:, 1] = np.cos(turn) * offset[:, 1] + np.sin(turn) * offset[:, 2]
        turned[:, 2] = np.cos(turn) * offset[:, 2] - np.sin(turn) * offset[:, 1]
        shapes[name] = shapes[name] + turned - offset
    return painted("Lashes", points, quads, palette.LASHES, {k: v for k, v in shapes.items() if k.endswith("Left")})


def build_lashes() -> Part:
    """The upper lashes of both eyes, which keep to the lids."""
    lash = _left_lashes()
    return joined("Lashes", [lash, mirrored(lash)])
