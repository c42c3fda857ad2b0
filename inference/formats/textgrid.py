# SPDX-License-Identifier: GPL-3.0-or-later
"""Praat TextGrid of the phones: for phoneticians, and from aligners (text files, long and short format).

Format: Praat manual, "TextGrid file formats". Whatever is neither a number, a text in quotes nor a flag is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..audio import LONGEST
from ..errors import ParlanceError
from ..performance import Phone, Word
from ..phones import INDEX, segments
from .untrusted import number

_TOKEN: Final = re.compile(
    r"""
    "((?:[^"]|"")*)"
    | (?<!\S)([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?!\S)
    | (<exists>|<absent>)
    | \[[^\]\n]*\] | [^\s"\[<]+ | .
    """,
    re.DOTALL | re.VERBOSE,
)
"""A text, a number, a flag, or something to pass over."""
_TIERS: Final = ("phones", "phone", "phonemes", "segments", "mau", "kan-mau")
"""What aligners call the tier of phones: Montreal Forced Aligner and Parlance the first, WebMAUS the last two."""
SILENT: Final = frozenset({"", "sil", "sp", "spn", "<p:>", "_", "<sil>", "pau", "#"})
_BROKEN: Final = "This is no TextGrid in Praat's text format with intervals in it."


def write(phones: Sequence[Phone], words: Sequence[Word] = ()) -> str:
    """An interval tier named "phones", and one named "words" where there are any; silence is an empty label."""
    end = phones[-1].end if phones else 0.0
    tiers = {"phones": [(phone.start, phone.end, "" if phone.symbol == "sil" else phone.symbol) for phone in phones]}
    if words:
        tiers = {"words": _spoken(phones, words), **tiers}
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {end:.6f}",
        "tiers? <exists>",
        f"size = {len(tiers)}",
        "item []:",
    ]
    for place, (name, intervals) in enumerate(tiers.items(), 1):
        lines += [
            f"    item [{place}]:",
            '        class = "IntervalTier"',
            f'        name = "{name}"',
            "        xmin = 0",
            f"        xmax = {end:.6f}",
            f"        intervals: size = {len(intervals)}",
        ]
        for count, (start, stop, label) in enumerate(intervals, 1):
            quoted = label.replace('"', '""')
            lines += [
                f"        intervals [{count}]:",
                f"            xmin = {start:.6f}",
                f"            xmax = {stop:.6f}",
                f'            text = "{quoted}"',
            ]
    return "\n".join([*lines, ""])


def _spoken(phones: Sequence[Phone], words: Sequence[Word]) -> list[tuple[float, float, str]]:
    """Words and the pauses between them; they tile the sound as the phones do."""
    found: list[tuple[float, float, str]] = []
    last: int | None = None
    for phone in phones:
        word = phone.word if 0 <= phone.word < len(words) else -1
        if found and word == last:
            found[-1] = (found[-1][0], phone.end, found[-1][2])
        else:
            found.append((phone.start, phone.end, words[word].text if word >= 0 else ""))
        last = word
    return found


def read(text: str) -> tuple[Phone, ...]:
    """The phones of the tier called "phones" (or the only one), labelled in IPA; gaps and unlabelled intervals are silence.

    Raises ParlanceError when it is no TextGrid, has no such tier, times run backwards, or a label is not IPA.
    """
    named = tiers(text)
    chosen = next((named[name] for name in _TIERS if name in named), None)
    if chosen is None and len(named) == 1:
        (chosen,) = named.values()
    if chosen is None:
        names = ", ".join(sorted(named)) or "none at all"
        raise ParlanceError(f"This TextGrid has no tier called phones, but {names[:200]}; rename one.")
    phones: list[Phone] = []
    now = 0.0
    for start, end, label in chosen:
        if not now - 1e-6 <= start < end <= LONGEST:
            raise ParlanceError(f"The intervals of this TextGrid are empty, overlap or run backwards at {start:g} s.")
        if start - now > 1e-6:
            phones.append(Phone("sil", now, start))
        phones += [Phone(*part) for part in _labelled(label, max(start, now), end)]
        now = end
    if not phones:
        raise ParlanceError(_BROKEN)
    return tuple(phones)


def _labelled(label: str, start: float, end: float) -> list[tuple[str, float, float]]:
    plain = label.strip()
    if plain.lower() in SILENT or plain in INDEX:
        return [("sil" if plain not in INDEX else plain, start, end)]
    return segments(plain, start, end) or [("sil", start, end)]


def tiers(text: str) -> dict[str, list[tuple[float, float, str]]]:
    """Interval tiers by their name in lower case."""
    words = _words(text)
    try:
        if [next(words), next(words)] != ["ooTextFile", "TextGrid"]:
            raise ParlanceError(_BROKEN)
        for _ in range(3):  # start, end, and the flag that there are tiers
            next(words)
        found = {}
        for _ in range(_count(next(words))):
            kind, name = next(words), next(words)
            for _ in range(2):
                next(words)
            size = _count(next(words))
            if kind == "IntervalTier":
                intervals = ((number(next(words)), number(next(words)), str(next(words))) for _ in range(size))
                found[str(name).strip().lower()] = list(intervals)
            else:
                for _ in range(2 * size):
                    next(words)
    except (StopIteration, RuntimeError, ValueError) as error:
        raise ParlanceError(_BROKEN) from error
    return found


def _count(word: str | float) -> int:
    """A number of things that follow; the text runs out where it lies."""
    if not isinstance(word, float) or word < 0 or word != int(word):
        raise ValueError("no count")
    return int(word)


def _words(text: str) -> Iterator[str | float]:
    """Texts, numbers and flags in order."""
    for match in _TOKEN.finditer(text):
        if match[1] is not None:
            yield match[1].replace('""', '"')
        elif match[2] is not None:
            yield number(match[2])
        elif match[3] is not None:
            yield match[3]
