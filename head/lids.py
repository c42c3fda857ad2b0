# SPDX-License-Identifier: GPL-3.0-or-later
"""The eye opening: where its edge runs when the eye is open and where the lids meet when it is shut."""

from __future__ import annotations

from typing import Final

import numpy as np

from .fields import Array
from .proportions import Proportions

EDGE_RING: Final = 6
"""Ring of the eye's cage that is the edge of the lids."""


def opening(phase: Array, mm: Proportions) -> Array:
    """The edge of the left eye's lids, float[N, 2] (x, y), for loop phases in [0, 1): inner corner, over the top."""
    inner, outer = np.array(mm.eye_inner), np.array(mm.eye_outer)
    angle = np.pi - 2.0 * np.pi * phase
    across = 0.5 + 0.5 * np.cos(angle)
    height = np.sin(angle)
    base = inner + across[:, None] * (outer - inner)
    upper = mm.upper_lid_rise * np.abs(height) ** 0.86 * (1.0 + 0.10 * (0.5 - across))
    lower = -mm.lower_lid_drop * np.abs(height) ** 1.05 * (1.0 + 0.22 * (across - 0.5))
    base[:, 1] += np.where(height >= 0, upper, lower)
    return np.asarray(base)


def meeting_height(x: Array, mm: Proportions) -> Array:
    """Height in mm at which the shut lids of the left eye meet, over x; a shallow bow below the corners' line."""
    inner, outer = np.array(mm.eye_inner), np.array(mm.eye_outer)
    across = np.clip((x - inner[0]) / (outer[0] - inner[0]), 0.0, 1.0)
    bow = 0.72 * mm.lower_lid_drop * (4.0 * across * (1.0 - across)) ** 0.6
    return np.asarray(inner[1] + across * (outer[1] - inner[1]) - bow)


def on_lid(xy: Array, radius: float, mm: Proportions) -> Array:
    """Lift (x, y) of the left eye onto a sphere around it, float[N, 3]."""
    centre = np.array(mm.eye_centre)
    flat = xy - centre[:2]
    depth = np.sqrt(np.maximum(radius**2 - (flat**2).sum(1), 1.0))
    return np.column_stack([xy, centre[2] + depth])


def rims(phase: Array, mm: Proportions) -> tuple[Array, Array, Array]:
    """The front edge, the inner edge against the eye, and a hidden loop behind the lid; float[N, 3] each."""
    centre = np.array(mm.eye_centre)
    edge = on_lid(opening(phase, mm), mm.lid_radius, mm)
    inward = (edge - centre) * ((mm.eye_radius + 0.35) / mm.lid_radius)
    outwards = opening(phase, mm) - opening(phase, mm).mean(0)
    behind = inward.copy()
    behind[:, :2] += 2.5 * outwards / np.linalg.norm(outwards, axis=1, keepdims=True)
    behind *= (mm.eye_radius + 0.35) / np.linalg.norm(behind, axis=1, keepdims=True)
    return edge, centre + inward, centre + behind
