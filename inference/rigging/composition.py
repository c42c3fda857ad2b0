# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes whose names hold what they do and something besides: a label, a degree, the part of the face said twice.

A name is a part of the face, a place on it, what it does, and how far. The words of a phrasing tell the first three; what is left
over must say nothing against it. Another movement or part means another shape.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .vocabulary import means, vocabulary
from .words import Phrase

_SURE: Final = 0.84
_OFFERED: Final = 0.72
_HARDLY: Final = 0.6
_LABEL: Final = 0.04
_DEGREE: Final = 0.01
_TELLING: Final = 2
"""Words of a phrasing that mean a face beside a word nobody knows: a tail and a sleeve puff as well."""
_MOST_UNKNOWN: Final = 2

_ALSO_SAID: Final = {
    "eye": frozenset({"eye"}),
    "brow": frozenset({"brow", "eye"}),
    "mouth": frozenset({"mouth", "lip"}),
    "jaw": frozenset({"mouth", "jaw", "middle"}),
    "cheek": frozenset({"cheek", "mouth"}),
    "nose": frozenset({"nose"}),
    "tongue": frozenset({"tongue", "mouth"}),
}
"""Words for the whole of which a shape moves a part, which may be said beside it."""


def composed(spoken: Phrase) -> tuple[str, float] | None:
    """The shape that a name's words put together, and how sure that is; None where they say nothing or two things."""
    found = _phrased(spoken.words)
    if found is None:
        return None
    shape, needed = found
    vocab = vocabulary()
    rest = spoken.words - needed - _ALSO_SAID[_region(shape)] - ({"side"} if spoken.side else frozenset())
    unknown = [word for word in rest if word not in vocab.degrees]
    if any(means(word) for word in unknown) or len(unknown) > _MOST_UNKNOWN:
        return None
    sure = _SURE - _DEGREE * (len(rest) - len(unknown))
    if any(vocab.degrees.get(word) == "weak" for word in rest):
        sure = min(sure, _OFFERED)
    if unknown:
        known = [i for i, word in enumerate(spoken.order) if word in needed]
        label = all(spoken.order.index(word) < known[0] for word in unknown) and len(needed) >= _TELLING and len(unknown) == 1
        sure = sure - _LABEL if label else min(sure, _OFFERED if len(unknown) == 1 and len(needed) >= _TELLING else _HARDLY)
    return shape, sure


@lru_cache(maxsize=8192)
def _phrased(words: frozenset[str]) -> tuple[str, frozenset[str]] | None:
    """The shape with the longest phrasing among words, and that phrasing; None where two shapes have one as long."""
    longest, found = 0, dict[str, frozenset[str]]()
    for phrasing, shape in _every().items():
        if len(phrasing) >= longest and phrasing <= words:
            if len(phrasing) > longest:
                longest, found = len(phrasing), {}
            found.setdefault(shape, phrasing)
    if len(found) != 1 or not longest:
        return None
    return next(iter(found.items()))


@lru_cache(maxsize=1)
def _every() -> dict[frozenset[str], str]:
    vocab = vocabulary()
    return {words: shape for shape, phrasings in vocab.phrasings.items() for words in phrasings} | vocab.patterns


def _region(shape: str) -> str:
    return next(region for region in _ALSO_SAID if shape.startswith(region))
