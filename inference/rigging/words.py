# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape names taken apart into words and a side of the face, and how alike two phrasings are."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

Side = Literal["", "Left", "Right"]

_PIECES: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_COPY_NUMBER: Final = re.compile(r"\.\d{3}$")
_EXPORTER: Final = re.compile(r"^.*[.:|](?=[^.:|]{3,}$)")
_CATALOGUE_NUMBER: Final = re.compile(r"^[A-Z]{1,2}_?\d{1,2}_")
_LONG_ENOUGH: Final = 6
_ENDINGS: Final = ("ing", "ed", "s", "d")


@dataclass(frozen=True)
class Vocabulary:
    """vocabulary.json: how the ARKit shapes are worded, which words are the same, and which say nothing."""

    phrasings: dict[str, tuple[frozenset[str], ...]]
    words: dict[str, str]
    noise: frozenset[str]
    known: frozenset[str]
    joinable: frozenset[str]
    other: frozenset[str]


@dataclass(frozen=True)
class Phrase:
    """A name in words: which, on which side; copied where it ends in a copy's number, such as “.001”."""

    words: frozenset[str]
    side: Side
    copied: bool


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Read it once."""
    raw = json.loads(Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
    phrasings = {shape: tuple(frozenset(text.split()) for text in texts) for shape, texts in raw["phrasings"].items()}
    known = frozenset(word for texts in phrasings.values() for text in texts for word in text)
    spelled_out = frozenset(word for word in raw["words"] if len(word) > 2)
    return Vocabulary(
        phrasings, raw["words"], frozenset(raw["noise"]), known, known | spelled_out | {"left", "right"}, frozenset(raw["other"])
    )


def phrase(name: str) -> Phrase:
    """A shape's name in words of the vocabulary: “blendShape1.EyesBlinking_L” is {eye, blink} on the Left."""
    text = unicodedata.normalize("NFKC", name).strip()
    copied = bool(_COPY_NUMBER.search(text))
    text = _CATALOGUE_NUMBER.sub("", _EXPORTER.sub("", _COPY_NUMBER.sub("", text)))
    words = [_plain(part) for piece in _PIECES.findall(text) for part in _joined(piece.lower())]
    telling = [word for word in words if word not in vocabulary().noise and not (word.isdigit() and len(word) < 3)]
    sides = [word for word in telling if word in {"left", "right"}]
    side: Side = "" if len(sides) != 1 else "Left" if sides[0] == "left" else "Right"
    kept = [word for word in telling if word not in {"left", "right"}] if side else telling
    return Phrase(frozenset(kept), side, copied)


@lru_cache(maxsize=4096)
def _joined(word: str) -> tuple[str, ...]:
    """Words written as one taken apart, “eyeblinkleft” into three, where nothing is left over; else the word itself."""
    vocab = vocabulary()
    if word in vocab.known or word in vocab.words or word in vocab.noise or len(word) < _LONG_ENOUGH:
        return (word,)
    for length in range(len(word) - 1, 1, -1):
        if word[:length] in vocab.joinable:
            rest = word[length:]
            parts = (rest,) if rest in vocab.joinable else _joined(rest)
            if all(part in vocab.joinable for part in parts):
                return (word[:length], *parts)
    return (word,)


def _plain(word: str) -> str:
    """One word as the vocabulary spells it: blinking, blinks and blinked are blink."""
    vocab = vocabulary()
    if word in vocab.words:
        return vocab.words[word]
    if word in vocab.known or word in vocab.noise:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            root = word.removesuffix(ending)
            for candidate in (root, root + "e", root[:-1] if root[-1] == root[-2] else root):
                if candidate in vocab.known:
                    return vocab.words.get(candidate, candidate)
    return word


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """0..1: Dice similarity of letter pairs, so that a misspelt word still resembles what was meant."""
    left, right = _pairs(one), _pairs(other)
    shared = sum((left & right).values())
    return 2.0 * shared / max(sum(left.values()) + sum(right.values()), 1)


@lru_cache(maxsize=4096)
def _pairs(words: frozenset[str]) -> Counter[str]:
    return Counter(f"^{word}$"[i : i + 2] for word in words for i in range(len(word) + 1))


def says_something_else(name: str) -> bool:
    """Whether a name has words, none of them a spelling of a shape: it means what it says, and that is another thing."""
    return bool(phrase(name).words & vocabulary().other)
