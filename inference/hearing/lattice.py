# SPDX-License-Identifier: GPL-3.0-or-later
"""The best path through phones that may follow each other, and when each of them sounds: a hidden Markov model over a lattice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import ParlanceError

BEAM: Final = 250.0
"""Nats by which a path may be behind the best one and still win: what forty words that are not said cost."""
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
    reward = np.full(count + 1, -np.inf)  # the last one stands for where nobody comes from
    begins = [(states.first[at], -cost) for at, node in enumerate(nodes) for before, cost in node.after if before < 0]
    for state, cost in begins:
        reward[state] = max(reward[state], cost + scores[0, states.emission[state]])
    back = np.zeros((frames, count), np.uint8)
    may_stay = np.zeros(count, bool)
    may_stay[states.last] = True
    meeting = np.array([at for at, node in enumerate(nodes) if not _follows(at, node)], np.int64)
    """Nodes that may follow several; all others simply follow the one before them."""
    starts, inner = states.first[meeting], np.ones(count, bool)
    inner[starts] = False
    sources, prices = states.sources[meeting], states.costs[meeting]
    reach = int(np.max(np.where(sources < count, np.abs(starts[:, None] - sources), 0), initial=1)) + 1
    for now in range(1, frames):
        alive = np.flatnonzero(reward[:-1] > reward.max() - BEAM)
        low, high = max(int(alive[0]) - reach, 0), min(int(alive[-1]) + reach + 1, count)
        here = reward[low:high]
        fresh = np.where(may_stay[low:high], here, -np.inf)
        step = np.where(inner[low:high], np.concatenate([reward[low - 1 : low] if low else [-np.inf], here[:-1]]), -np.inf)
        came = (step > fresh).astype(np.uint8)
        fresh = np.maximum(fresh, step)
        some = slice(*np.searchsorted(starts, [low, high]))
        offers = reward[sources[some]] - prices[some]
        chosen = offers.argmax(axis=1)
        offered = offers[np.arange(len(chosen)), chosen]
        where = starts[some] - low
        better = offered > fresh[where]
        fresh[where] = np.where(better, offered, fresh[where])
        came[where] = np.where(better, 2 + chosen, came[where])
        back[now, low:high] = came
        reward = np.full(count + 1, -np.inf)
        reward[low:high] = fresh + scores[now, states.emission[low:high]]
    final = max((int(states.last[end]) for end in ends), key=lambda state: reward[state])
    if not np.isfinite(reward[final]):
        raise ParlanceError("The text has more sounds than fit into this audio; check that it belongs to it.")
    return _way_back(states, back, final), float(reward[final])


def _follows(at: int, node: Node) -> bool:
    return node.after == ((at - 1, 0.0),) and at > 0


def _expanded(nodes: Sequence[Node]) -> _States:
    lengths = np.array([node.shortest for node in nodes])
    last = np.cumsum(lengths) - 1
    first = last - lengths + 1
    owner = np.repeat(np.arange(len(nodes)), lengths)
    emission = np.array([node.emission for node in nodes])[owner]
    states = _States(first, last, emission, owner)
    widest = max((len(node.after) for at, node in enumerate(nodes) if not _follows(at, node)), default=1)
    states.sources = np.full((len(nodes), max(widest, 1)), len(owner))
    states.costs = np.zeros(states.sources.shape)
    for at, node in enumerate(nodes):
        for place, (before, cost) in enumerate(() if _follows(at, node) else node.after):
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
            if state == states.first[node]:
                path.append(Stay(node, now, stop))
                stop = now
            state -= 1
    return path[::-1]
