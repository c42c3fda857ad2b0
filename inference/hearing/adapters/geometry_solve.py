# SPDX-License-Identifier: GPL-3.0-or-later
"""From a face that moves, vertex by vertex, to weights of its 52 shapes: bounded least squares with the face's own settings.

A movement matters only as far as shapes can show it, so every vertex is seen through an orthonormal basis of what the shapes do:
K numbers in place of tens of thousands, and the same answer. The penalties are those of the Audio2Face-3D SDK
(blendshape_solver_base.cpp): on the square of the sum of weights, on each weight, on left and right that differ, on change in
time; the last of them here in both directions, so that nothing comes late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ... import arkit, least_squares
from ...arrays import Floats
from ...errors import ParlanceError
from . import audio2face_files as files

_SUM: Final = 0.25
_EACH: Final = 10.0
_APART: Final = 10.0
_CHANGE: Final = 100.0
"""How much a strength of 1 weighs, cm^2, on a face of the template's size (the SDK's own factors)."""
_TEMPLATE: Final = 45.0
"""Diagonal of the face that strengths are meant for, where its file does not say, cm."""
_UNDETERMINED: Final = 1e-4
"""Of the strongest direction: what shapes can hardly do at all is not asked of them."""


@dataclass(frozen=True)
class ShapeSolver:
    """How one face's movement becomes weights.

    names: the K shapes solved for.   basis: float32[3V, R] what of all coordinates the shapes can show, strengths included.
    at_rest: float32[R] the same of what is there before anything moves.   columns: float32[K, R + penalties].
    ridge, smoothness: of each weight and of its change.   rivals: pairs of shapes of which one is used at a time.
    gains, offsets: float32[K] what the face's makers do to each weight in the end.   vertices: of the whole face.
    """

    names: tuple[str, ...]
    basis: Floats
    at_rest: Floats
    columns: Floats
    ridge: float
    smoothness: float
    rivals: tuple[tuple[int, int], ...]
    gains: Floats
    offsets: Floats
    vertices: int

    def seen(self, deltas: Floats) -> Floats:
        """float32[T, R] what the shapes can show of vertex movement float32[T, 3V] in cm."""
        return np.asarray(deltas @ self.basis, np.float32)

    def weights(self, seen: Floats) -> Floats:
        """float32[T, 52] (arkit.NAMES order), 0..1, of what is seen, float32[T, R]."""
        wanted = np.zeros((len(seen), self.columns.shape[1]), np.float32)
        wanted[:, : seen.shape[1]] = seen + self.at_rest
        upper = np.ones((len(seen), len(self.names)), np.float32)
        problem = least_squares.Problem(
            columns=self.columns,
            wanted=wanted,
            importance=np.ones(wanted.shape[1], np.float32),
            upper=upper,
            start=np.zeros_like(upper),
            cost=np.zeros(len(self.names), np.float32),
            groups=[[k] for k in range(len(self.names))],
            ridge=self.ridge,
            smoothness=self.smoothness,
        )
        found = least_squares.accelerated(problem)
        if self.rivals:
            for one, other in self.rivals:
                first = found[:, one] >= found[:, other]
                upper[first, other] = 0.0
                upper[~first, one] = 0.0
            found = least_squares.accelerated(replace(problem, upper=upper, start=np.zeros_like(upper)))
        result = np.zeros((len(seen), arkit.COUNT), np.float32)
        for column, name in enumerate(self.names):
            if name in arkit.INDEX:
                result[:, arkit.INDEX[name]] = found[:, column] * self.gains[column] + self.offsets[column]
        return np.clip(result, 0.0, 1.0)


def solver(bundle: files.Bundle) -> ShapeSolver:
    """From the face's files. Raises ParlanceError where one is missing, damaged, or does not belong to the others."""
    skin = bundle.path("skin")
    names = files.pose_names(skin, skin.stat().st_mtime_ns)
    settings = files.settings(bundle.path("skin_config"), "blendshape_params")
    stored = files.arrays(skin, ["neutral", "frontalMask", *names])
    neutral, mask = stored["neutral"], stored["frontalMask"].astype(np.int64).ravel()
    shapes = np.stack([_fitting(stored[name], neutral, name) for name in names])
    if len(mask) == 0 or mask.min() < 0 or mask.max() >= len(neutral):
        raise ParlanceError(f"“{skin.name}” looks at vertices that its face does not have; get the network's files anew.")
    table = {name: _row(settings, name, len(names)) for name in _ROWS}
    used = np.flatnonzero(table["bsSolveActivePoses"] != 0)
    if len(used) == 0:
        raise ParlanceError(f"“{bundle.paths['skin_config'].name}” uses none of the shapes; get the network's files anew.")
    scale = (_diagonal(neutral) / files.amount(settings, "templateBBSize", _TEMPLATE)) ** 2
    strong = {name: files.amount(settings, name, 0.0) for name in _STRENGTHS}
    rest, gain = _at_rest(bundle, neutral)
    effects = shapes[used][:, mask].reshape(len(used), -1).astype(np.float64)
    turned, core = _principal(effects)
    basis = np.zeros((*neutral.shape, turned.shape[1]), np.float32)
    basis[mask] = turned.reshape(len(mask), 3, -1)
    pairs = _pairs(table["bsSolveSymmetryPoses"][used])
    penalties = np.zeros((len(used), 1 + len(pairs)))
    penalties[:, 0] = strong["strengthL1regularization"] * np.sqrt(_SUM * scale)
    for column, (one, other) in enumerate(pairs, start=1):
        penalties[one, column] = np.sqrt(strong["strengthSymmetry"] * _APART * scale)
        penalties[other, column] = -penalties[one, column]
    return ShapeSolver(
        names=tuple(names[index] for index in used),
        basis=np.ascontiguousarray((basis * gain[:, None, None]).reshape(-1, turned.shape[1])),
        at_rest=np.asarray((rest - neutral).reshape(-1) @ basis.reshape(-1, turned.shape[1]), np.float32),
        columns=np.concatenate([core, penalties], axis=1).astype(np.float32),
        ridge=strong["strengthL2regularization"] * _EACH * scale,
        smoothness=strong["strengthTemporalSmoothing"] * _CHANGE * scale / 2,
        rivals=_pairs(table["bsSolveCancelPoses"][used]),
        gains=table["bsWeightMultipliers"][used].astype(np.float32),
        offsets=table["bsWeightOffsets"][used].astype(np.float32),
        vertices=len(neutral),
    )


