# SPDX-License-Identifier: GPL-3.0-or-later
"""The Berlin Database's hand labels: SAMPA for German, and segments that say how the phone before them goes on.

"-sth" (voiceless), "+lar" (creaky), "+nas" and the like continue the phone before them; "_d" is the silent hold of a d, "!d" its
burst, "dasp" its aspiration: all of them d. "(…" and "." are pauses. A trailing digit grades a modifier, not a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .classes import Parts, UnknownSymbolError, parts, spelled

_TABLE: Final = spelled({
    "p": "p", "b": "b", "m": "m", "f": "f", "v": "v V B", "ð": "D", "t": "t", "d": "d", "n": "n", "l": "l L", "ɾ": "4",
    "s": "s", "z": "z",
    "ʃ": "S", "ʒ": "Z", "x": "x G R X", "k": "k", "g": "g", "ŋ": "N NN", "ç": "C", "h": "h H", "ʔ": "?", "j": "j",
    "i": "i", "ɪ": "I", "y": "y Y", "e": "e", "ɛ": "E", "ø": "2 9", "a": "a", "ɑ": "A", "ə": "@", "ʌ": "6", "ɔ": "O",
    "o": "o", "ʊ": "U",
    "u": "u",
})  # fmt: skip
_VOWELS: Final = frozenset("iIyYeE29aA@6OoUu")
_GRADE: Final = re.compile(r"\s+[0-9]+$")
_MODIFIER: Final = re.compile(r"^[-+[]|^(hoe|lar|nas)\b")
_MODIFIED: Final = re.compile(r"[\s\[]|(?<=.)[-+]")


def merge_modifiers(segments: Iterable[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """Lengthen each phone by the modifier segments that follow it; a modifier with nothing before it is dropped."""
    merged: list[tuple[str, float, float]] = []
    for symbol, start, end in segments:
        if not _MODIFIER.match(symbol):
            merged.append((symbol, start, end))
        elif merged and abs(merged[-1][2] - start) < 1e-3:
            before, before_start, _ = merged[-1]
            merged[-1] = (before, before_start, end)
    return merged


def from_emodb(symbol: str) -> Parts:
    """One phone label ("aI", "!d", "tasp  +hoe", "i +beh 2", ".") → classes. Raises UnknownSymbolError."""
    bare = _MODIFIED.split(_GRADE.sub("", symbol).strip())[0]
    if bare in ("", ".", "!") or bare.startswith("("):
        return parts("sil")
    bare = bare.lstrip("!_").removesuffix("asp")
    if bare in _TABLE:
        return parts(*_TABLE[bare])
    if len(bare) == 2 and set(bare) <= _VOWELS:
        return parts(*(_TABLE[letter][0] for letter in bare))
    raise UnknownSymbolError(f"'{symbol}' is not a label of the Berlin database this mapping knows.")
