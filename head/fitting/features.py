# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face shows from the front: nose, mouth, chin and eyes, found in a surface that is roughly upright and roughly in mm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..fields import Array
from .eyeballs import Ball
from .openings import Opening, openings
from .surface import Surface
from .view import View, front

_STEP: Final = 1.0
"""Millimetres of a pixel of the view from in front."""
_WINDOW: Final = 100.0
"""Millimetres aside that are looked at."""


@dataclass(frozen=True, eq=False)
class Features:
    """`nose`, `chin` float[3] mm; `mouth` and the `eyes` (left, right) are openings, None where there is none; `score` 0 … 4."""

    skin: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    nose: Array
    chin: Array | None
    mouth: Opening | None
    eyes: tuple[Opening | None, Opening | None]
    score: float


def look(
    surface: Surface, skin: NDArray[np.bool_], balls: tuple[Ball, Ball] | None, top: float, nose: Array | None = None
) -> Features | None:
    """Look at the skin bool[N] of a placed surface; the middle of the face lies at x = 0, its highest point at y = `top`.

    balls: left and right eyeball. nose: where its tip is known to be. None where not even a nose stands out.
    """
    seen = skin.copy()
    for ball in balls or ():
        seen |= np.isin(surface.island, ball.islands)
    shown = surface.triangles[seen[surface.triangles].all(1)]
    view = front(surface.points, shown, (-_WINDOW, top - 300.0), (_WINDOW, top + 5.0), _STEP)
    nose = _nose(view, balls, top) if nose is None else nose
    if nose is None:
        return None
    hidden = view.hides(surface.points, surface.normals)
    near = skin & (np.abs(surface.points[:, 0]) < _WINDOW) & (surface.points[:, 1] > nose[1] - 110.0)
    all_openings = openings(surface, near, hidden)
    mouth = _mouth(all_openings, nose)
    eyes = [_eye(all_openings, nose, side, balls) for side in (1.0, -1.0)]
    if balls is None and any(eyes):
        hidden = hidden | _in_sockets(surface.points, eyes)
        filled = openings(surface, near, hidden)
        eyes = [_eye(filled, nose, side, balls) for side in (1.0, -1.0)]
    chin = _chin(view, nose, mouth)
    score = 2.0 * (mouth is not None) + sum(0.75 for eye in eyes if eye is not None) + 0.5 * (chin is not None)
    if mouth is not None and eyes[0] is not None and eyes[1] is not None:
        score -= 0.02 * abs(eyes[0].middle[1] - eyes[1].middle[1])
    return Features(skin, hidden, nose, chin, mouth, (eyes[0], eyes[1]), score)


def _nose(view: View, balls: tuple[Ball, Ball] | None, top: float) -> Array | None:
    """Where the middle stands out furthest in front of the cheeks beside it."""
    y, middle = view.profile(3.0)
    columns = view.corner[0] + view.step * np.arange(view.depth.shape[1])
    low, high = top - 215.0, top - 50.0
    beside = 18.0
    if balls is not None:
        eyes, apart = (balls[0].centre[1] + balls[1].centre[1]) / 2, float(np.linalg.norm(balls[0].centre - balls[1].centre))
        low, high = eyes - 1.1 * apart, eyes - 0.05 * apart
        beside = 0.28 * apart
    left, right = (view.depth[:, np.argmin(np.abs(columns - at))] for at in (beside, -beside))
    fits = (y > low) & (y < high) & np.isfinite(middle) & np.isfinite(left) & np.isfinite(right)
    if not fits.any():
        return None
    stands_out = np.full(len(y), -np.inf)
    stands_out[fits] = middle[fits] - 0.5 * (left + right)[fits]
    best = int(stands_out.argmax())
    if not 1.0 < stands_out[best] < 90.0:
        return None
    around = fits & (np.abs(y - y[best]) < 12.0)
    tip = int(np.where(around, middle, -np.inf).argmax())
    return np.array([0.0, y[tip], middle[tip]])


def _mouth(found: list[Opening], nose: Array) -> Opening | None:
    """The widest opening across the middle below the nose."""
    fitting = [
        each
        for each in found
        if abs(each.middle[0]) < 0.25 * each.size[0] + 2.0
        and 10.0 < each.size[0] < 110.0
        and each.size[1] < 0.9 * each.size[0] + 6.0
        and nose[1] - 85.0 < each.middle[1] < nose[1] - 5.0
        and each.low[0] < -3.0 < 3.0 < each.high[0]
        and each.middle[2] > nose[2] - 60.0
    ]
    return max(fitting, key=lambda each: each.size[0] * min(each.behind, 40), default=None)


def _eye(found: list[Opening], nose: Array, side: float, balls: tuple[Ball, Ball] | None) -> Opening | None:
    """The opening in front of an eyeball; without one, the widest beside and above the nose."""
    ball = None if balls is None else balls[0] if side > 0 else balls[1]

    def fits(each: Opening) -> bool:
        if ball is not None:
            off = np.abs(each.middle - ball.centre)
            return bool(off[0] < 0.8 * ball.radius and off[1] < 0.8 * ball.radius and each.size[0] < 2.6 * ball.radius)
        x, y = side * each.middle[0], each.middle[1] - nose[1]
        return bool(
            12.0 < x < 70.0 and 4.0 < y < 90.0 and 12.0 < each.size[0] < 75.0 and side * each.low[0] * side * each.high[0] > 0
        )

    return max(filter(fits, found), key=lambda each: each.size[0], default=None)


def _in_sockets(points: Array, eyes: list[Opening | None]) -> NDArray[np.bool_]:
    """What would lie behind eyeballs, were there any: bool[N]. Empty sockets show their walls."""
    inside = np.zeros(len(points), bool)
    for eye in eyes:
        if eye is not None:
            beside = np.abs(points[:, :2] - eye.middle[:2]) < 0.5 * eye.size[:2] + 4.0
            inside |= beside.all(1) & (points[:, 2] < eye.high[2] - 0.4 * eye.size[0])
    return inside


def _chin(view: View, nose: Array, mouth: Opening | None) -> Array | None:
    """Below the mouth, what comes out furthest forwards and down."""
    if mouth is None:
        return None
    y, middle = view.profile(3.0)
    lips = float(mouth.middle[1])
    reach = max(nose[1] - lips, 12.0)
    fits = (y < lips - 0.45 * reach - 4.0) & (y > lips - 2.2 * reach - 8.0) & np.isfinite(middle)
    if not fits.any():
        return None
    fits &= middle > float(mouth.middle[2]) - 45.0
    if not fits.any():
        return None
    at = int(np.where(fits, 0.9 * middle - 0.44 * y, -np.inf).argmax())
    return np.array([0.0, y[at], middle[at]])
