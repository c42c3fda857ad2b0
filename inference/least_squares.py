# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounded least squares for all frames at once: projected coordinate descent with groups of coordinates that step together.

Where columns are much alike, as what all 52 shapes do to every vertex of a face, descent stands still too early: `accelerated`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .rowwise import product

_SWEEPS: Final = 40
_STILL: Final = 1e-4
_STEPS: Final = 3000
_STILLER: Final = 1e-6
_WORTH_LEAVING: Final = 0.7
"""Share of frames still moving below which the others are left out of the arrays."""


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
    """The minimiser float32[T, K]. Unknowns in no group keep their start.

    A frame stops when it is still, whatever frames are beside it; with smoothness they depend on each other, and stop together.
    """
    result = np.array(problem.start, np.float32)
    if not problem.groups or not len(result):
        return result
    search = _Search(problem)
    at, moving = np.arange(search.found.shape[1]) % len(result), np.ones(search.found.shape[1], bool)
    for _ in range(_SWEEPS):
        largest = search.sweep()
        if problem.smoothness:
            largest[:] = largest.max()
        settled = moving & (largest < _STILL)
        result[np.ix_(at[settled], search.free)] = search.found[:, settled].T
        moving &= ~settled
        left = int(moving.sum())
        if left == 0:
            break
        if 1 < left < _WORTH_LEAVING * len(moving) and not problem.smoothness:
            search.keep(moving)
            at, moving = at[moving], np.ones(left, bool)
    result[np.ix_(at[moving], search.free)] = search.found[:, moving].T
    return result


def of_one_frame(problem: Problem) -> NDArray[np.float32]:
    """The same steps for a single frame without smoothness, in plain numbers: a tenth of the time, and nearly the same answer."""
    importance = np.broadcast_to(problem.importance, problem.wanted.shape)[0]
    counted = np.flatnonzero(importance)
    columns = problem.columns[:, counted].astype(np.float64)
    residual = (problem.start[0] @ problem.columns - problem.wanted[0])[counted].tolist()
    steps = []
    for group in problem.groups:
        column = columns[group].sum(0)
        weighted = column * importance[counted]
        curvature = float(column @ weighted) + len(group) * problem.ridge
        reluctance = float(problem.cost[group].sum()) / curvature
        members = [(k, columns[k].tolist(), float(problem.upper[0, k])) for k in group]
        steps.append((members, weighted.tolist(), curvature, reluctance))
    resting: list[float] = problem.start[0].tolist()
    found = list(resting)
    for _ in range(_SWEEPS):
        largest = 0.0
        for members, weighted, curvature, reluctance in steps:
            moved = sum(found[k] - resting[k] for k, _, _ in members)
            mean = moved / len(members)
            gradient = sum(map(mul, weighted, residual)) + problem.ridge * moved
            aim = mean - gradient / curvature
            shift = (aim - reluctance if aim > reluctance else aim + reluctance if aim < -reluctance else 0.0) - mean
            for k, effect, upper in members:
                change = min(max(found[k] + shift, 0.0), upper) - found[k]
                if change:
                    found[k] += change
                    residual = [was + change * by for was, by in zip(residual, effect, strict=True)]
                    largest = max(largest, abs(change))
        if largest < _STILL:
            break
    return np.array([found], np.float32)


class _Search:
    """The frames that still move. free: int[N] unknowns that are searched for; found: float32[N, n] what is known of them.

    Sums are those of einsum along frames, which are the same wherever a frame stands; BLAS adds up in another order at the end of
    an array, and so would einsum for a single frame: it is searched for twice.
    """

    def __init__(self, problem: Problem) -> None:
        self.free = np.array(sorted({unknown for group in problem.groups for unknown in group}), int)
        self._smoothness = problem.smoothness
        # Measures that count for nothing cost nothing.
        used = np.flatnonzero(np.atleast_2d(problem.importance).any(axis=0))
        columns = problem.columns[:, used]
        alone = [0, 0] if len(problem.start) == 1 else slice(None)
        self._importance = np.ascontiguousarray(np.atleast_2d(problem.importance)[:, used].T, np.float32)
        self._resting = np.ascontiguousarray(problem.start[alone][:, self.free].T, np.float32)
        self._upper = np.ascontiguousarray(problem.upper[alone][:, self.free].T, np.float32)
        self._residual = np.ascontiguousarray((product(problem.start, columns) - problem.wanted[:, used])[alone].T)
        self.found = self._resting.copy()
        self._groups = [
            (np.searchsorted(self.free, group), columns[group], problem.ridge, float(problem.cost[group].sum()))
            for group in problem.groups
        ]

    def sweep(self) -> NDArray[np.float32]:
        """Step every group once. Returns float32[n] the largest change of each frame."""
        largest = np.zeros(self.found.shape[1], np.float32)
        for group, columns, ridge, pull in self._groups:
            column = columns.sum(0)
            weighted = column[:, None] * self._importance
            curvature = (column[:, None] * weighted).sum(0) + len(group) * (ridge + 2.0 * self._smoothness)
            moved = self.found[group] - self._resting[group]
            gradient = self._along_frames(weighted) + ridge * moved.sum(0)
            if self._smoothness:
                gradient += self._smoothness * _roughness(self.found[group]).sum(0)
            shift = _shrink(moved.mean(0) - gradient / curvature, pull / curvature) - moved.mean(0)
            wanted = np.clip(self.found[group] + shift, 0.0, self._upper[group])
            change = wanted - self.found[group]
            self.found[group] = wanted
            self._residual += np.einsum("gm,gt->mt", columns, change)
            np.maximum(largest, np.abs(change).max(axis=0), out=largest)
        return largest

    def _along_frames(self, weighted: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[n] of float32[M, n], or of float32[M, 1] where all frames weigh alike, times what is left to explain."""
        if weighted.shape[1] == self._residual.shape[1]:
            return np.asarray(np.einsum("mt,mt->t", weighted, self._residual))
        return np.asarray(np.einsum("m,mt->t", weighted[:, 0], self._residual))

    def keep(self, frames: NDArray[np.bool_]) -> None:
        """Go on with some of the frames only."""
        self.found, self._resting, self._upper, self._residual = (
            np.ascontiguousarray(each[:, frames]) for each in (self.found, self._resting, self._upper, self._residual)
        )
        if self._importance.shape[1] == len(frames):
            self._importance = np.ascontiguousarray(self._importance[:, frames])


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