_ROWS: Final = ("bsSolveActivePoses", "bsSolveSymmetryPoses", "bsSolveCancelPoses", "bsWeightMultipliers", "bsWeightOffsets")
_STRENGTHS: Final = ("strengthL1regularization", "strengthL2regularization", "strengthSymmetry", "strengthTemporalSmoothing")


def _at_rest(bundle: files.Bundle, neutral: Floats) -> tuple[Floats, Floats]:
    """float32[V, 3] the face that moves, at rest; float32[V] how far each of its vertices is let move.

    As the network's makers set it up in model_config.json, but for its smoothing of some milliseconds, and for the eyes.
    """
    config = files.settings(bundle.path("config"), "config") if bundle.paths["config"].is_file() else {}
    name, apart = "neutral_skin" if bundle.kind == "diffusion" else "shapes_mean_skin", "lip_open_pose_delta"
    lips = files.amount(config, "lip_open_offset", 0.0)
    stored = files.arrays(bundle.path("data"), [name, *([apart] if lips else [])])
    rest = _fitting(stored[name], neutral, name)
    height = (rest[:, 1] - rest[:, 1].min()) / max(float(np.ptp(rest[:, 1])), 1e-6)
    softness = max(files.amount(config, "face_mask_softness", 0.0085), 1e-6)
    level = np.clip((files.amount(config, "face_mask_level", 0.6) - height) / softness, -50, 50)
    lower = 1.0 / (1.0 + np.exp(-level))
    below, above = (files.amount(config, f"{part}_face_strength", 1.0) for part in ("lower", "upper"))
    region = lower * below + (1 - lower) * above
    if lips:
        rest = rest + lips * region[:, None] * _fitting(stored[apart], neutral, apart)
    return np.asarray(rest, np.float32), np.asarray(region * files.amount(config, "skin_strength", 1.0), np.float32)


def _principal(effects: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """An orthonormal basis [3M, R] of what shapes [K, 3M] do, and the shapes in it [K, R]."""
    values, vectors = np.linalg.eigh(effects @ effects.T)
    kept = values > max(float(values[-1]), 1e-12) * _UNDETERMINED**2
    lengths = np.sqrt(values[kept])
    return effects.T @ (vectors[:, kept] / lengths), vectors[:, kept] * lengths


def _fitting(values: files.Array, neutral: files.Array, name: str) -> Floats:
    if values.ndim < 2 or values.shape[-1] != 3 or values.reshape(-1, 3).shape != neutral.shape or neutral.ndim != 2:
        raise ParlanceError(f"“{name}” has other vertices than the face it belongs to; get the network's files anew.")
    return np.asarray(values.reshape(-1, 3), np.float32)


def _row(settings: Mapping[str, Any], name: str, count: int) -> NDArray[np.float64]:
    try:
        values = np.asarray(settings.get(name), np.float64)
    except (TypeError, ValueError):
        values = np.zeros(0)
    if values.shape != (count,) or not np.isfinite(values).all():
        raise ParlanceError(f"“{name}” does not have a number for each of {count} shapes; get the network's files anew.")
    return values


def _pairs(groups: NDArray[np.float64]) -> tuple[tuple[int, int], ...]:
    """The two places that share each number from 0 on."""
    found = (np.flatnonzero(groups == number) for number in np.unique(groups[groups >= 0]))
    return tuple((int(each[0]), int(each[1])) for each in found if len(each) == 2)


def _diagonal(points: Floats) -> float:
    return float(np.linalg.norm(np.ptp(points, axis=0)))
