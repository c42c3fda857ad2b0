# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written for a line: the words that are said, the marks after them, and directions in brackets, which are not said.

    I [looks left] never said that! [warm] Come in.

A word is what stands between spaces. One between slashes gives its sounds itself, in IPA (/bɑθ/) or ARPAbet (/B.AA1.TH/). A whole
text between slashes gives all of them so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..performance import Performance, Phone

LONGEST_WORD: Final = 200
"""Letters; what is longer is cut, for it is no word."""
_IN_BRACKETS: Final = r"\[(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,200}\]"
"""A direction, and brackets within it."""
_TAG: Final = re.compile(_IN_BRACKETS)
_PIECE: Final = re.compile(_IN_BRACKETS + r"|/[^/\s]+/[^\s\[]*|[^\s\[\]]+|\[|\]")
_MARKS: Final = ".!?…:;,—–"
"""What a voice may stop at, the strongest first."""
_APOSTROPHES: Final = "’ʼ‘`´"
_DASH: Final = re.compile(r"(?<=\w)(?:--+|[—–])(?=\w)")


@dataclass(frozen=True)
class Tag:
    """A direction in brackets. text: what stands in them.  word: the word that it stands before, their number at the end."""

    text: str
    word: int


@dataclass(frozen=True)
class Script:
    """words: as written, without the marks around them.  marks: after each word ",", "." or the like, "" where it goes on.

    tags: the directions, in order.
    """

    words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()


def parse(text: str) -> Script:
    """What a text says. Total: anything can be read, if only as no words at all."""
    words: list[str] = []
    marks: list[str] = []
    tags: list[Tag] = []
    for piece in _PIECE.findall(_plain(text)):
        if _TAG.fullmatch(piece):
            tags += [Tag(direction, len(words)) for direction in _directions(piece[1:-1])]
            continue
        word, mark = _word(piece)
        if word:
            words.append(word[:LONGEST_WORD])
            marks.append(mark)
        elif mark and marks:
            marks[-1] = _stronger(marks[-1], mark)
    return Script(tuple(words), tuple(marks), tuple(tags))


def _directions(inside: str) -> list[str]:
    """What stands within brackets: each direction alone where brackets are within others, an empty one where nothing stands."""
    parts = [" ".join(part.split()) for part in re.split(r"[\[\]]", inside)]
    return [part for part in parts if part] or [""]


def unclosed(text: str) -> tuple[str, ...]:
    """A sentence for each bracket without the other: what was meant as a direction is taken for words there."""
    told, plain = [], _plain(text)
    for piece in _PIECE.finditer(plain):
        if piece[0] == "[":
            words = " ".join(plain[piece.end() :].split()[:3])
            told.append(f"The bracket before “{words[:60]}” is never closed; write ] after the direction.")
        elif piece[0] == "]":
            words = " ".join(plain[: piece.start()].split()[-3:])
            told.append(f"The bracket after “{words[-60:]}” was never opened; write [ before the direction.")
    return tuple(told)


def portion(text: str, first: int, end: int) -> str:
    """The text from word `first` up to word `end`, with the marks and directions that belong to these words."""
    plain, pieces, count = _plain(text), [], 0
    for found in _PIECE.finditer(plain):
        is_tag = _TAG.fullmatch(found[0]) is not None
        is_word = not is_tag and bool(_word(found[0])[0])
        pieces.append((count if is_tag or is_word else count - 1, found))  # directions stand before a word, marks after one
        count += is_word
    chosen = [found for word, found in pieces if first <= word and (word < end or end >= count)]
    return plain[chosen[0].start() : chosen[-1].end()] if chosen else ""


def word_starts(phones: Sequence[Phone], count: int) -> tuple[float, ...]:
    """Seconds at which each of `count` words starts, and where the last one ends: count + 1 times that never run backwards.

    A word that was not heard starts where the next one does that was.
    """
    found: dict[int, float] = {}
    end = 0.0
    for phone in phones:
        if phone.word >= 0:
            found.setdefault(phone.word, phone.start)
            end = max(end, phone.end)
    starts = [end]
    for word in reversed(range(count)):
        starts.append(min(found.get(word, starts[-1]), starts[-1]))
    return tuple(reversed(starts))


def tag_times(text: str, performance: Performance, phones: Sequence[Phone] | None = None) -> tuple[tuple[Tag, float], ...]:
    """Each direction in a line's text with the second, on the line's clock, at which the word after it starts.

    performance: aligned to that text; where it is not, the words are spread evenly over the speech that was heard.
    phones: the phone track where an artist has moved words in it.
    """
    written = parse(text)
    track = performance.phones if phones is None else phones
    count = len(written.words)
    if len(performance.words) == count:
        starts = word_starts(track, count)
    else:
        spoken = [phone for phone in track if phone.symbol != "sil"]
        first, last = (spoken[0].start, spoken[-1].end) if spoken else (0.0, performance.duration)
        starts = tuple(first + (last - first) * place / max(count, 1) for place in range(count + 1))
    return tuple((tag, starts[tag.word]) for tag in written.tags)


def _plain(text: str) -> str:
    return _DASH.sub(" — ", _spelled_out(text))


def _spelled_out(text: str) -> str:
    """A whole text between slashes as single words between slashes."""
    bare = text.strip()
    whole = len(bare) > 2 and bare[0] == bare[-1] == "/" and "/" not in bare[1:-1]
    return " ".join(f"/{word}/" for word in bare[1:-1].split()) if whole else text


def _word(piece: str) -> tuple[str, str]:
    """The word in a piece of text without spaces, and the strongest mark after it."""
    if piece.startswith("/") and (end := piece.find("/", 1)) > 1:
        return piece[: end + 1], _mark(piece[end + 1 :])
    for letter in _APOSTROPHES:
        piece = piece.replace(letter, "'")
    said = [place for place, letter in enumerate(piece) if letter.isalnum()]
    if not said:
        return (piece if piece in _SAID_SIGNS else ""), _mark(piece)
    first, last = said[0], said[-1]
    quoted = first and piece[first - 1] == "'" and piece[last + 1 : last + 2] == "'"
    if first and not quoted and (piece[first - 1] == "'" or (piece[first - 1] in "$€£-+" and piece[first].isdigit())):
        first -= 1
    tail = piece[last + 1 :].removeprefix("'") if quoted else piece[last + 1 :]
    kept = next((length for length in (1,) if tail[:length] and tail[0] in "%'€£$°&"), 0)
    return piece[first : last + 1 + kept], _mark(tail[kept:])


_SAID_SIGNS: Final = frozenset("&%+=@")


def _mark(tail: str) -> str:
    return next((mark for mark in _MARKS if mark in tail), "")


def _stronger(one: str, other: str) -> str:
    return min((mark for mark in (one, other) if mark), key=_MARKS.index, default="")
