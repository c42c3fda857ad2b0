# SPDX-License-Identifier: GPL-3.0-or-later
"""Which language a text is in: by its small words, and by the letters that follow each other."""

from __future__ import annotations

import json
import math
import re
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from . import small_words

DEFAULT: Final = "en"
PROFILES: Final = Path(__file__).parent / "data" / "languages.profile"
RARE: Final = 105
"""Tenths of a nat that a triple of letters costs which is not among a language's commonest."""
SMALL: Final = 25.0
"""Tenths of a nat that a small word of a language speaks for it."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]*)?")
CYRILLIC: Final = frozenset({"uk", "bg"})
_SMALL: Final = {code: frozenset(own.small_words.split()) for code, own in small_words.read().items() if own.small_words}
SURE: Final = 12.0
"""Tenths of a nat by which another language must be ahead of English, which most texts are in."""


def language(text: str) -> str:
    """The code of the most likely language; English where little speaks for another."""
    scores = {code: score(text, code) for code in _SMALL}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] > scores[DEFAULT] + SURE else DEFAULT


def score(text: str, code: str) -> float:
    """How much speaks for a language, in tenths of a nat; only differences between languages mean anything."""
    words = _WORD.findall(re.sub(r"\[[^\]]*\]|/[^/\s]+/", " ", text.lower().replace("’", "'")))
    cyrillic = any("\u0400" <= letter <= "\u04ff" for letter in text)
    if cyrillic != (code in CYRILLIC):
        return -math.inf
    costs, words = _profiles()[code], [word for word in words if len(word) > 1]
    total = 0.0
    for word in words:
        cost = sum(costs.get(triple, RARE) for triple in triples(word))
        total += max(SMALL - 0.25 * cost if word in _SMALL[code] else -cost, -8 * RARE)
    return total


def triples(word: str) -> list[str]:
    """Every three letters in a row, with the edges of the word."""
    edged = f"#{word}#"
    return [edged[at : at + 3] for at in range(len(edged) - 2)]


@lru_cache(maxsize=1)
def _profiles() -> dict[str, dict[str, int]]:
    stored: dict[str, dict[str, int]] = json.loads(zlib.decompress(PROFILES.read_bytes()))
    return stored
