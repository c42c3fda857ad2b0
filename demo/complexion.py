# SPDX-License-Identifier: GPL-3.0-or-later
"""Lips and eyes for a head of which there is only a mesh, where its own shapes say that they are.

All places are millimetres in the frame of a face: left, up from the middle of the eyes, forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parlance.inference.rigging.calibration import Calibration

Points = NDArray[np.float64]
Colour = tuple[float, float, float]
SKIN: Final[Colour] = (0.66, 0.42, 0.32)
LIPS: Final[Colour] = (0.5, 0.2, 0.18)
HAIR: Final[Colour] = (0.09, 0.055, 0.04)
LASHES: Final[Colour] = (0.05, 0.03, 0.025)
FLESH: Final[Colour] = (0.2, 0.06, 0.065)
TONGUE: Final[Colour] = (0.36, 0.13, 0.14)
TEETH: Final[Colour] = (0.7, 0.68, 0.63)
WHITE: Final[Colour] = (0.56, 0.53, 0.5)
IN_SHADE: Final = ((6.0, 1.0), (28.0, 0.18))
"""How bright tongue and teeth are so many millimetres behind the lips: little light falls into a mouth."""
SHADE: Final = 0.6
SHADE_OVER: Final = 8.0
"""How much darker the white of an eye is under the upper lid, and the millimetres in which it gets so."""
BROWS: Final[Colour] = (0.1, 0.06, 0.045)
BROW: Final = ((10.5, -2.4), (20.0, -1.2), (31.0, 0.2), (42.0, 0.2), (52.0, -3.0))
"""A brow in mm left of the middle, and above where the face's brows move."""
THICK: Final = (2.4, 3.1, 2.8, 2.1, 1.0)
"""Half of a brow's width in mm, at each of these places."""
USUAL: Final = 18.0
"""Millimetres of brows above the eyes where no shape moves them."""
IRIS: Final = ((0.0, (0.004, 0.004, 0.005)), (2.3, (0.004, 0.004, 0.005)), (2.7, (0.11, 0.06, 0.035)), (5.2, (0.09, 0.05, 0.03)),
               (6.3, (0.03, 0.02, 0.015)))  # fmt: skip
GLINT: Final = ((0.0, (1.0, 1.0, 1.0)), (0.9, (1.0, 1.0, 1.0)))
"""Colours by mm from the middle of a disc."""
LIGHT: Final = (-1.9, 2.2)
"""Where a light is reflected, from the middle of an eye."""
AROUND: Final = 32
NEAR: Final = 12.0
"""Millimetres around the middle of an eye in which its ball is sought."""
OVER: Final = 0.12
"""Millimetres that a disc lies over the ball, for each that is laid on another."""


@dataclass(frozen=True)
class Sheet:
    """Coloured faces that ride on a head: points and colours float[N, 3]; the vertices that carry each point, int[N, K], and how
    much of it, float[N, K]."""

    points: Points
    colours: Points
    faces: list[list[int]]
    carriers: NDArray[np.int64]
    shares: Points

    def carried(self, delta: Points) -> Points:
        """float64[N, 3] mm that its points move where a head's vertices move by `delta` float64[V, 3]."""
        return np.asarray((delta[self.carriers] * self.shares[..., None]).sum(axis=1))


def paint(placed: Points, colours: Points, calibration: Calibration) -> None:
    """Lips onto the skin of a mesh and shade into its mouth, in place."""
    skin = np.isclose(colours, SKIN).all(axis=1) & (placed[:, 2] > -25.0) & (np.abs(placed[:, 1]) < 90.0)
    marks = calibration.landmarks
    middle = placed[[*marks.upper, *marks.lower]].mean(axis=0)
    half = abs(placed[marks.corners[1], 0] - placed[marks.corners[0], 0]) / 2
    along = np.clip(1 - (placed[:, 0] / half) ** 2, 0, 1) ** 0.6
    above = placed[:, 1] - middle[1]
    height = np.where(above > 0, 6.5, 8.5) * along
    front = placed[:, 2] > middle[2] - 16.0
    _blend(colours, skin & front, np.clip((height - np.abs(above)) / 1.5, 0, 1) * (along > 0), LIPS)
    inside = np.any([np.isclose(colours, part).all(axis=1) for part in (TONGUE, TEETH)], axis=0)
    depths, brightness = zip(*IN_SHADE, strict=True)
    colours[inside] *= np.interp(middle[2] - placed[inside, 2], depths, brightness)[:, None]


