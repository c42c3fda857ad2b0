# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that are not what is said, made from those that are: another line's, a word replaced, added or left out, two swapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

Kind = Literal["right", "other", "replaced", "added", "missing", "swapped"]
KINDS: Final[tuple[Kind, ...]] = ("right", "other", "replaced", "added", "missing", "swapped")


@dataclass(frozen=True)
class Text:
    """kind: what was done to it.  words: as written.  said: for each whether it is what is said where it stands."""

    kind: Kind
    words: tuple[str, ...]
    said: tuple[bool, ...]


def variants(words: Sequence[str], others: Sequence[Sequence[str]], seed: int) -> Iterator[Text]:
    """The right text, and one of every wrong kind that can be made of it. others: the texts of other lines."""
    chance = np.random.default_rng(seed)
    right = tuple(words)
    yield Text("right", right, (True,) * len(right))
    lower = {word.lower() for word in right}
    foreign = [tuple(other) for other in others if not lower & {word.lower() for word in other}]
    if not foreign:
        foreign = sorted((tuple(other) for other in others), key=lambda other: len(lower & {word.lower() for word in other}))[:20]
    if foreign:
        near = sorted(foreign, key=lambda other: abs(len(other) - len(right)))[:20]
        text = near[int(chance.integers(len(near)))]
        yield Text("other", text, tuple(word.lower() in lower for word in text))
    strange = [word for other in others for word in other if word.lower() not in lower]
    if not strange:
        return
    place = int(chance.integers(len(right)))
    fresh = strange[int(chance.integers(len(strange)))]
    yield Text("replaced", (*right[:place], fresh, *right[place + 1 :]), tuple(at != place for at in range(len(right))))
    place = int(chance.integers(len(right) + 1))
    fresh = strange[int(chance.integers(len(strange)))]
    yield Text("added", (*right[:place], fresh, *right[place:]), tuple(at != place for at in range(len(right) + 1)))
    if len(right) >= 4:
        place = int(chance.integers(1, len(right) - 1))
        yield Text("missing", (*right[:place], *right[place + 1 :]), (True,) * (len(right) - 1))
        place = int(chance.integers(len(right) - 1))
        if right[place].lower() != right[place + 1].lower():
            swapped = (*right[:place], right[place + 1], right[place], *right[place + 2 :])
            yield Text("swapped", swapped, tuple(at not in {place, place + 1} for at in range(len(right))))
