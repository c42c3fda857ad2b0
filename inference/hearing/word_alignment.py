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


def _lattice(
    words: Sequence[Sequence[Way]], costs: Costs, unwritten: int
) -> tuple[list[lattice.Node], list[int], list[tuple[int, int]]]:
    """Nodes, those that may be last, and of each which word and which sound of it it is.

    Before each word, and at the end, there are a silence and a place for other speech; both may be passed by.
    """
    nodes: list[lattice.Node] = []
    labels: list[tuple[int, int]] = []

    def add(emission: int, shortest: int, after: Sequence[tuple[int, float]], label: tuple[int, int] = (-1, -1)) -> int:
        nodes.append(lattice.Node(emission, shortest, tuple(after)))
        labels.append(label)
        return len(nodes) - 1

    ends: list[tuple[int, float]] = [(-1, 0.0)]
    """What may come right before the next word."""
    older: list[tuple[int, float]] = []
    """What may, where the word in between is left out."""
    gaps: list[tuple[int, float]] = []
    for number in range(len(words) + 1):
        left_out = [(node, cost + costs.left_out) for node, cost in older]
        passed = [(node, cost + costs.left_out) for node, cost in gaps]
        before = _cheapest([*ends, *left_out])
        silence = add(SILENCE, int(SHORTEST[SILENCE]), _cheapest([*before, *passed]))
        other = add(
            unwritten,
            _SHORTEST_UNWRITTEN,
            [*_cheapest([*((node, cost + costs.unwritten) for node, cost in before), *passed]), (silence, costs.unwritten)],
        )
        nodes[silence] = lattice.Node(SILENCE, nodes[silence].shortest, (*nodes[silence].after, (other, 0.0)))
        entry = _cheapest([*before, (silence, 0.0), (other, 0.0)])
        if number == len(words):
            return nodes, [node for node, _ in entry if node >= 0], labels
        older, gaps = ends, [(silence, 0.0), (other, 0.0)]
        older = [*older, *gaps]
        ends = []
        for way in words[number]:
            after: Sequence[tuple[int, float]] = entry
            node = -1
            for place, symbol in enumerate(way):
                if symbol not in inventory.INDEX:
                    raise ParlanceError(f"“{symbol}” is not a phone that Parlance knows.")
                emission = inventory.INDEX[symbol]
                node = add(emission, int(SHORTEST[emission]), after, (number, place))
                after = ((node, 0.0),)
            if node >= 0:
                ends.append((node, 0.0))
        if not ends:  # a word without sounds
            ends = list(entry)
    raise AssertionError


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
