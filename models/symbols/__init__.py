# SPDX-License-Identifier: GPL-3.0-or-later
"""What the phone symbols of corpora and synthesisers are called here: each alphabet's symbol → classes of inference/phones.py.

A symbol is one class, or two in a row (a diphthong, an affricate without a class of its own): (symbol, share of its time).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ...inference.performance import Phone
from .arpabet import from_arpabet
from .classes import Parts, UnknownSymbolError
from .emodb import from_emodb, merge_modifiers
from .espeak import from_espeak
from .festival import from_festival
from .ipa import from_ipa

RawSegment = tuple[str, float, float]
"""(symbol in the corpus' own alphabet, start s, end s)."""

ALPHABETS: Final[dict[str, Callable[[str], Parts]]] = {
    "arpabet": from_arpabet,
    "ipa": from_ipa,
    "sampa-emodb": from_emodb,
    "espeak": from_espeak,
}

SHORT_AH: Final = 0.06
"""Seconds. Forced alignments write one AH for both; a shorter one is the unstressed schwa, a longer one the vowel of *cup*."""

__all__ = [
    "ALPHABETS",
    "Parts",
    "RawSegment",
    "UnknownSymbolError",
    "from_arpabet",
    "from_emodb",
    "from_espeak",
    "from_festival",
    "from_ipa",
    "to_phones",
]


def to_phones(segments: Iterable[RawSegment], alphabet: str) -> tuple[Phone, ...]:
    """Segments in an alphabet ("arpabet", "ipa", "sampa-emodb", "espeak", "festival:VOICE") → our phones, times in seconds.

    Segments of no length vanish; equal neighbours of silence become one. Raises UnknownSymbolError for a symbol of no alphabet.
    """
    parse: Callable[[str], Parts]
    if alphabet.startswith("festival:"):
        phoneset = alphabet.removeprefix("festival:")

        def parse(symbol: str) -> Parts:
            return from_festival(symbol, phoneset)
    else:
        parse = ALPHABETS[alphabet]
    if alphabet == "sampa-emodb":
        segments = merge_modifiers(segments)
    phones: list[Phone] = []
    for symbol, start, end in segments:
        parts = parse(symbol)
        if alphabet == "arpabet" and symbol == "AH" and end - start < SHORT_AH:
            parts = (("ə", 1.0),)
        part_start = start
        for part, share in parts:
            part_end = min(part_start + share * (end - start), end)
            if part_end > part_start:
                _append(phones, Phone(part, part_start, part_end))
            part_start = part_end
    return tuple(phones)


def _append(phones: list[Phone], phone: Phone) -> None:
    last = phones[-1] if phones else None
    if last and last.symbol == phone.symbol == "sil" and abs(last.end - phone.start) < 1e-6:
        phones[-1] = Phone("sil", last.start, phone.end)
    else:
        phones.append(phone)
