# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that no table has, as they are shortened, inflected and misspelt, Blnk, открытого, Sqiunt, where one meaning fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

How = Literal["shortened", "inflected", "misspelt"]

_VOWELS: Final = frozenset("aeiouy")
_SHORT: Final = (3, 5)
_CUT: Final = 4
"""Fewest letters of a word that is cut off, as “smil”; of three, as “cor”, too many words begin so."""
_STEM: Final = {True: 5, False: 4}
"""Fewest letters that two forms of a word share, in Latin letters and in others."""
_STEM_SHARE: Final = 0.6
_ENDING: Final = 3
_TYPO: Final = 5


@dataclass(frozen=True)
class Lexicon:
    """Words and what each means, {spelling: meaning}. english: those that are shortened; elsewhere: those that are inflected."""

    english: Mapping[str, str]
    elsewhere: Mapping[str, str]

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        return _grouped(self.english)

    @cached_property
    def _elsewhere_by_first(self) -> dict[str, list[str]]:
        return _grouped(self.elsewhere)

    def nearest(self, word: str) -> tuple[str, How] | None:
        """What a word means that is none of these, and how it is written; None where nothing or more than one thing fits."""
        english, elsewhere = self._by_first.get(word[:1], ()), self._elsewhere_by_first.get(word[:1], ())
        ways: tuple[tuple[How, Iterable[str]], ...] = (
            ("shortened", (self.english[each] for each in english if _shortened(word, each))),
            ("inflected", (self.elsewhere[each] for each in elsewhere if _inflected(word, each))),
            ("misspelt", (self.english[each] for each in english if _misspelt(word, each))),
        )
        for how, found in ways:
            meanings = set(found)
            if len(meanings) == 1:
                return meanings.pop(), how
            if meanings:
                return None
        return None


def _grouped(words: Mapping[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[:1], []).append(word)
    return groups


def _shortened(word: str, whole: str) -> bool:
    """Whether a word is another without vowels and doubled letters, as “brw” and “sqnt”, or its beginning."""
    if not _SHORT[0] <= len(word) <= _SHORT[1] or len(whole) <= len(word):
        return False
    if len(word) >= _CUT and whole.startswith(word):
        return True
    left = iter(word)
    waited = next(left, "")
    before = ""
    for letter in whole:
        if letter == waited:
            waited = next(left, "")
        elif letter not in _VOWELS and letter != before:
            return False
        before = letter
    return not waited


def _inflected(word: str, other: str) -> bool:
    """Whether two words share their stem and differ by an ending."""
    shared = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    longest = max(len(word), len(other))
    return shared >= max(_STEM[word.isascii()], _STEM_SHARE * longest) and longest - shared <= _ENDING


def _misspelt(word: str, other: str) -> bool:
    """Whether one letter is wrong, missing, doubled or two have changed places, after the first one."""
    if len(word) < _TYPO or abs(len(word) - len(other)) > 1 or len(other) < _TYPO:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    one, two = word[start:], other[start:]
    return one[1:] == two[1:] or one[1:] == two or one == two[1:] or (one[:2] == two[1::-1] and one[2:] == two[2:])
