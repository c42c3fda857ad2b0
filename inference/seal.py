# SPDX-License-Identifier: GPL-3.0-or-later
"""Close the lips on closures and bring the lower lip to the teeth on f and v, after all else has moved them.

A frame that must close hands its lip gap down a ladder of remedies, each giving what it can: first the shapes that hold the lips
apart let go, then mouthClose lifts the lips over the open jaw, then the lower lip rolls and shrugs up, and only then the jaw
rises. Each rung is a clamp, so the result follows its input without jumps, and a frame with nothing to close is not touched.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import arkit
from .geometry import INDEX, REFERENCE, Geometry
from .rowwise import product, total

_OVERLAP: Final = 1.0
"""Millimetres by which closed lips press into each other, the virtual target of a bilabial (Löfqvist & Gracco 1997)."""
_DEEPEST: Final = 1.4
"""Millimetres beyond which closed lips, whatever presses them, would be seen to cut through each other and come apart late."""
BITE_GAP: Final = (2.5, 2.55)
"""Millimetres between the lips with the lower one under the teeth: so much that teeth are seen, so little that they touch it."""
_BITE_ROLL: Final = -3.0
_MOST_ROLL: Final = 0.6
_LEAST_BITTEN: Final = -1.8
_FURTHEST_ROLL: Final = 0.91
"""Millimetres that the edge must come to where other shapes roll it out, as in a mouth pulled aside, and the most for it."""
_MOST_LIFT: Final = 0.4
_PRESS_OF_SEAL: Final = 0.15

_HOLDERS: Final = ("mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthShrugUpper")
_LOWER_HOLDERS: Final = ("mouthLowerDownLeft", "mouthLowerDownRight")
_LIPS_UP: Final = ("mouthUpperUpLeft", "mouthUpperUpRight")
_LIFTERS: Final = ("mouthRollLower", "mouthShrugLower", "mouthPressLeft", "mouthPressRight")
_LIFTER_LIMIT: Final = 0.6

_GAP: Final = INDEX["gap"]
_ROLL: Final = INDEX["lower_roll"]
_JAW: Final = arkit.INDEX["jawOpen"]
_CLOSE: Final = arkit.INDEX["mouthClose"]
_ROLL_LOWER: Final = arkit.INDEX["mouthRollLower"]


def seal(
    shapes: NDArray[np.float32],
    closure: NDArray[np.float32],
    labiodental: NDArray[np.float32],
    geometry: Geometry | None = None,
) -> NDArray[np.float32]:
    """Weights float32[T, 52] in 0..1 whose lips meet where they must.

    shapes: float[T, 52] weights before; values outside 0..1 are clamped.
    closure: float[T] 0..1, how closed the lips must be; at 1 the gap is at most -1 mm (touching, if the face cannot overlap).
    labiodental: float[T] 0..1, how far the lower lip must be under the upper teeth; closure goes before it.
    geometry: the character's own; the reference face by default.
    """
    geometry = geometry or REFERENCE
    sealed = np.clip(np.asarray(shapes, np.float32), 0.0, 1.0)
    closed = np.clip(np.asarray(closure, np.float32), 0.0, 1.0)
    bitten = np.clip(np.asarray(labiodental, np.float32), 0.0, 1.0) * (1.0 - closed)
    rows = (closed > 0.0) | (bitten > 0.0)
    if rows.any():
        ladder = _Ladder(sealed[rows], geometry)
        ladder.bite(bitten[rows])
        ladder.narrow_to(closed[rows], -_OVERLAP)
        ladder.part_to(closed[rows], -_DEEPEST)
        sealed[rows] = ladder.shapes
    return sealed


class _Ladder:
    """Frames on their way to a smaller gap. shapes: float32[n, 52]."""

    def __init__(self, shapes: NDArray[np.float32], geometry: Geometry) -> None:
        self.shapes = shapes.copy()
        self._jacobian = geometry.jacobian
        self._neutral = geometry.neutral

    def measure(self, which: int) -> NDArray[np.float32]:
        return np.asarray(self._neutral[which] + product(self.shapes, self._jacobian[:, which]), np.float32)

    def bite(self, amount: NDArray[np.float32]) -> None:
        """Roll the lower lip in under the upper teeth, with the upper lip so far off it that the teeth are seen."""
        self._tuck(amount)
        need = amount * np.maximum(self.measure(_GAP) - BITE_GAP[1], 0.0)
        for group in ([arkit.INDEX[name] for name in _LOWER_HOLDERS], [_JAW], self._openers):
            need = self._release(need, group)
        self._add(need, self.shapes[:, _CLOSE] + amount * self._over_jaw, [_CLOSE])
        self._lift(amount * np.maximum(BITE_GAP[0] - self.measure(_GAP), 0.0))

    def _tuck(self, amount: NDArray[np.float32]) -> None:
        effect = float(self._jacobian[_ROLL_LOWER, _ROLL])
        if effect >= 0.0:
            return
        roll = self.measure(_ROLL)
        missing = np.maximum(roll - _BITE_ROLL, 0.0) * amount / -effect
        now = self.shapes[:, _ROLL_LOWER]
        usual = np.minimum(now + missing, np.maximum(now, _MOST_ROLL))
        short = np.maximum(roll + (usual - now) * effect - _LEAST_BITTEN, 0.0)
        out = np.maximum(roll - float(self._neutral[_ROLL]) - now * effect, 0.0)
        further = np.minimum(now + missing, usual + np.minimum(short, out) / -effect)
        self.shapes[:, _ROLL_LOWER] = np.minimum(further, np.maximum(usual, _FURTHEST_ROLL))

    def _lift(self, missing: NDArray[np.float32]) -> None:
        """Raise the upper lip by so many millimetres, within what looks natural."""
        group = [arkit.INDEX[name] for name in _LIPS_UP]
        effect = float(np.maximum(self._jacobian[group, _GAP], 0.0).sum())
        if effect > 0.0:
            now = self.shapes[:, group]
            lifted = np.minimum(now + (missing / effect)[:, None], np.maximum(now, _MOST_LIFT))
            self.shapes[:, group] = lifted

    @property
    def _openers(self) -> list[int]:
        return [k for k in range(arkit.COUNT) if self._jacobian[k, _GAP] > 0.0 and k != _JAW]

    @property
    def _over_jaw(self) -> NDArray[np.float32]:
        """float32[n] the mouthClose that makes up for the jaw."""
        closes = max(-float(self._jacobian[_CLOSE, _GAP]), 0.0)
        opened = self.shapes[:, _JAW] * max(float(self._jacobian[_JAW, _GAP]), 0.0)
        return np.asarray(1.05 * opened / closes if closes else 0.0 * opened, np.float32)

    def narrow_to(self, amount: NDArray[np.float32], gap: float) -> None:
        """Bring the gap `amount` of the way from where it is to `gap` millimetres, or below if it is already."""
        need = amount * np.maximum(self.measure(_GAP) - gap, 0.0)
        need = self._release(need, [arkit.INDEX[name] for name in _HOLDERS])
        need = self._add(need, _PRESS_OF_SEAL * amount, [arkit.INDEX["mouthPressLeft"], arkit.INDEX["mouthPressRight"]])
        need = self._add(need, self.shapes[:, _CLOSE] + self._over_jaw, [_CLOSE])
        need = self._add(need, _LIFTER_LIMIT * amount, [arkit.INDEX[name] for name in _LIFTERS])
        need = self._release(need, [_JAW])
        need = self._release(need, self._openers)
        self._add(need, amount, [_CLOSE, *(arkit.INDEX[name] for name in _LIFTERS)])

    def part_to(self, amount: NDArray[np.float32], gap: float) -> None:
        """Let go of mouthClose, then of what else closes, where the lips go deeper into each other than `gap`."""
        over = amount * np.maximum(gap - self.measure(_GAP), 0.0)
        for group in ([_CLOSE], [arkit.INDEX[name] for name in _LIFTERS]):
            closing = self.shapes[:, group] * np.maximum(-self._jacobian[group, _GAP], 0.0)
            share = _share(over, total(closing))
            self.shapes[:, group] -= np.where(self._jacobian[group, _GAP] < 0.0, self.shapes[:, group] * share[:, None], 0.0)
            over = np.asarray(over - share * total(closing), np.float32)

    def _release(self, need: NDArray[np.float32], group: list[int]) -> NDArray[np.float32]:
        """Let shapes that open the lips go, in proportion to their weight. Returns the need that is left."""
        effects = np.maximum(self._jacobian[group, _GAP], 0.0)
        available = self.shapes[:, group] * effects
        share = _share(need, total(available))
        self.shapes[:, group] -= np.where(effects > 0.0, self.shapes[:, group] * share[:, None], 0.0)
        return np.asarray(need - share * total(available), np.float32)

    def _add(self, need: NDArray[np.float32], limit: NDArray[np.float32], group: list[int]) -> NDArray[np.float32]:
        """Raise shapes that close the lips, each up to limit. Returns the need that is left."""
        effects = np.minimum(self._jacobian[group, _GAP], 0.0)
        room = np.maximum(np.minimum(limit, 1.0)[:, None] - self.shapes[:, group], 0.0) * (effects < 0.0)
        available = product(room, -effects)
        share = _share(need, available)
        self.shapes[:, group] += room * share[:, None]
        return np.asarray(need - share * available, np.float32)


def _share(need: NDArray[np.float32], available: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.clip(need / np.maximum(available, 1e-6), 0.0, 1.0), np.float32)
