# SPDX-License-Identifier: GPL-3.0-or-later
"""What each of the 52 shapes does to the lips and lids, in millimetres; and the way back, from millimetres to shapes.

The model is linear: measures = neutral + weights @ jacobian. On a real head the jaw turns rather than slides, and a shape at
half weight beside another is not exactly half of it alone; blend shapes themselves add up linearly, so the error is only that of
measuring distances along fixed axes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import arkit, least_squares
from .rowwise import product

MEASURES: Final = (
    "gap",
    "width",
    "upper_protrusion",
    "lower_protrusion",
    "chin",
    "corner",
    "lower_roll",
    "bite",
    "lid_left",
    "lid_right",
    "tongue",
)
"""The order of every array in millimetres.

gap: inner upper lip above inner lower lip, 0 or less when the lips touch.   width: between the mouth corners.
upper_protrusion, lower_protrusion: the outer lips forward of rest.   chin: the chin below rest.   corner: the corners above rest.
lower_roll: the lower lip's inner edge forward of its outer edge, relative to rest; negative when rolled in.
bite: the upper teeth's edge above the lower lip, 0 or less when the lip covers the teeth's edge.
lid_left, lid_right: the eye's opening.   tongue: the tongue tip forward of rest.
"""
COUNT: Final = len(MEASURES)
INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(MEASURES)}


@dataclass(frozen=True, eq=False)
class Geometry:
    """How one character's face answers to the 52 shapes.

    jacobian: float32[52, M] millimetres of each measure at weight 1 of each shape alone; a zero row where the shape is missing.
    neutral: float32[M] the measures at rest.
    features: float32[52, F] the same of brows, lids, cheeks, nose and corners (features.py); None where they were not measured.
    """

    jacobian: NDArray[np.float32]
    neutral: NDArray[np.float32]
    features: NDArray[np.float32] | None = None

    def effect(self, shape: str, measure: str) -> float:
        """Millimetres that weight 1 of one shape adds to one measure."""
        return float(self.jacobian[arkit.INDEX[shape], INDEX[measure]])

    @cached_property
    def widest_gap(self) -> float:
        """The gap with the jaw fully open and nothing else, the yardstick for closures, in millimetres."""
        return float(self.neutral[INDEX["gap"]] + max(self.effect("jawOpen", "gap"), 0.0))


def measure(shapes: NDArray[np.float32], geometry: Geometry | None = None) -> NDArray[np.float32]:
    """Millimetres float32[T, M] of weights float[T, 52]."""
    geometry = geometry or REFERENCE
    return np.asarray(geometry.neutral + product(shapes, geometry.jacobian), np.float32)


def measure_one(shapes: NDArray[np.float32], which: int, geometry: Geometry | None = None) -> NDArray[np.float32]:
    """Millimetres float32[T] of one of the measures, in a fraction of the time of all."""
    geometry = geometry or REFERENCE
    return np.asarray(geometry.neutral[which] + product(shapes, geometry.jacobian[:, which]), np.float32)


def _measure_weights(**weights: float) -> NDArray[np.float32]:
    return np.array([weights.get(name, 0.0) for name in MEASURES], np.float32)


LIP_WEIGHTS: Final = _measure_weights(gap=1.0, width=0.5, upper_protrusion=0.6, chin=0.8, corner=0.15, lower_roll=0.6, tongue=1.0)
"""How much a millimetre of each measure matters to `solve`: the jaw and the gap most, the lids not at all."""

SPEECH_SHAPES: Final = (
    "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker",
    "mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthFrownLeft", "mouthFrownRight", "mouthRollLower", "mouthShrugLower", "mouthPressLeft", "mouthPressRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "tongueOut",
)  # fmt: skip
"""The shapes speech is made of. Without such a list a solve hides its errors in jawForward, rollUpper and shrugUpper."""

_RELUCTANCE: Final = {
    "mouthClose": 0.3,
    "mouthFunnel": 1.0,
    "mouthShrugLower": 1.0,
    "mouthFrownLeft": 1.2,
    "mouthFrownRight": 1.2,
    "mouthRollLower": 0.4,
    "mouthLowerDownLeft": 0.5,
    "mouthLowerDownRight": 0.5,
    "mouthUpperUpLeft": 0.6,
    "mouthUpperUpRight": 0.6,
    "mouthPressLeft": 0.6,
    "mouthPressRight": 0.6,
}
_USUAL_RELUCTANCE: Final = 0.15


def ceilings(names: tuple[str, ...] = SPEECH_SHAPES) -> NDArray[np.float32]:
    """float32[52] the largest weight allowed to each shape: 1 for the named, 0 for the rest."""
    limit = np.zeros(arkit.COUNT, np.float32)
    limit[[arkit.INDEX[name] for name in names]] = 1.0
    return limit


@dataclass(frozen=True, eq=False)
class Objective:
    """What `solve` is to come close to, and what that may cost.

    weights: [M] or [T, M] importance of a millimetre of each measure.
    limits: [52] or [T, 52] upper bounds of the weights; by default 1 for SPEECH_SHAPES and 0 for the rest.
    names: the shapes to solve for; by default those whose limit is not 0 everywhere.
    sparsity: cost of using a shape; it is what keeps a pose to the few shapes an animator would use.
    smoothness: cost of a change of weight between neighbouring frames, mm^2.
    """

    weights: ArrayLike = field(default_factory=lambda: LIP_WEIGHTS)
    limits: ArrayLike | None = None
    names: tuple[str, ...] | None = None
    sparsity: float = 1.0
    smoothness: float = 0.0


LIPS: Final = Objective()
"""The shapes of speech, judged at the lips."""


def solve(
    targets: NDArray[np.float32],
    geometry: Geometry | None = None,
    *,
    objective: Objective = LIPS,
    prior: NDArray[np.float32] | None = None,
    by: Callable[[least_squares.Problem], NDArray[np.float32]] = least_squares.solve,
) -> NDArray[np.float32]:
    """Weights float32[T, 52] in 0..1 whose measures come closest to targets float[T, M].

    Minimises, for all frames at once (least_squares.py),
    |weights * (measure(w) - targets)|^2 + sparsity * reluctance . |w - prior| + ridge * |w - prior|^2 + smoothness * |dw/dt|^2.

    prior: [T, 52] weights to stay near; shapes that are not solved for keep its value. None for rest.
    by: how it is solved; least_squares.of_one_frame where a single frame has to be quick.
    """
    geometry = geometry or REFERENCE
    targets = np.atleast_2d(np.asarray(targets, np.float32))
    start = np.zeros((len(targets), arkit.COUNT), np.float32) if prior is None else np.asarray(prior, np.float32)
    limits, names = objective.limits, objective.names
    limit = np.broadcast_to(ceilings() if limits is None else np.asarray(limits, np.float32), start.shape)
    problem = least_squares.Problem(
        columns=geometry.jacobian,
        wanted=targets - geometry.neutral,
        importance=np.square(np.asarray(objective.weights, np.float32)),
        upper=limit,
        start=start,
        cost=np.array([objective.sparsity * _RELUCTANCE.get(name, _USUAL_RELUCTANCE) for name in arkit.NAMES], np.float32),
        groups=_mirror_pairs(geometry, limit if names is None else ceilings(names)[None]),
        smoothness=objective.smoothness,
    )
    return by(problem)


def _mirror_pairs(geometry: Geometry, limit: NDArray[np.float32]) -> list[list[int]]:
    """Free shapes, left and right together: stepping them as one keeps a symmetric problem symmetric."""
    free = [k for k in range(arkit.COUNT) if limit[:, k].any() and geometry.jacobian[k].any()]
    pairs = dict.fromkeys(tuple(sorted({k, arkit.MIRROR[k]} & set(free))) for k in free)
    return [list(pair) for pair in pairs]


def _reference() -> Geometry:
    table = json.loads(Path(__file__).with_name("reference_geometry.json").read_text(encoding="utf-8"))
    jacobian = np.zeros((arkit.COUNT, COUNT), np.float32)
    for shape, effects in table["jacobian"].items():
        for name, millimetres in effects.items():
            jacobian[arkit.INDEX[shape], INDEX[name]] = millimetres
    neutral = np.array([table["neutral"].get(name, 0.0) for name in MEASURES], np.float32)
    return Geometry(jacobian, neutral)


REFERENCE: Final = _reference()
"""The average adult face all curves are made for, measured on ICT-FaceKit (source and licence: reference_geometry.json)."""
