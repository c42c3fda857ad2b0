# SPDX-License-Identifier: GPL-3.0-or-later
"""What ships of a language: its letter tree, the words that the tree gets wrong, and its commonest groups of letters."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ..errors import ParlanceError
from . import letters

DATA: Final = Path(__file__).parent / "data"
LARGEST: Final = 1 << 26
"""Bytes of a language unpacked."""


@dataclass(frozen=True)
class Lexicon:
    """tree, chunks: as `letters.pronounce` takes them. words: word → ways to say it, sounds between spaces, "|" between ways."""

    tree: dict[str, Any]
    chunks: tuple[str, ...]
    words: dict[str, str]

    def knows(self, word: str) -> bool:
        """Whether the word is listed."""
        return word in self.words

    def sounds(self, word: str) -> tuple[tuple[str, ...], ...]:
        """The ways to say a word in small letters, the usual one first; none where it has no letter of the language."""
        listed = self.words.get(word)
        if listed is not None:
            return tuple(tuple(way.split()) for way in listed.split("|"))
        guessed = letters.pronounce(word, self.tree, self.chunks)
        return (guessed,) if guessed else ()


@lru_cache(maxsize=4)
def read(language: str) -> Lexicon:
    """The lexicon of a language. Raises ParlanceError where there is none, or it is damaged."""
    path = DATA / f"{language}.lexicon"
    if not path.is_file():
        raise ParlanceError(f"There is no pronunciation for the language “{language}”; give the text as IPA between slashes.")
    try:
        stored = json.loads(zlib.decompressobj().decompress(path.read_bytes(), LARGEST))
        return Lexicon(stored["tree"], tuple(stored["chunks"]), stored["words"])
    except (OSError, ValueError, KeyError, zlib.error) as error:
        raise ParlanceError("The pronunciation of this language is damaged; reinstall the extension.") from error


def pack(lexicon: Lexicon) -> bytes:
    """A lexicon as `read` takes it; the same lexicon gives the same bytes."""
    stored = {"chunks": lexicon.chunks, "tree": lexicon.tree, "words": dict(sorted(lexicon.words.items()))}
    return zlib.compress(json.dumps(stored, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(), 9)
