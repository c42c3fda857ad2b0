# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each language by heart: small words, how they are said within a sentence, and the words around figures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "data" / "small_words.json"


@dataclass(frozen=True)
class SmallWords:
    """small_words: the commonest words, between spaces. weak: word → ways to say it within a sentence, "|" between them;
    dictionaries have it as it is said alone. thousand, million, point: as they are said in figures. signs: sign → its words."""

    thousand: str
    million: str
    point: str
    small_words: str = ""
    weak: dict[str, str] = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def read() -> dict[str, SmallWords]:
    """The small words of a language, by its code."""
    return {code: SmallWords(**own) for code, own in json.loads(FILE.read_text("utf-8")).items()}
