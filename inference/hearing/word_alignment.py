# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the words of a text are in what was heard: each in one of its ways, or left out where it is not said.

Between words there may be silence, and speech that nobody wrote down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import phones as inventory
from ..errors import ParlanceError
from ..performance import FRAME_RATE
from . import lattice
from .segment import FLOOR, SHORTEST, SILENCE

Way = Sequence[str]
"""The classes of a word, in one way to say it."""
_Before = Sequence[tuple[int, float]]
"""Nodes that may come before another, -1 for the beginning, and what that costs in nats."""


@dataclass(frozen=True)
class Costs:
    """What is against taking speech for something that is not in the text; nats.

    left_out: that a word is not said. unwritten: that other speech begins, and each frame of it. The text is believed where its
    sounds are less than `unwritten_frame` a frame worse than the best.
    """

    left_out: float = 6.0
    unwritten: float = 8.0
    unwritten_frame: float = 1.5


@dataclass(frozen=True)
class Sound:
    """A sound of the text, or between its words. symbol: "" for speech that was not written down. first, stop: frames.

    start: the frame at which it begins, with a fraction. word: which one it is part of, -1 between words. place: where in it.
    """

    symbol: str
    first: int
    stop: int
    start: float
    word: int = -1
    place: int = -1


UNWRITTEN: Final = ""
_SHORTEST_UNWRITTEN: Final = 4
"""Frames of 20 ms that speech which is not in the text takes at least."""
COSTS: Final = Costs()


def place_words(posteriors: NDArray[np.float32], words: Sequence[Sequence[Way]], costs: Costs = COSTS) -> tuple[Sound, ...]:
    """The sounds of a text in time order; they tile the frames of posteriors, float32[T, P].

    words: for each word the ways to say it.   Raises ParlanceError where there are more sounds than the audio has room for, or
    the text is too long to be aligned at once.
    """
    if len(posteriors) == 0 or not words:
        raise ParlanceError("There is nothing to align the text to.")
    logs = np.log(np.maximum(posteriors, FLOOR)).astype(np.float64)
    spoken = np.delete(logs, SILENCE, axis=1).max(axis=1)
    scores = np.column_stack([logs, spoken - costs.unwritten_frame])
    nodes, ends, labels = _lattice(words, costs, scores.shape[1] - 1)
    path, _ = lattice.best(nodes, ends, scores)
    starts = _between_frames(path, nodes, scores)
    return tuple(
        Sound(*_named(labels[stay.node], nodes[stay.node]), stay.first, stay.stop, start, *labels[stay.node])
        if labels[stay.node][0] >= 0
        else Sound(UNWRITTEN if nodes[stay.node].emission == scores.shape[1] - 1 else "sil", stay.first, stay.stop, start)
        for stay, start in zip(path, starts, strict=True)
    )


def _named(_label: tuple[int, int], node: lattice.Node) -> tuple[str]:
    return (inventory.SYMBOLS[node.emission],)


class _Lattice:
    """Nodes, and of each which word and which sound of it it is."""

    def __init__(self) -> None:
        self.nodes: list[lattice.Node] = []
        self.labels: list[tuple[int, int]] = []

    def add(self, emission: int, shortest: int, after: _Before, label: tuple[int, int] = (-1, -1)) -> int:
        """The number of a new node. after: what may come before it, and what that costs."""
        self.nodes.append(lattice.Node(emission, shortest, tuple(after)))
        self.labels.append(label)
        return len(self.nodes) - 1

    def add_between(self, before: _Before, passed: _Before, costs: Costs, unwritten: int) -> tuple[int, int]:
        """A silence and a place for other speech, which may follow each other, or those of a gap that was `passed`."""
        silence = self.add(SILENCE, int(SHORTEST[SILENCE]), _cheapest([*before, *passed]))
        begun = _cheapest([*((node, cost + costs.unwritten) for node, cost in before), *passed])
        other = self.add(unwritten, _SHORTEST_UNWRITTEN, [*begun, (silence, costs.unwritten)])
        self.nodes[silence] = lattice.Node(SILENCE, self.nodes[silence].shortest, (*self.nodes[silence].after, (other, 0.0)))
        return silence, other

    def add_word(self, number: int, ways: Sequence[Way], entry: _Before) -> list[tuple[int, float]]:
        """Every way to say a word, and with what each ends. entry: what may come before it."""
        ends: list[tuple[int, float]] = []
        for way in ways:
            after, node = entry, -1
            for place, symbol in enumerate(way):
                if symbol not in inventory.INDEX:
                    raise ParlanceError(f"“{symbol}” is not a phone that Parlance knows.")
                emission = inventory.INDEX[symbol]
                node = self.add(emission, int(SHORTEST[emission]), after, (number, place))
                after = ((node, 0.0),)
            if node >= 0:
                ends.append((node, 0.0))
        return ends or list(entry)  # a word without sounds


def _lattice(
    words: Sequence[Sequence[Way]], costs: Costs, unwritten: int
) -> tuple[list[lattice.Node], list[int], list[tuple[int, int]]]:
    """Nodes, those that may be last, and of each which word and which sound of it it is.

    Before each word, and at the end, there are a silence and a place for other speech; both may be passed by.
    """
    made = _Lattice()
    ends: list[tuple[int, float]] = [(-1, 0.0)]
    """What may come right before the next word."""
    older: list[tuple[int, float]] = []
    """What may, where the word in between is left out."""
    gap: list[tuple[int, float]] = []
    for number in range(len(words) + 1):
        before = _cheapest([*ends, *((node, cost + costs.left_out) for node, cost in older)])
        passed = [(node, cost + costs.left_out) for node, cost in gap]
        silence, other = made.add_between(before, passed, costs, unwritten)
        gap = [(silence, 0.0), (other, 0.0)]
        entry = _cheapest([*before, *gap])
        if number < len(words):
            older, ends = [*ends, *gap], made.add_word(number, words[number], entry)
    return made.nodes, [node for node, _ in entry if node >= 0], made.labels


def _cheapest(pairs: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    found: dict[int, float] = {}
    for node, cost in pairs:
        found[node] = min(cost, found.get(node, cost))
    return list(found.items())


def _between_frames(path: Sequence[lattice.Stay], nodes: Sequence[lattice.Node], scores: NDArray[np.float64]) -> list[float]:
    """Frames, with fractions, at which the stays begin: where the two sounds are equally likely, half a frame away at most."""
    starts = [0.0]
    for before, after in pairwise(path):
        cut = after.first
        gain = scores[:, nodes[after.node].emission] - scores[:, nodes[before.node].emission]
        earlier, later = gain[cut - 1], gain[cut]
        shift = 0.0
        if earlier < 0.0 < later:
            shift = 0.5 - later / (later - earlier)
        starts.append(cut + float(np.clip(shift, -0.5, 0.5)))
    return starts


def seconds(frame: float, duration: float) -> float:
    """The time of a frame's start, within the sound."""
    return min(frame / FRAME_RATE, duration)
