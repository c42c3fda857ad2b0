# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape names taken apart into words and a side of the face, and how alike two phrasings are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from .spelling import How
from .vocabulary import means, unaccented, vocabulary

Side = Literal["", "Left", "Right"]

_MARKS: Final = "\u064b-\u0652\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
"""Vowel signs of Arabic, Hindi and Thai, which belong to the letter before them."""
_RUNS: Final = re.compile(rf"\d+|(?:[^\W\d_]|[{_MARKS}])+")
_CAMEL: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
COPY_NUMBER: Final = re.compile(r"\.\d{3}$")
_EXPORTER: Final = re.compile(r"^.*[.:|/@#\\](?=[^.:|/@#\\]{3,}$)")
_CATALOGUE_NUMBER: Final = re.compile(r"^[A-Z]{1,2}_?\d{1,2}_")
_LONG_ENOUGH: Final = 6
_ENDINGS: Final = ("ing", "ed", "s", "d")
_HALVES: Final = {"u": "upper", "d": "lower"}


@dataclass(frozen=True)
class Phrase:
    """A name in words: which, on which side; copied where it ends in a copy's number, such as “.001”.

    order: the words as they stand.   guessed: those read from a shortened or inflected word.   misspelt: whether one is.
    """

    words: frozenset[str]
    side: Side
    copied: bool
    order: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()
    misspelt: bool = False


@lru_cache(maxsize=8192)
def phrase(name: str, labels: frozenset[str] = frozenset()) -> Phrase:
    """A shape's name in words of the vocabulary: “blendShape1.EyesBlinking_L” is {eye, blink} on the Left.

    labels: words that many names of the character have and that mean nothing.
    """
    text = unicodedata.normalize("NFKC", name).strip()
    copied = bool(COPY_NUMBER.search(text))
    text = _CATALOGUE_NUMBER.sub("", _EXPORTER.sub("", COPY_NUMBER.sub("", text)))
    spelled = [part for piece in _pieces(text) for part in _joined(unaccented(piece))]
    spelled = _spelled_out([part for part in spelled if part not in labels])
    meant = _meant_together(spelled)
    words = [word for meaning, _ in meant for word in meaning.split()]
    ways = {word: how for meaning, how in meant if how for word in meaning.split()}
    if len(words) > 2 and words[-1] in _HALVES:  # of fewer it is a vowel
        words[-1] = _HALVES[words[-1]]
    if not set(words[:-1]) <= {"mouth", "lip", "jaw"}:  # else it is a vowel
        words[-1:] = [_side_by_initial(spelled) or word for word in words[-1:]]
    telling = [word for word in words if word not in vocabulary().noise and not word.isdigit()]
    sides = [word for word in telling if word in {"left", "right"}]
    if len(sides) == 2 and not any({"left", "right"} <= set(_joined(unaccented(piece))) for piece in _pieces(text)):
        telling, sides = _looking(telling, sides)
    side: Side = "" if len(sides) != 1 else "Left" if sides[0] == "left" else "Right"
    kept = [word for word in telling if word not in {"left", "right"}] if side else telling
    guessed = frozenset(word for word in kept if word in ways)
    return Phrase(frozenset(kept), side, copied, tuple(kept), guessed, "misspelt" in ways.values())


def _spelled_out(spelled: list[str]) -> list[str]:
    """Words with the letters that stand for a place of the part they are said of: “raise_l_i_eyebrow”, “close_t_l_eyelid”."""
    meant = {word for part in spelled for word in _meant(part)[0].split()}
    letters = {letter: place for part, those in vocabulary().letters.items() if part in meant for letter, place in those.items()}
    acts = len(meant - letters.keys() - {"left", "right"}) > 1
    return [letters.get(part, part) if acts else part for part in spelled]


def _looking(words: list[str], sides: list[str]) -> tuple[list[str], list[str]]:
    """Words with two sides, where one is an eye's and one where it looks, as in or out: “LeftEyeTurnRight”, “EyesLookLeftR”."""
    if not set(words) & {"eye", "look", "gaze"}:
        return words, sides
    places = [i for i, word in enumerate(words) if word in {"left", "right"}]
    verb = next((i for i, word in enumerate(words) if word in {"look", "gaze", "turn", "rotate", "move"}), None)
    way = next((i for i in places if verb is not None and i > verb), places[1])
    eye = places[0] if way == places[1] else places[1]
    away = "out" if words[way] == words[eye] else "in"
    return [away if i == way else word for i, word in enumerate(words)], [words[eye]]


