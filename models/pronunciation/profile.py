# SPDX-License-Identifier: GPL-3.0-or-later
"""How often letters follow each other in each language: what a short text's language is guessed by."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from ...inference.pronunciation.guess import triples

KEPT: Final = 2_500
"""Commonest triples of a language."""


def profiles(words: Mapping[str, Iterable[str]]) -> dict[str, dict[str, int]]:
    """For each language, tenths of a nat that each of its commonest triples of letters costs, rarer ones more."""
    made = {}
    for language, listed in words.items():
        counts = Counter(triple for word in listed for triple in triples(word))
        total = sum(counts.values())
        made[language] = {triple: round(-10 * math.log(count / total)) for triple, count in sorted(counts.most_common(KEPT))}
    return made
