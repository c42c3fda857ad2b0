# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of faces, read once: vocabulary.json for English and how shapes are worded in it, languages.json for all others."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Final

from .spelling import Lexicon

_UNDECOMPOSED: Final = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "Ł": "L", "Ø": "O", "Æ": "AE", "Œ": "OE"})
_SHORTEST: Final = 2
_SHORT_JOINED: Final = frozenset({"zu"})


@dataclass(frozen=True)
class Vocabulary:
    """vocabulary.json and languages.json: how the shapes are worded, which words are the same, and which say nothing.

    patterns: {words: shape}, further phrasings, which only whole names are held against.
    other: words that, where no phrasing is met, mean something that is none of the 52 shapes.
    degrees: words that say how far, {word: "full" or "weak"}.   letters: {part: {letter: place}} of a part of the face.
    feelings: words that alone are a whole expression.   lexicon: what words are near that are none of these.
    initials: {word: {letter: side}}, letters that stand for a side beside a word of their language.
    """

    phrasings: dict[str, tuple[frozenset[str], ...]]
    patterns: dict[frozenset[str], str]
    words: dict[str, str]
    noise: frozenset[str]
    known: frozenset[str]
    joinable: frozenset[str]
    other: frozenset[str]
    initials: dict[str, dict[str, str]]
    degrees: dict[str, str]
    letters: dict[str, dict[str, str]]
    feelings: frozenset[str]
    lexicon: Lexicon


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary of both files, read once."""
    raw, elsewhere = (
        json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8")) for name in ("vocabulary.json", "languages.json")
    )
    phrasings = {shape: tuple(frozenset(text.split()) for text in texts) for shape, texts in raw["phrasings"].items()}
    patterns = {words: shape for shape, texts in raw["patterns"].items() for text in texts for words in spread(text)}
    known = frozenset(word for texts in (*phrasings.values(), patterns) for text in texts for word in text)
    english = known | raw["words"].keys() | set(raw["noise"]) | set(raw["other"])
    words = dict(raw["words"])
    initials: dict[str, dict[str, str]] = {}
    for name, language in elsewhere.items():
        for meaning, spellings in language.items() if isinstance(language, dict) and name != "initials" else ():
            for spelling in map(unaccented, spellings):
                if spelling not in english:
                    words.setdefault(spelling, meaning)
                    initials.setdefault(spelling, {}).update(elsewhere["initials"].get(name, {}))
    noise = frozenset(raw["noise"]) | {unaccented(word) for word in elsewhere["noise"]} - english - words.keys()
    spelled_out = frozenset(word for word in words if len(word) > _letters(word, raw["words"])) | _SHORT_JOINED
    joinable = known | spelled_out | {"left", "right"} | frozenset(word for word in noise if not word.isascii())
    degrees = {word: degree for degree, those in raw["degrees"].items() for word in those if word not in known}
    noise -= degrees.keys()
    other, lexicon = frozenset(raw["other"]), _lexicon(raw, words, known)
    return Vocabulary(
        phrasings,
        patterns,
        words,
        noise,
        known,
        joinable,
        other,
        initials,
        degrees,
        raw["letters"],
        frozenset(raw["feelings"]),
        lexicon,
    )


def _letters(word: str, english: Mapping[str, str]) -> int:
    """Most letters that a word has which is too short to be told within another: “ler” is a smile in Swedish."""
    return 0 if not word.isascii() else 2 if word in english else 3


def _lexicon(raw: dict[str, Any], words: Mapping[str, str], known: frozenset[str]) -> Lexicon:
    """Words as they may be shortened and inflected: English ones, and those of other languages."""
    plain = {word: word for word in (*known, *raw["other"], *raw["noise"], "left", "right")}
    english = {word: meaning for word, meaning in (plain | raw["words"]).items() if len(word) > _SHORTEST}
    elsewhere = {word: meaning for word, meaning in words.items() if word not in raw["words"] and len(word) > _SHORTEST}
    return Lexicon(english, elsewhere)


def means(word: str) -> bool:
    """Whether a word of the vocabulary's own spelling says something, if only that it says nothing."""
    vocab = vocabulary()
    return any(word in those for those in (vocab.known, vocab.noise, vocab.other, vocab.degrees)) or word in {"left", "right"}


def spread(pattern: str) -> Iterator[frozenset[str]]:
    """Every phrasing that a pattern stands for: “eye? look|gaze up” are four."""
    places = [[*place.rstrip("?").split("|"), *([""] if place.endswith("?") else [])] for place in pattern.split()]
    for words in product(*places):
        said = [word for word in words if word]
        if len(said) == len(set(said)):  # “lower lip lower” is not said by “lower lip”
            yield frozenset(said)


@lru_cache(maxsize=8192)
def unaccented(text: str) -> str:
    """Lower case without accents, in the one spelling that a script's variants share: half-width kana, ß, œ, й as и."""
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_UNDECOMPOSED))
    return unicodedata.normalize("NFC", "".join(each for each in spread if not "\u0300" <= each <= "\u036f")).casefold()
