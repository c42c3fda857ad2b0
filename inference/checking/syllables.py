# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones → syllables: a vowel, or two that belong together, with the consonants that go with it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..performance import Phone
from ..phones import FEATURES, VOWEL


def syllables(phones: Sequence[Phone]) -> list[range]:
    """The places of each syllable's phones, in order; every phone that is no silence is in one.

    Of the consonants between two vowels the later half goes with the second, as most languages have it; words and silences are
    never crossed where they are known. Consonants without any vowel are a syllable of their own.
    """
    found: list[range] = []
    start = 0
    for end in range(1, len(phones) + 1):
        if end == len(phones) or _parted(phones[end - 1], phones[end]):
            if phones[start].symbol != "sil":
                found += _of_stretch(phones, start, end)
            start = end
    return found


def _parted(one: Phone, other: Phone) -> bool:
    """Whether no syllable can go from one phone into the next."""
    return (one.symbol == "sil") != (other.symbol == "sil") or one.word != other.word


def _glides(one: Phone, other: Phone) -> bool:
    """Whether two vowels are a diphthong: the second is closer than the first, as in “eye” and “out”, or slack, as in “ear”."""
    return other.symbol == "ə" or FEATURES[other.symbol].openness < FEATURES[one.symbol].openness


def _of_stretch(phones: Sequence[Phone], start: int, end: int) -> list[range]:
    nuclei: list[tuple[int, int]] = []
    for place in range(start, end):
        if phones[place].symbol not in VOWEL:
            continue
        if nuclei and nuclei[-1] == (place - 1, place - 1) and _glides(phones[place - 1], phones[place]):
            nuclei[-1] = nuclei[-1][0], place
        else:
            nuclei.append((place, place))
    edges = [start]
    for (_, last), (first, _) in pairwise(nuclei):
        edges.append(last + 1 + (first - last - 1) // 2)
    edges.append(end)
    return [range(low, high) for low, high in pairwise(edges)]
