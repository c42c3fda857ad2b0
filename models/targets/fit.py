# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracked lips → ARKit weights: a bounded, sparse, temporally smooth fit of 18 mouth shapes on the ICT face.

Each frame's lip and chin landmarks, as they moved from rest, are matched with what the shapes move on the ICT head, together with
the lip gap, the width, the chin and the corners, which count most: they are what is seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import arkit, geometry
from ...inference.errors import ParlanceError
from ..corpora import data_folder
from .landmarks import IBUG, TrackedFace, rest_frames

SHAPES: Final = (
    "jawOpen", "mouthClose", "mouthPucker", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight", "mouthRollLower",
    "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
)  # fmt: skip
"""Both sides alike: one man's crooked smile is nobody else's. Without such a list a fit hides its errors in jawForward,
rollUpper, shrugUpper and shrugLower; and without depth it takes any open mouth for a funnel."""
POINT_WEIGHT: Final = 0.12
"""Importance of a millimetre of one landmark in one direction; of the measures, see MEASURE_WEIGHTS."""
MEASURE_WEIGHTS: Final = {"gap": 1.6, "width": 0.8, "chin": 0.5, "corner": 0.4}
SPARSITY: Final = 1.5
SMOOTHNESS: Final = 1.5
"""mm² per squared change of weight between frames of 20 ms."""


def landmark_basis(path: Path | None = None) -> NDArray[np.float64]:
    """float64[52, k, 2] millimetres right and up that weight 1 of each ARKit shape moves the IBUG lip and chin landmarks.

    Read from the ICT-FaceKit landmark basis beside the data folder. Raises ParlanceError when it is not there.
    """
    path = path or data_folder().parent / "rigs" / "ict_landmark_basis.npz"
    if not path.exists():
        raise ParlanceError(f"The landmark basis of the ICT head is not at {path}; face targets need it.")
    basis = np.zeros((arkit.COUNT, len(IBUG), 2))
    with np.load(path) as stored:
        for name, delta in zip(stored["names"], stored["deltas"], strict=True):
            shape = str(name).replace("_L", "Left").replace("_R", "Right")
            if shape in arkit.INDEX:
                basis[arkit.INDEX[shape]] = delta[list(IBUG), :2] * 10.0
    return basis


def fit_weights(face: TrackedFace, measures: NDArray[np.float64], basis: NDArray[np.float64]) -> NDArray[np.float32]:
    """ARKit weights float32[F, 52], 0..1, of a tracked face whose lip_measures float64[F, M] are given (NaN is left out)."""
    points = face.of(list(IBUG.values()))[:, :, :2]
    moved = points - points[rest_frames(face)].mean(axis=0)
    known = [geometry.INDEX[name] for name in MEASURE_WEIGHTS]
    reference = geometry.REFERENCE
    rows = np.concatenate([basis.reshape(arkit.COUNT, -1), reference.jacobian[:, known]], axis=1)
    rest = np.concatenate([np.zeros(moved[0].size), reference.neutral[known]])
    targets = np.concatenate([moved.reshape(len(moved), -1), measures[:, known]], axis=1)
    importance = np.concatenate([np.full(moved[0].size, POINT_WEIGHT), list(MEASURE_WEIGHTS.values())])
    # The solver reads nothing of a geometry but its matrix and its rest, so landmarks may stand in for measures.
    stand_in = geometry.Geometry(rows.astype(np.float32), rest.astype(np.float32))
    objective = geometry.Objective(
        weights=importance.astype(np.float32), limits=geometry.ceilings(SHAPES), sparsity=SPARSITY, smoothness=SMOOTHNESS
    )
    return geometry.solve(targets.astype(np.float32), stand_in, objective=objective)
