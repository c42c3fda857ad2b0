# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounded least squares for all frames at once: projected coordinate descent with groups of coordinates that step together.

Where columns are much alike, as what all 52 shapes do to every vertex of a face, descent stands still too early: `accelerated`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_SWEEPS: Final = 40
_STILL: Final = 1e-4
_STEPS: Final = 3000
_STILLER: Final = 1e-6


@dataclass(frozen=True)
class Problem:
    """K unknowns a frame, in 0..upper, whose columns add up to M measures.

    Minimises |sqrt(importance) * (x @ columns - wanted)|^2 + cost . |x - start| + ridge * |x - start|^2 + smoothness * |dx/dt|^2.

    columns: float32[K, M].   wanted: float32[T, M].   importance: float32[T, M] or [M].   upper: float32[T, K].
    start: float32[T, K] where the search begins and what it stays near.   cost: float32[K].
    groups: which unknowns are changed by the same amount in one step, so that a symmetric problem gets a symmetric answer.
    """

    columns: NDArray[np.float32]
    wanted: NDArray[np.float32]
    importance: NDArray[np.float32]
    upper: NDArray[np.float32]
    start: NDArray[np.float32]
    cost: NDArray[np.float32]
    groups: Sequence[list[int]]
    ridge: float = 0.5
    smoothness: float = 0.0


def solve(problem: Problem) -> NDArray[np.float32]:
    """The minimiser float32[T, K]. Unknowns in no group keep their start."""
    importance = np.ascontiguousarray(np.broadcast_to(problem.importance, problem.wanted.shape).T)
    resting, found = problem.start.T, np.array(problem.start.T, np.float32, order="C")
    residual = np.ascontiguousarray((problem.start @ problem.columns - problem.wanted).T)
    for _ in range(_SWEEPS):
        largest = 0.0
        for group in problem.groups:
            column = problem.columns[group].sum(0)
            weighted = column[:, None] * importance
            curvature = column @ weighted + len(group) * (problem.ridge + 2.0 * problem.smoothness)
            moved = found[group] - resting[group]
            gradient = np.einsum("mt,mt->t", weighted, residual) + problem.ridge * moved.sum(0)
            if problem.smoothness:
                gradient += problem.smoothness * _roughness(found[group]).sum(0)
            pull = float(problem.cost[group].sum())
            shift = _shrink(moved.mean(0) - gradient / curvature, pull / curvature) - moved.mean(0)
            wanted = np.clip(found[group] + shift, 0.0, problem.upper[:, group].T)
            change = wanted - found[group]
            found[group] = wanted
            residual += problem.columns[group].T @ change
            largest = max(largest, float(np.abs(change).max(initial=0.0)))
        if largest < _STILL:
            break
    return np.ascontiguousarray(found.T)


def accelerated(problem: Problem, *, steps: int = _STEPS) -> NDArray[np.float32]:
    """The minimiser float32[T, K] by accelerated projected gradients, begun anew where they overshoot.

    For one importance at all times and without cost; every unknown is free, whatever its group.
    Beck and Teboulle 2009; O'Donoghue and Candès 2015 for the restarts.
    """
    columns = problem.columns.astype(np.float64) * np.sqrt(problem.importance)
    scale = 1.0 / np.sqrt(np.square(columns).sum(axis=1) + problem.ridge + 1e-12)
    columns *= scale[:, None]
    curvature = columns @ columns.T + np.diag(problem.ridge * np.square(scale))
    rough = problem.smoothness * np.square(scale)
    stride = 1.0 / (float(np.linalg.eigvalsh(curvature)[-1]) + 4.0 * float(rough.max(initial=0.0)))
    pull = ((problem.wanted * np.sqrt(problem.importance)) @ columns.T + problem.ridge * scale * problem.start).T
    upper = problem.upper.T / scale[:, None]
    found = np.array(problem.start.T / scale[:, None])
    ahead, momentum = found, 1.0
    for _ in range(steps):
        gradient = curvature @ ahead - pull
        if problem.smoothness:
            gradient += rough[:, None] * _roughness(ahead)
        step = np.clip(ahead - stride * gradient, 0.0, upper)
        moved = step - found
        if float(np.vdot(ahead - step, moved)) > 0:
            momentum, ahead = 1.0, step
        else:
            following = (1.0 + np.sqrt(1.0 + 4.0 * momentum * momentum)) / 2.0
            momentum, ahead = following, step + (momentum - 1.0) / following * moved
        found = step
        if float(np.abs(moved * scale[:, None]).max(initial=0.0)) < _STILLER:
            break
    return np.asarray((found * scale[:, None]).T, np.float32)


def _shrink(values: NDArray[np.float32], by: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.sign(values) * np.maximum(np.abs(values) - by, 0.0), np.float32)


def _roughness(curves: NDArray[Any]) -> NDArray[Any]:
    padded = np.pad(curves, ((0, 0), (1, 1)), mode="edge")
    return np.asarray(2.0 * curves - padded[:, :-2] - padded[:, 2:], curves.dtype)
