# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone sets of the free Festival and Flite voices, one a language. Length and stress marks (":", "1") are ignored."""

from __future__ import annotations

from typing import Final

from .arpabet import CONSONANTS, VOWELS
from .classes import Parts, UnknownSymbolError, parts, spelled

_SILENCE: Final = {"sil": "pau # ## _ h# brth ssil sil"}
_PLAIN: Final = {name: name for name in "pbmfvtdnlszkgjrwh"}
_FIVE_VOWELS: Final = {"i": "i", "e": "e", "a": "a", "o": "o", "u": "u"}

PHONESETS: Final = {
    "english": spelled({classes: symbols.lower() for classes, symbols in (CONSONANTS | VOWELS).items()} | _SILENCE),
    "italian": spelled(
        _SILENCE | _PLAIN | _FIVE_VOWELS
        | {"ɛ": "E", "ɔ": "O", "ʃ": "S", "ʒ": "Z", "t s": "ts", "d z": "dz", "tʃ": "tS", "dʒ": "dZ", "n": "n J", "l": "l L",
           "ŋ": "ng", "v": "v nf"}
    ),
    "finnish": spelled(
        _SILENCE | _PLAIN | _FIVE_VOWELS
        | {"ɑ": "a", "y": "y", "æ": "@", "ø": "7", "ə": "&", "θ": "T", "ð": "D", "ʃ": "S", "ʒ": "Z", "ŋ": "N", "l": "l L"}
    ),
    "czech": spelled(
        _SILENCE | _PLAIN | {"ɪ": "i", "i": "i:", "ɛ": "e", "a": "a", "o": "o", "u": "u", "k": "k t~", "g": "g d~",
        "n": "n n~", "ŋ": "n* N"}
        | {"ʃ": "s~", "ʒ": "z~", "tʃ": "c~", "dʒ": "dz~", "t s": "c", "d z": "dz", "r": "r r~ r~*", "x": "ch"}
        | {"o ʊ": "o_u", "a ʊ": "a_u", "ɛ ʊ": "e_u"}
    ),
    "russian": spelled(
        _SILENCE | {name: f"{name} {name}{name}" for name in "pbfvtdnlszkgmr"} | {"j": "j", "x": "h hh", "t s": "c", "tʃ": "ch"}
        | {"ʃ": "sh sch", "ʒ": "zh", "i": "ii", "ɪ": "i yy y", "u": "uu", "ʊ": "u ur", "ɛ": "ee", "e": "e", "o": "oo",
           "a": "aa"}
        | {"ʌ": "a", "ə": "ae ay"}
    ),
    "catalan": spelled(
        _SILENCE | _PLAIN | _FIVE_VOWELS | {"ə": "ax", "ɛ": "E", "ɔ": "O", "n": "n J", "l": "l L", "ɾ": "r", "r": "rr",
        "ʃ": "S", "ʒ": "Z"}
        | {"j": "j y", "w": "w uw", "v": "v B", "ð": "D", "x": "G", "ŋ": "N", "t s": "ts", "d z": "dz", "tʃ": "tS",
           "dʒ": "dZ", "θ": "th"}
    ),
}  # fmt: skip


def from_festival(symbol: str, phoneset: str) -> Parts:
    """A symbol of a phone set ("english", which Flite shares, "italian", …) → classes. Raises UnknownSymbolError."""
    table = PHONESETS[phoneset]
    classes = table.get(symbol) or table.get(symbol.rstrip(":1"))
    if classes is None:
        raise UnknownSymbolError(f"'{symbol}' is not in the {phoneset} phone set.")
    return parts(*classes)
