# SPDX-License-Identifier: GPL-3.0-or-later
"""What a day is made of: operations by name, how often each is chosen, and a list of them from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable

Op = tuple[str, int, int, int]
OPERATIONS: dict[str, Callable[..., None]] = {}
WEIGHTS: dict[str, int] = {}


def operation(weight: int):
    def noted(act):
        OPERATIONS[act.__name__] = act
        WEIGHTS[act.__name__] = weight
        return act

    return noted


def a_day(seed: int, steps: int, also: dict[str, int] | None = None) -> list[Op]:
    """A list of operations. also: operations that are chosen more often than usual, and how often."""
    rng = random.Random(seed)
    weights = WEIGHTS | (also or {})
    names = rng.choices(list(weights), list(weights.values()), k=steps)
    return [(name, rng.randrange(1000), rng.randrange(1000), rng.randrange(1000)) for name in names]
