# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones as espeak-ng names them in its events and in --ipa output: IPA with marks of its own.

Stress and length signs, tone digits and "(en)" language switches are dropped, and so are the marks that slip through from its own
ASCII notation: ":" and a double quote, and the "?" of a Danish creaky vowel.
"""

from __future__ import annotations

import re
from typing import Final

from .classes import Parts, UnknownSymbolError, parts
from .ipa import from_ipa

_DROPPED: Final = re.compile(r"\([a-z-]+\)|[:\"?'%,;=|#\s]")
_PAUSE: Final = frozenset({"", "_", "__", "_!", "!"})
_SPELLINGS: Final = {
    "ε": "ɛ",
    "ʲ": "j",
    # Japanese u is compressed, which shows as rounding; Turkish and Korean ɯ is not rounded at all.
    "ɯᵝ": "ʊ",
    "ɯ": "ɨ",
}


def from_espeak(symbol: str) -> Parts:
    """One phoneme as espeak-ng names it in IPA ("ˈaɪ", "ɜː", "_:") → classes. Raises UnknownSymbolError."""
    bare = _DROPPED.sub("", symbol)
    if bare.strip("ˈˌ") in _PAUSE:
        return parts("sil")
    bare = _SPELLINGS.get(bare, bare)
    try:
        return from_ipa(bare)
    except UnknownSymbolError as error:
        raise UnknownSymbolError(f"'{symbol}' is not an espeak-ng phoneme this mapping knows.") from error
