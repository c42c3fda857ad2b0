# SPDX-License-Identifier: GPL-3.0-or-later
"""The tongue: a broad loft that lies in the lower jaw and comes out over the lower lip."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import palette
from . import proportions as mm
from .fields import Array, bell, ramp
from .part import Part, Index, tube
from .teeth import front_of_arch, jaw_shapes

_STATIONS: Final = 26
_AROUND: Final = 24


def _loft() -> tuple[Array, Index, Array]:
    s = np.linspace(0.0, 1.0, _STATIONS)
    tip = front_of_arch() - 11.0
    z = 32.0 + (tip - 32.0) * np.sin(0.5 * np.pi * s) ** 0.9
    y = mm.MOUTH_HEIGHT - 12.0 + 5.0 * np.sin(np.pi * s * 0.8) - 1.5 * s
    width = 19.0 * np.sqrt(np.clip(1.0 - ((s - 0.42) / 0.60) ** 2, 0.0, 1.0)) + 0.4
    thick = (6.4 - 2.8 * s) * np.sqrt(np.clip(1.0 - np.clip((s - 0.55) / 0.46, 0, 1) ** 3, 0.0, 1.0)) + 0.3
    turn = np.linspace(0.0, 2.0 * np.pi, _AROUND, endpoint=False)
    x = width[:, None] * np.cos(turn)
    groove = 1.4 * bell(np.cos(turn), 0.0, 0.22) * (np.sin(turn) > 0)
    lift = thick[:, None] * np.sin(turn) - groove * (thick[:, None] / 6.4)
    loops = np.stack([x, y[:, None] + lift, z[:, None] + 0.0 * x], axis=-1)
    points, quads = tube(loops)
    along = np.concatenate([np.repeat(s, _AROUND), [0.0, 1.0]])
    return points, quads[:, ::-1], along


def build_tongue() -> Part:
    """The tongue, with tongueOut and the shapes of the jaw."""
    points, quads, along = _loft()
    quads = np.where(quads[:, :1] == quads[:, 1:2], np.roll(quads, -1, axis=1), quads)
    rooted = (0.45 + 0.55 * ramp(0.0, 0.35, along))[:, None]
    shapes = {name: rooted * shape for name, shape in jaw_shapes(points).items()}
    reach = ramp(0.05, 1.0, along) ** 0.9
    middle = points[:, 1] - np.interp(along, np.unique(along), [points[along == s, 1].mean() for s in np.unique(along)])
    out = np.zeros_like(points)
    out[:, 2] = 43.0 * reach
    out[:, 1] = 7.6 * bell(along, 0.72, 0.3) - 3.5 * ramp(0.75, 1.0, along) - 0.25 * middle * reach
    out[:, 0] = -0.18 * points[:, 0] * reach
    shapes["tongueOut"] = out
    colours = np.tile(palette.TONGUE.linear, (len(points), 1)) * (0.45 + 0.55 * ramp(0.15, 0.75, along))[:, None]
    return Part("Tongue", points, quads, (palette.TONGUE,), np.zeros(len(quads), np.int64), colours, shapes)
