# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones as espeak-ng names them in its events and in --ipa output: IPA with marks of its own.

Stress and length signs, tone digits, "(en)" language switches and its notation for r-coloured and reduced vowels are understood.
"""

from __future__ import annotations

import re
from typing import Final

from .classes import Parts, UnknownSymbolError, parts
from .ipa import from_ipa

_SWITCH: Final = re.compile(r"\([a-z-]+\)")


def from_espeak(symbol: str) -> Parts:
    """One phoneme as espeak-ng names it in IPA ("ˈaɪ", "ɜː", "_:") → classes. Raises UnknownSymbolError."""
    bare = _SWITCH.sub("", symbol).strip()
    if not bare or set(bare) <= set("_:|#ˈˌ'%,;= "):
        return parts("sil")
    try:
        return from_ipa(bare)
    except UnknownSymbolError as error:
        raise UnknownSymbolError(f"'{symbol}' is not an espeak-ng phoneme this mapping knows.") from error
