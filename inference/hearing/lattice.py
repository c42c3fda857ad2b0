# SPDX-License-Identifier: GPL-3.0-or-later
"""The best path through phones that may follow each other, and when each of them sounds: a hidden Markov model over a lattice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import ParlanceError

_LARGEST: Final = 400_000_000
"""Bytes of the way back."""


@dataclass(frozen=True)
class Node:
    """One sound of a lattice. emission: which row of scores it sounds like. shortest: frames that it lasts at least.

    after: the nodes that it may follow, each with what that costs in nats; -1 is the start of the sound. label: whose it is.
    """

    emission: int
    shortest: int
    after: tuple[tuple[int, float], ...]
    label: int = -1


@dataclass(frozen=True)
class Stay:
    """A node on the best path, and its frames."""

    node: int
    first: int
    stop: int


@dataclass
class _States:
    """Every node as one state for each frame that it must last; the last of them may go on."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    emission: NDArray[np.int64]
    node: NDArray[np.int64]
    sources: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    costs: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))


def best(nodes: Sequence[Node], ends: Sequence[int], scores: NDArray[np.float64]) -> tuple[list[Stay], float]:
    """The best path and its score. scores: float64[T, E] log probability of every emission at every frame.

    ends: nodes that the sound may end with. Raises ParlanceError where no path is short enough, or the lattice too large.
    """
    states = _expanded(nodes)
    frames, count = len(scores), len(states.emission)
    if frames * count > _LARGEST:
        raise ParlanceError("This text is too long to be aligned at once; split it into parts of a few minutes.")
    reward = np.full(count, -np.inf)
    begins = [(states.first[at], -cost) for at, node in enumerate(nodes) for before, cost in node.after if before < 0]
    for state, cost in begins:
        reward[state] = max(reward[state], cost + scores[0, states.emission[state]])
    back = np.zeros((frames, count), np.uint8)
    may_stay = np.zeros(count, bool)
    may_stay[states.last] = True
    starts, inner = states.first, np.ones(count, bool)
    inner[starts] = False
    for now in range(1, frames):
        fresh = np.where(may_stay, reward, -np.inf)
        step = np.where(inner, np.concatenate([[-np.inf], reward[:-1]]), -np.inf)
        came = (step > fresh).astype(np.uint8)
        fresh = np.maximum(fresh, step)
        offers = np.concatenate([reward, [-np.inf]])[states.sources] - states.costs
        chosen = offers.argmax(axis=1)
        offered = offers[np.arange(len(starts)), chosen]
        better = offered > fresh[starts]
        fresh[starts] = np.where(better, offered, fresh[starts])
        came[starts] = np.where(better, 2 + chosen, came[starts])
        back[now] = came
        reward = fresh + scores[now, states.emission]
    final = max((int(states.last[end]) for end in ends), key=lambda state: reward[state])
    if not np.isfinite(reward[final]):
        raise ParlanceError("The text has more sounds than fit into this audio; check that it belongs to it.")
    return _way_back(states, back, final), float(reward[final])


def _expanded(nodes: Sequence[Node]) -> _States:
    lengths = np.array([node.shortest for node in nodes])
    last = np.cumsum(lengths) - 1
    first = last - lengths + 1
    owner = np.repeat(np.arange(len(nodes)), lengths)
    emission = np.array([node.emission for node in nodes])[owner]
    states = _States(first, last, emission, owner)
    widest = max((len(node.after) for node in nodes), default=1)
    states.sources = np.full((len(nodes), max(widest, 1)), len(owner))
    states.costs = np.zeros(states.sources.shape)
    for at, node in enumerate(nodes):
        for place, (before, cost) in enumerate(node.after):
            if before >= 0:
                states.sources[at, place], states.costs[at, place] = last[before], cost
    return states


def _way_back(states: _States, back: NDArray[np.uint8], state: int) -> list[Stay]:
    path: list[Stay] = []
    stop = len(back)
    for now in range(len(back) - 1, -1, -1):
        node = int(states.node[state])
        came = int(back[now, state])
        if now == 0 or came >= 2:
            path.append(Stay(node, now, stop))
            stop = now
            if now:
                state = int(states.sources[node, came - 2])
        elif came == 1:
            state -= 1
    return path[::-1]
