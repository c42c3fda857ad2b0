# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules: how a character says some sounds differently, applied to what speech asks of the mouth, before the lips are sealed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..performance import Phone

Kind = Literal["factor", "offset"]
RAMP: Final = 0.05
"""Seconds on either side of a phone over which a rule comes and goes: about as long as a sound is prepared."""
MOST: Final = 4.0
"""The largest amount of a rule that makes sense: five times as much."""
NEAR: Final = 0.5 / 24
"""Seconds within which a phone is the one that is meant."""


@dataclass(frozen=True)
class Rule:
    """What an artist does to some sounds again and again.

    phones: symbols of phones.SYMBOLS.   shapes: ARKit names.
    kind: "factor" multiplies a weight by 1 + amount, "offset" adds it.
    strength: 0 .. 2, how much of it is done.
    """

    phones: frozenset[str]
    shapes: tuple[str, ...]
    kind: Kind
    amount: float
    strength: float = 1.0

    def change(self, weight: float) -> float:
        """What the rule adds to a weight in the middle of a phone."""
        size = self.strength * self.amount
        return size * weight if self.kind == "factor" else size


@dataclass(frozen=True)
class Placed:
    """A rule as it acts on one line.

    spared: middles of phones, in seconds on the line's clock, that the artist has by hand what the rule was learned from.
    only: middles of the phones that it is for; None for all of its sounds.
    """

    rule: Rule
    spared: tuple[float, ...] = ()
    only: tuple[float, ...] | None = None


def applied(
    spoken: NDArray[np.float32], rules: Iterable[Placed], phones: Sequence[Phone], times: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Speech float32[F, 52] with every rule done to its sounds; as it was, bit for bit, where no rule acts.

    phones: on the line's clock.   times: float64[F] what is heard at each frame, seconds on the same clock.
    """
    ruled = spoken
    for placed in rules:
        rule = placed.rule
        weight = presence([phone for phone in phones if acts_on(placed, phone)], times)
        if placed.spared and weight.any():
            weight = weight * (1 - presence([phone for phone in phones if is_spared(placed, phone)], times))
        rows = np.flatnonzero(weight)
        if not len(rows) or not rule.strength:
            continue
        ruled = ruled.copy() if ruled is spoken else ruled
        cells = np.ix_(rows, np.array([arkit.INDEX[shape] for shape in rule.shapes]))
        size = (rule.strength * rule.amount * weight[rows])[:, None]
        ruled[cells] = np.clip(ruled[cells] * (1 + size) if rule.kind == "factor" else ruled[cells] + size, 0.0, 1.0)
    return ruled


def acts_on(placed: Placed, phone: Phone) -> bool:
    """Whether a rule does anything to a phone."""
    if phone.symbol not in placed.rule.phones or not phone.strength or is_spared(placed, phone):
        return False
    return placed.only is None or _is_among(phone, placed.only)


def is_spared(placed: Placed, phone: Phone) -> bool:
    """Whether the artist has a phone by hand: then not even the rule for its neighbours reaches into it."""
    return _is_among(phone, placed.spared)


def _is_among(phone: Phone, middles: tuple[float, ...]) -> bool:
    middle = (phone.start + phone.end) / 2
    return any(abs(middle - time) < NEAR for time in middles)


def presence(phones: Iterable[Phone], times: NDArray[np.float64]) -> NDArray[np.float32]:
    """float32[F] 1 during the phones, with soft shoulders around them, 0 elsewhere."""
    weight = np.zeros(len(times), np.float32)
    for phone in phones:
        first, last = np.searchsorted(times, (phone.start - RAMP, phone.end + RAMP))
        away = np.maximum(np.maximum(phone.start - times[first:last], times[first:last] - phone.end), 0.0) / RAMP
        weight[first:last] = np.maximum(weight[first:last], 0.5 + 0.5 * np.cos(np.pi * np.minimum(away, 1.0)))
    return weight
