# SPDX-License-Identifier: GPL-3.0-or-later
"""Which letter of a word makes which sounds: each letter none to three, found by counting and aligning in turn (hard EM)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

Word = tuple[str, tuple[str, ...]]
"""Letters, and sounds."""
Costs = dict[tuple[str, tuple[str, ...]], float]
"""What it costs that a letter makes these sounds, in nats."""

MOST: Final = 3
ROUNDS: Final = 5
LEARNED_FROM: Final = 9_000
"""Words that are aligned again and again; all others once, at the end."""
_UNSEEN: Final = 14.0
_FIRST_GUESS: Final = (2.5, 0.5, 3.0, 5.0)
"""Cost of none, one, two, three sounds before anything is known."""


def align(words: Sequence[Word]) -> list[list[tuple[str, ...]] | None]:
    """For each word the sounds of each letter; None where there are more sounds than its letters can make."""
    costs: Costs = {}
    few = words[:: max(len(words) // LEARNED_FROM, 1)]
    for _ in range(ROUNDS):
        counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
        letters: Counter[str] = Counter()
        for word in few:
            parts = best(word, costs)
            if parts is not None:
                counts.update(zip(word[0], parts, strict=True))
                letters.update(word[0])
        costs = {pair: -math.log(count / letters[pair[0]]) for pair, count in counts.items()}
    return [best(word, costs) for word in words]


def best(word: Word, costs: Costs) -> list[tuple[str, ...]] | None:
    """The cheapest way to share the sounds among the letters; None where there is none."""
    letters, sounds = word
    count = len(sounds)
    if count > MOST * len(letters):
        return None
    reached = [0.0] + [math.inf] * count
    took: list[list[int]] = []
    for letter in letters:
        now, how = [math.inf] * (count + 1), [0] * (count + 1)
        for end in range(count + 1):
            for size in range(min(MOST, end) + 1):
                before = reached[end - size]
                if before == math.inf:
                    continue
                part = sounds[end - size : end]
                cost = before + (costs.get((letter, part), _UNSEEN + size) if costs else _FIRST_GUESS[size])
                if cost < now[end]:
                    now[end], how[end] = cost, size
        reached = now
        took.append(how)
    if reached[count] == math.inf:
        return None
    parts, end = [], count
    for how in reversed(took):
        parts.append(sounds[end - how[end] : end])
        end -= how[end]
    return parts[::-1]
