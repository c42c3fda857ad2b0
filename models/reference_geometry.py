# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the reference face: python -m parlance.models.reference_geometry [path to ict_landmark_basis.npz].

Writes inference/reference_geometry.json, millimetres per unit of each ARKit shape on ICT-FaceKit's mean head. Landmarks follow
the 68-point convention (Sagonas et al. 2013): 48 and 54 mouth corners, 61-63 inner upper lip, 65-67 inner lower lip, 51 and 57
outer lips, 8 chin, 37-41 and 43-47 lids. The teeth's edge is read off the same head's upper incisors.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..inference import arkit, geometry

_ROOT: Final = Path(__file__).resolve().parents[1]
_BASIS: Final = _ROOT.parent / "shared" / "rigs" / "ict_landmark_basis.npz"
_TABLE: Final = _ROOT / "inference" / "reference_geometry.json"
_SOURCE: Final = (
    "Measured on the ICT-FaceKit light head, https://github.com/ICT-VGL/ICT-FaceKit, "
    "MIT License, Copyright (c) 2020 USC Institute for Creative Technologies."
)
_UPPER_INNER: Final = [61, 62, 63]
_LOWER_INNER: Final = [67, 66, 65]
_INCISOR_EDGE_HEIGHT: Final = -35.34
"""Height of the upper incisors' edge of the same head in its own millimetres (lowest upper tooth vertex near the midline)."""
_TONGUE_REACH: Final = 20.0
"""Millimetres of a full tongueOut. The head has no such shape; this is a nominal value, 2 cm beyond the rest position."""


def _measures(points: NDArray[np.float64]) -> dict[str, float]:
    """Absolute measures of 68 landmarks float64[68, 3] in mm."""
    inner_lower = points[_LOWER_INNER]
    return {
        "gap": float(np.mean(points[_UPPER_INNER, 1] - inner_lower[:, 1])),
        "width": float(points[54, 0] - points[48, 0]),
        "upper_protrusion": float(points[51, 2]),
        "lower_protrusion": float(points[57, 2]),
        "chin": float(-points[8, 1]),
        "corner": float(np.mean(points[[48, 54], 1])),
        "lower_roll": float(np.mean(inner_lower[:, 2]) - points[57, 2]),
        "bite": float(_INCISOR_EDGE_HEIGHT - points[66, 1]),
        "lid_left": float(np.mean(points[[43, 44], 1] - points[[47, 46], 1])),
        "lid_right": float(np.mean(points[[37, 38], 1] - points[[41, 40], 1])),
    }


_RELATIVE: Final = ("upper_protrusion", "lower_protrusion", "chin", "corner", "lower_roll")


def _arkit_deltas(basis: Path) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    with np.load(basis) as stored:
        neutral = stored["neutral"].astype(np.float64) * 10.0
        scaled = stored["deltas"].astype(np.float64) * 10.0
        named = {str(name): delta for name, delta in zip(stored["names"], scaled, strict=True)}
    deltas: dict[str, NDArray[np.float64]] = {}
    for name in arkit.NAMES:
        spelled = name.replace("Left", "_L").replace("Right", "_R") if name[-4:] == "Left" or name[-5:] == "Right" else name
        if spelled in named or name in named:
            deltas[name] = named.get(spelled, named.get(name, np.zeros_like(neutral)))
        elif f"{name}_L" in named:
            deltas[name] = named[f"{name}_L"] + named[f"{name}_R"]
    return neutral, deltas


def table(basis: Path = _BASIS) -> dict[str, object]:
    """The content of reference_geometry.json. Both sides of the face are averaged, so that left and right act alike."""
    neutral, deltas = _arkit_deltas(basis)
    rest = _measures(neutral)
    moved = {shape: _measures(neutral + delta) for shape, delta in deltas.items()}
    effects = {shape: {name: value - rest[name] for name, value in at.items()} for shape, at in moved.items()}
    jacobian: dict[str, dict[str, float]] = {}
    for shape, own in effects.items():
        other = effects[arkit.mirrored(shape)]
        mean = {name: (value + other[_mirrored_measure(name)]) / 2 for name, value in own.items()}
        jacobian[shape] = {name: round(value, 2) for name, value in mean.items() if abs(value) >= 0.05}
    jacobian["tongueOut"] = {"tongue": _TONGUE_REACH}
    absolute = {name: value for name, value in rest.items() if name not in _RELATIVE}
    resting = {name: round((value + rest[_mirrored_measure(name)]) / 2, 2) for name, value in absolute.items()}
    return {"source": _SOURCE, "unit": "mm at weight 1", "measures": geometry.MEASURES, "neutral": resting, "jacobian": jacobian}


def _mirrored_measure(name: str) -> str:
    return {"lid_left": "lid_right", "lid_right": "lid_left"}.get(name, name)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else _BASIS
    text = json.dumps(table(chosen), indent=1)
    _TABLE.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {_TABLE.relative_to(_ROOT)}")