def brow_path(placed: Points, skin: NDArray[np.int64], brow_moves: Sequence[Points]) -> Points:
    """float[N, 2] where a left brow lies: as high as the brows' shapes, float[V, 3] each, move the skin most."""
    path = np.array(BROW)
    path[:, 1] += _brow_height(placed[skin], [moves[skin] for moves in brow_moves])
    return path


def _brow_height(placed: Points, brow_moves: Sequence[Points]) -> float:
    """Millimetres above the eyes, of skin float[N, 3] that the brows' shapes move."""
    over = (placed[:, 2] > -25.0) & (placed[:, 1] > 5.0) & (placed[:, 1] < 45.0) & (np.abs(placed[:, 0]) < 60.0)
    heights = []
    for moves in brow_moves:
        size = np.linalg.norm(moves[over], axis=1) ** 3
        if size.max(initial=0.0) > 1.0:
            heights.append(float(np.average(placed[over, 1], weights=size)))
    return float(np.mean(heights)) if heights else USUAL


def eyes(placed: Points, colours: Points) -> list[Sheet]:
    """Iris, pupil and a glint for each eyeball, which are the vertices painted WHITE.

    The balls are shaded in place as by the lids, or else they stare.
    """
    balls = np.isclose(colours, WHITE).all(axis=1)
    made = []
    for side in (-1, 1):
        ball = np.flatnonzero(balls & (np.sign(placed[:, 0]) == side))
        if len(ball):
            middle = np.median(placed[ball, :2], axis=0)
            under_lid = np.clip((placed[ball, 1] - middle[1]) / SHADE_OVER + 0.5, 0, 1)
            colours[ball] *= (1 - SHADE * under_lid)[:, None]
            made += [_disc(placed, ball, middle, IRIS, OVER), _disc(placed, ball, middle + LIGHT, GLINT, 2 * OVER)]
    return made


def _disc(placed: Points, ball: NDArray[np.int64], middle: Points, look: Sequence[tuple[float, Colour]], over: float) -> Sheet:
    """Rings about a place on the front of a ball, which lies on a sphere through its front."""
    turn = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    radii = np.array([max(radius, 0.01) for radius, _ in look])
    flat = (middle + radii[:, None, None] * np.stack([np.cos(turn), np.sin(turn)], axis=-1)[None]).reshape(-1, 2)
    front = placed[ball[np.linalg.norm(placed[ball, :2] - middle, axis=1) < NEAR]]
    front = front[front[:, 2] > front[:, 2].max() - 9.0]
    system = np.column_stack([2 * front, np.ones(len(front))])
    solution = np.linalg.lstsq(system, (front**2).sum(axis=1), rcond=None)[0]
    centre, square = solution[:3], solution[3] + solution[:3] @ solution[:3]
    depth = _sphere(flat, centre, square) + over
    under = front[np.linalg.norm(front[:, :2] - middle, axis=1) < radii.max() + 1.0]
    depth += max(float((under[:, 2] - _sphere(under[:, :2], centre, square)).max(initial=0.0)), 0.0)
    points = np.column_stack([flat, depth])
    apart = np.linalg.norm(placed[ball][None, :, :2] - flat[:, None], axis=2) + 10.0 * (placed[ball, 2] < front[:, 2].min())
    inner = [ring * AROUND + step for ring in range(len(look) - 1) for step in range(AROUND)]
    beside = [ring * AROUND + (step + 1) % AROUND for ring in range(len(look) - 1) for step in range(AROUND)]
    faces = [[one, one + AROUND, other + AROUND, other] for one, other in zip(inner, beside, strict=True)]
    shades = np.repeat(np.array([colour for _, colour in look]), AROUND, axis=0)
    return Sheet(points, shades, faces, ball[apart.argmin(axis=1)][:, None], np.ones((len(points), 1)))


def _sphere(flat: Points, centre: Points, square: float) -> Points:
    """How far forward a sphere's front is, over places float[N, 2]."""
    return np.asarray(centre[2] + np.sqrt(np.maximum(square - ((flat - centre[:2]) ** 2).sum(axis=1), 1.0)))


def _blend(colours: Points, where: NDArray[np.bool_], amount: Points, colour: Colour) -> None:
    share = (amount * where)[:, None]
    colours[:] = colours * (1 - share) + np.array(colour) * share