def _side_by_initial(spelled: list[str]) -> str:
    """The side that a last letter stands for beside words of its language: “SourireG” is gauche."""
    letters = vocabulary().initials
    return next((letters[word][spelled[-1]] for word in spelled[:-1] if spelled[-1] in letters.get(word, ())), "")


def pieces(name: str) -> list[str]:
    """A name's words as they are written, in lower case without accents: “MouthA_01” is mouth, a, 01."""
    text = _EXPORTER.sub("", COPY_NUMBER.sub("", unicodedata.normalize("NFKC", name).strip()))
    return [unaccented(piece) for piece in _pieces(text)]


def _pieces(text: str) -> list[str]:
    """Words as capitals and separators part them, in any script that has capitals."""
    pieces: list[str] = []
    for run in _RUNS.findall(text):
        if run.isascii():
            pieces += _CAMEL.findall(run) if not run.isdigit() else [run]
            continue
        start = 0
        for i in range(1, len(run)):
            if (run[i].isupper() and run[i - 1].islower()) or (run[i].isascii() != run[i - 1].isascii() and not _latin(run)):
                pieces.append(run[start:i])
                start = i
        pieces.append(run[start:])
    return pieces


def _latin(run: str) -> bool:
    """Whether a word mixes plain and accented letters, rather than two scripts."""
    return all(each.isascii() or "LATIN" in unicodedata.name(each, "") for each in run)


@lru_cache(maxsize=4096)
def _joined(word: str) -> tuple[str, ...]:
    """Words written as one taken apart, “eyeblinkleft” into three, where nothing is left over; else the word itself."""
    vocab = vocabulary()
    if word in vocab.known or word in vocab.words or word in vocab.noise or len(word) < (_LONG_ENOUGH if word.isascii() else 2):
        return (word,)
    for length in range(len(word) - 1, 0, -1):
        if word[:length] in vocab.joinable:
            rest = word[length:]
            parts = (rest,) if rest in vocab.joinable or rest.isdigit() else _joined(rest)
            if all(part in vocab.joinable or part.isdigit() for part in parts):
                return (word[:length], *parts)
    return (word,)


def _plain(word: str) -> str:
    """One word as the vocabulary spells it, which may be two: blinking, blinks and blinked are blink, 上唇 upper lip."""
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


@lru_cache(maxsize=8192)
def _meant(word: str) -> tuple[str, How | None]:
    """A word as the vocabulary spells it, and how it was written where that took a guess."""
    plain = _plain(word)
    vocab = vocabulary()
    if plain != word or means(word):
        return plain, None
    return vocab.lexicon.nearest(word) or (word, None)


def _meant_together(spelled: list[str]) -> list[tuple[str, How | None]]:
    """Each word as it is meant. In plain letters it is a form of a foreign word only beside one: “pressure” is English."""
    foreign = any(part in vocabulary().lexicon.elsewhere for part in spelled)
    meant = [(part, *_meant(part)) for part in spelled]
    return [(part, None) if how == "inflected" and part.isascii() and not foreign else (said, how) for part, said, how in meant]


def strange(name: str) -> frozenset[str]:
    """The words of a name that mean nothing, or only what they might be misspelt for."""
    text = _EXPORTER.sub("", unicodedata.normalize("NFKC", name))
    parts = [part for piece in _pieces(text) for part in _joined(unaccented(piece)) if not part.isdigit()]
    return frozenset(part for part in parts if not all(map(means, _meant(part)[0].split())) or _meant(part)[1] == "misspelt")


def understood(text: str) -> bool:
    """Whether all words of a text mean something, if only that they say nothing."""
    vocab = vocabulary()
    plain = [word for piece in _pieces(text) for part in _joined(unaccented(piece)) for word in _plain(part).split()]
    return all(word in vocab.known or word in vocab.noise or word in vocab.other or word in {"left", "right"} for word in plain)


def says_something_else(name: str) -> bool:
    """Whether a name that no phrasing explains has words of its own: it means what it says, and that is another thing."""
    return bool(phrase(name).words & vocabulary().other)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """0..1: Dice similarity of letter pairs, so that a misspelt word still resembles what was meant."""
    left, right = _pairs(one), _pairs(other)
    shared = sum((left & right).values())
    return 2.0 * shared / max(sum(left.values()) + sum(right.values()), 1)


@lru_cache(maxsize=4096)
def _pairs(words: frozenset[str]) -> Counter[str]:
    return Counter(f"^{word}$"[i : i + 2] for word in words for i in range(len(word) + 1))
