# SPDX-License-Identifier: GPL-3.0-or-later
"""A known text: which phones it has, where they are in what was heard, and which of its words are not what is said.

Words that are what is said lead the lips; where a word is doubtful, and where more is said than written, the lips follow what was
heard, and the word says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import phones as inventory
from ..arrays import Floats
from ..articulation import reshape
from ..contact import closure_from_posteriors
from ..errors import ParlanceError
from ..hearing import evidence
from ..hearing.word_alignment import UNWRITTEN, Sound, place_words
from ..languages import GUESSED
from ..performance import FRAME_RATE, Performance, Phone, Word
from ..pronunciation import espeak, spoken
from ..seal import seal
from . import script

CERTAIN: Final = 0.97
"""Probability of a phone that the text says."""
FAINT: Final = 0.05
"""Probability of a lip sound below which how long it is held was not heard."""
MORE: Final = 0.3
"""Seconds of speech that is not in the text from which it is told."""
_SHOWN: Final = 24
"""Letters of a word that a sentence quotes."""
NOT_HEARD: Final = "not heard here"
SAID_MORE: Final = "more is said after it than is written"
UNPRONOUNCEABLE: Final = "cannot be pronounced in this language"
DOUBTFUL: Final = 0.2
"""Share of doubtful words from which a text as a whole is told to be doubtful."""


def align_text(
    performance: Performance, text: str, language: str = GUESSED, dictionary: Mapping[str, str] | None = None
) -> Performance:
    """The performance with its phones and lips following the text, and the words of the text.

    performance: as heard, without a text. text: what is said; directions in brackets are left out, words between slashes give
    their sounds themselves. language: one of `languages.LANGUAGES`, or "auto" to guess it. dictionary: words in small letters →
    how they are said, in IPA or ARPAbet.
    Raises ParlanceError when the text has no words, cannot be pronounced here, or is not what is said.
    """
    written = script.parse(text)
    words = written.words
    if written.tags and not words:
        return performance  # directions alone
    ways = pronounce(words, language, dictionary, text)
    placed = place_words(performance.posteriors, [[spoken.bare(way) for way in each] for each in ways])
    placed = _instead(placed, len(words))
    judged = _judged(performance, words, ways, placed)
    phones, known = _phones(performance, placed, judged)
    posteriors = told(performance.posteriors, phones, known)
    curves = seal(reshape(performance.curves, posteriors, phones), *closure_from_posteriors(posteriors, FRAME_RATE))
    return replace(performance, phones=phones, posteriors=posteriors, curves=curves, words=judged)


def check(text: str, language: str = GUESSED, dictionary: Mapping[str, str] | None = None) -> None:
    """Raise what align_text would raise for a text itself: that can be told before an hour is listened to."""
    written = script.parse(text)
    if written.words or not written.tags:
        pronounce(written.words, language, dictionary, text)


def pronounce(
    words: Sequence[str], language: str = GUESSED, dictionary: Mapping[str, str] | None = None, text: str = ""
) -> list[tuple[spoken.Sounds, ...]]:
    """For each word the ways to say it; none where a word has no letters of the language.

    text: what the language is guessed from, the words by default. Raises ParlanceError when there are no words, or all are such.
    """
    if not words:
        raise ParlanceError("The text has no words in it.")
    if all(spoken.is_given(word) for word in words):
        return [spoken.ways(word, "en") for word in words]
    if espeak.is_there() and not spoken.is_known(language):
        return espeak.ways(words, language)
    code = spoken.language_of(text or " ".join(words), language)
    found: list[tuple[spoken.Sounds, ...]] = []
    refused = None
    for word in words:
        try:
            found.append(spoken.ways(word, code, dictionary))
        except ParlanceError as error:
            if spoken.is_given(word):
                raise
            refused = refused or error
            found.append(())
    if refused is not None and not any(found):
        raise refused
    return found


def doubts(performance: Performance) -> str:
    """What is wrong with a text as a whole, in a sentence for a report; empty where little is."""
    wrong = [word for word in performance.words if word.doubt]
    if not wrong or len(wrong) < DOUBTFUL * len(performance.words):
        return ""
    named = ", ".join(f"“{word.text}” ({word.doubt})" for word in wrong[:3])
    return f"{len(wrong)} of {len(performance.words)} words of the text are doubtful: {named}"


def _instead(placed: Sequence[Sound], count: int) -> tuple[Sound, ...]:
    """Other speech where words of the text are missing is what was said instead of the first of them."""
    heard = {sound.word for sound in placed}
    result: list[Sound] = []
    last, taken = -1, set[int]()
    for sound in placed:
        last = max(last, sound.word)
        missing = next((word for word in range(last + 1, count) if word not in taken), count)
        if sound.symbol == UNWRITTEN and missing < count and missing not in heard:
            taken.add(missing)
            last = missing
            result.append(replace(sound, word=missing))
        else:
            result.append(sound)
    return tuple(result)


def _judged(
    performance: Performance, words: Sequence[str], ways: Sequence[Sequence[spoken.Sounds]], placed: Sequence[Sound]
) -> tuple[Word, ...]:
    """Every word with how sure it is. Raises ParlanceError where too few are."""
    weighed = evidence.chosen()
    written = [sound for sound in placed if sound.symbol != UNWRITTEN]
    cues = evidence.cues_of(performance.posteriors, written, performance.phones)
    sure = evidence.confidences(cues, weighed)
    judged: list[Word] = []
    for number, word in enumerate(words):
        confidence = sure.get(number, 0.0)
        doubt = "" if confidence >= weighed.sure else NOT_HEARD
        if not ways[number]:
            doubt = UNPRONOUNCEABLE
        elif doubt:
            mine = [sound for sound in placed if sound.word == number]
            heard = evidence.heard_in(mine, performance.phones, near=0) if mine else []
            doubt = f"sounds like “{' '.join(heard)}”" if heard else NOT_HEARD
        judged.append(Word(word, round(confidence, 4), doubt))
    share = sum(word.confidence >= weighed.sure for word in judged) / len(judged)
    if share < weighed.share:
        raise ParlanceError(_refusal(judged))
    for before in _said_more(placed):
        if not judged[before].doubt:
            judged[before] = replace(judged[before], doubt=SAID_MORE)
    return tuple(judged)


def _refusal(judged: Sequence[Word]) -> str:
    wrong = [word for word in judged if word.doubt]
    named = ", ".join(f"“{word.text if len(word.text) < _SHOWN else word.text[:_SHOWN] + '…'}”" for word in wrong[:3])
    return (
        f"The text is not what is said here: {len(wrong)} of {len(judged)} words do not fit, such as {named}; "
        "check that it belongs to this recording, and its language."
    )


def _said_more(placed: Sequence[Sound]) -> set[int]:
    """Words after which, or for the first word before which, other speech was found."""
    last, found = 0, set()
    for sound in placed:
        if sound.word >= 0:
            last = sound.word
            continue
        if sound.symbol == UNWRITTEN and (sound.stop - sound.first) / FRAME_RATE >= MORE:
            found.add(last)
    return found


@dataclass(frozen=True)
class _Piece:
    """A stretch of the line. word: which one lasts there.  symbol: its sound; None where what was heard stands."""

    start: float
    end: float
    word: int
    symbol: str | None


def _phones(
    performance: Performance, placed: Sequence[Sound], judged: Sequence[Word]
) -> tuple[tuple[Phone, ...], tuple[bool, ...]]:
    """The phones of the line, and of each whether the text has it: what was heard stands where the text is doubtful."""
    sure = evidence.chosen().sure
    borders = [sound.start / FRAME_RATE for sound in placed] + [performance.duration]
    borders = [min(border, performance.duration) for border in borders]
    pieces: list[_Piece] = []
    for sound, start, end in zip(placed, borders[:-1], borders[1:], strict=True):
        trusted = sound.symbol != UNWRITTEN and (sound.word < 0 or judged[sound.word].confidence >= sure)
        piece = _Piece(start, end, sound.word, sound.symbol if trusted else None)
        last = pieces[-1] if pieces else None
        if last is not None and not trusted and last.symbol is None and last.word == piece.word:
            pieces[-1] = replace(last, end=end)
        else:
            pieces.append(piece)
    phones: list[Phone] = []
    known: list[bool] = []
    for piece in pieces:
        if piece.symbol is not None:
            sureness = _mean(performance.posteriors, piece.symbol, piece.start, piece.end)
            phones.append(Phone(piece.symbol, piece.start, piece.end, sureness, word=piece.word))
            known.append(True)
            continue
        for phone in performance.phones:
            start, end = max(phone.start, piece.start), min(phone.end, piece.end)
            if end - start > 1e-6:
                word = piece.word if phone.symbol != "sil" else -1
                phones.append(replace(phone, start=start, end=end, word=word))
                known.append(False)
    return tuple(phones), tuple(known)


def _mean(posteriors: NDArray[np.float32], symbol: str, start: float, end: float) -> float:
    first = min(round(start * FRAME_RATE), len(posteriors) - 1)
    return float(posteriors[first : max(round(end * FRAME_RATE), first + 1), inventory.INDEX[symbol]].mean())


def told(posteriors: Floats, phones: Sequence[Phone], known: Sequence[bool]) -> Floats:
    """float32[T, P] phone probabilities once phones are known: each is certain, and lips and teeth meet only in theirs.

    How long a lip sound is held within its segment is still as heard, for alignment knows it to no better than 20 ms. Where a
    phone is not known, what was heard stands.
    """
    certain = posteriors.copy()
    for place, phone in enumerate(phones):
        first, last = (round(time * FRAME_RATE) for time in (phone.start, phone.end))
        frames = np.arange(first, min(last, len(posteriors)))
        if not len(frames) or not known[place]:
            continue
        certain[frames] = (1.0 - CERTAIN) / inventory.COUNT
        held = np.ones(len(frames), np.float32)
        for group in (inventory.BILABIAL, inventory.LABIODENTAL):
            if phone.symbol in group:
                held = _held(posteriors[frames][:, list(inventory.indices(group))].sum(axis=1))
        certain[frames, inventory.INDEX[phone.symbol]] += CERTAIN * held
        for beside, half in ((place - 1, frames < (first + last) / 2), (place + 1, frames >= (first + last) / 2)):
            symbol = phones[beside].symbol if 0 <= beside < len(phones) else "sil"
            certain[frames[half], inventory.INDEX[symbol]] += CERTAIN * (1.0 - held[half])
    return certain


def _held(heard: Floats) -> Floats:
    """float32[n] 0..1 how sure it is within a segment, whose lip sound was heard with these probabilities, that it is held."""
    if heard.max() < FAINT:
        heard = np.hanning(len(heard) + 2)[1:-1].astype(np.float32)
    return np.asarray((heard / heard.max()) ** 1.5, np.float32)
