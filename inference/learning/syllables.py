# SPDX-License-Identifier: GPL-3.0-or-later
"""How far one syllable opens: a single handle over the jaw, the lips, and what closes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from .. import phones as inventory
from ..performance import Phone
from .rules import Placed, Rule

OPENERS: Final = ("jawOpen", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight")
"""What opens a mouth; mouthClose, which closes it over an open jaw, goes the other way."""
WIDEST: Final = 2.0
NEAR: Final = 0.35
"""Seconds from a vowel within which a syllable is the one that is meant."""


def syllable_at(phones: Sequence[Phone], time: float) -> tuple[int, int] | None:
    """First and last vowel of the syllable at a time, by their places among the phones; None where nobody speaks.

    A diphthong is one syllable. Between two syllables the nearer vowel has it.
    """
    away = [
        (max(phone.start - time, time - phone.end, 0.0), index)
        for index, phone in enumerate(phones)
        if phone.symbol in inventory.VOWEL
    ]
    if not away or min(away)[0] > NEAR:
        return None
    first = last = min(away)[1]
    while first > 0 and phones[first - 1].symbol in inventory.VOWEL and _short(phones[first - 1 : last + 1]):
        first -= 1
    while last + 1 < len(phones) and phones[last + 1].symbol in inventory.VOWEL and _short(phones[first : last + 2]):
        last += 1
    return first, last


def _short(phones: Sequence[Phone]) -> bool:
    """Whether vowels that follow each other are few enough to be one syllable."""
    return len(phones) <= 2


def openings(phones: Sequence[Phone], amounts: Iterable[tuple[float, float]]) -> tuple[Placed, ...]:
    """What opens syllables otherwise, as `rules.applied` takes it.

    amounts: a time on the line's clock, and how far the syllable there opens: 0 not at all, 1 as heard, 2 twice as far.
    """
    placed: list[Placed] = []
    for time, amount in amounts:
        found = syllable_at(phones, time)
        if found is None or amount == 1.0:
            continue
        vowels = phones[found[0] : found[1] + 1]
        only = tuple((phone.start + phone.end) / 2 for phone in vowels)
        symbols = frozenset(phone.symbol for phone in vowels)
        change = min(max(amount, 0.0), WIDEST) - 1.0
        for shapes, size in ((OPENERS, change), (("mouthClose",), -change)):
            placed.append(Placed(Rule(symbols, shapes, "factor", size), only=only))
    return tuple(placed)
