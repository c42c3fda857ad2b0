# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures as words: what is listed in the lexicon ("7", "34", "600"), with the words for thousand, point and the like."""

from __future__ import annotations

import re
from typing import Final

from . import small_words

_FIGURE: Final = re.compile(
    r"([-+]?)([$€£]?)(\d{1,12}|\d{1,3}(?:[.,' ]\d{3})+)(?:[.,](\d+))?(%|[$€£]|°|st|nd|rd|th|s)?", re.IGNORECASE
)
ALONE: Final = frozenset("&+@=%")
"""Signs that are said where they stand alone."""
_ENGLISH_LAST: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_ONES: Final = "zero one two three four five six seven eight nine ten eleven twelve"
_TEENS: Final = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_ENGLISH_ONES: Final = [*_ONES.split(), *_TEENS.split()]
_ENGLISH_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def is_figure(word: str) -> bool:
    """Whether a word is a number in figures, or a sign that is said."""
    return word in ALONE or bool(_FIGURE.fullmatch(word))


def words(figure: str, language: str) -> tuple[tuple[str, ...], ...]:
    """Ways to say a figure, as words that the lexicon or its letters pronounce; none for a sign that has no word here."""
    own = small_words.read()[language]
    if figure in ALONE:
        said = own.signs.get(figure)
        return (tuple(said.split()),) if said else ()
    match = _FIGURE.fullmatch(figure)
    if match is None:
        return ()
    whole = re.sub(r"\D", "", match[3])
    tail = [own.point, *match[4]] if match[4] else []
    for sign in (match[2], match[5] or ""):
        tail += own.signs.get(sign, "").split()
    ways = [(*read, *tail) for read in _read(whole, language)]
    if language == "en" and (match[5] or "").lower() in {"st", "nd", "rd", "th"}:
        return tuple(_ordinal(way) for way in ways)
    return tuple(ways)


def _read(digits: str, language: str) -> list[tuple[str, ...]]:
    """The usual way first; four figures may be a year, and many figures are read one by one too."""
    number = int(digits)
    ways = [tuple(_counted(number, language))] if not (len(digits) > 1 and digits[0] == "0") else []
    if len(digits) == 4 and 1100 <= number < 2100 and number % 100 and number // 100 != 20:
        years = [str(number // 100), *([] if number % 100 >= 10 else ["o"] if language == "en" else []), str(number % 100)]
        ways.insert(0, tuple(years)) if language in {"en", "de", "nl", "sv", "da", "nb"} else None
    if len(digits) > 1:
        ways.append(tuple(digits))
    return ways


def _counted(number: int, language: str) -> list[str]:
    if number >= 1_000_000:
        rest = _counted(number % 1_000_000, language) if number % 1_000_000 else []
        return [*_counted(number // 1_000_000, language), small_words.read()[language].million, *rest]
    if number >= 1000:
        thousands = [] if number // 1000 == 1 and language not in {"en"} else _counted(number // 1000, language)
        name = "1000" if number // 1000 == 1 and language != "en" else small_words.read()[language].thousand
        return [*thousands, name, *(_counted(number % 1000, language) if number % 1000 else [])]
    if number >= 100:
        return [str(number - number % 100), *(_counted(number % 100, language) if number % 100 else [])]
    return [str(number)]


def _ordinal(way: tuple[str, ...]) -> tuple[str, ...]:
    last = way[-1]
    if not last.isdigit() or int(last) >= 100:
        return (*way[:-1], last, "th") if last.isdigit() else way
    number = int(last)
    if number >= 20 and number % 10 == 0:
        return (*way[:-1], _ENGLISH_TENS[number // 10 - 2][:-1] + "ieth")
    spelled = [_ENGLISH_TENS[number // 10 - 2], _ENGLISH_ONES[number % 10]] if number >= 20 else [_ENGLISH_ONES[number]]
    spelled[-1] = _ENGLISH_LAST.get(spelled[-1], spelled[-1] + "th")
    return (*way[:-1], *spelled)
