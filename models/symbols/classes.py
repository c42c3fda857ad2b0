# SPDX-License-Identifier: GPL-3.0-or-later
"""How a symbol that is two sounds is divided in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...inference.phones import DIPHTHONG_SPLIT, INDEX, VOWEL

Parts = tuple[tuple[str, float], ...]
"""One or more (class, share of the symbol's time); the shares add up to 1."""

VOWELS: Final = VOWEL


class UnknownSymbolError(ValueError):
    """A phone symbol that no mapping knows; the message names the symbol and its alphabet."""


def parts(*classes: str) -> Parts:
    """Shares for one class, for two vowels in a row (60 : 40), or equal ones."""
    for name in classes:
        if name not in INDEX:
            raise UnknownSymbolError(f"'{name}' is not a phone class.")
    if len(classes) == 1:
        return ((classes[0], 1.0),)
    if len(classes) == 2 and set(classes) <= VOWELS:
        return ((classes[0], DIPHTHONG_SPLIT), (classes[1], 1.0 - DIPHTHONG_SPLIT))
    share = 1.0 / len(classes)
    return tuple((name, share) for name in classes)


def spelled(spellings: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Turn "classes: the symbols that mean them" (both spaced) into symbol → classes."""
    return {symbol: tuple(classes.split()) for classes, symbols in spellings.items() for symbol in symbols.split()}
