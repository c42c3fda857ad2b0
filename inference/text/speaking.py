# SPDX-License-Identifier: GPL-3.0-or-later
"""A Performance from a text alone: what would be heard of somebody reading it, with natural durations, pauses and accents.

There is no voice in it: emotion is as directed, and pitch is flat. It stands in until there is a recording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from ..arrays import Floats
from ..errors import ParlanceError
from ..from_phones import performance_from
from ..languages import GUESSED
from ..performance import FRAME_RATE, Event, Performance, Phone, Word
from ..phones import VOWEL
from ..pronunciation import espeak, small_words, spoken
from . import durations, script
from .durations import Sounding
from .transcript import UNPRONOUNCEABLE, pronounce

MODEL: Final = "text alone"
BEFORE: Final = 0.25
AFTER: Final = 0.35
"""Seconds of silence around the text: lips come and go."""
SLOWEST, FASTEST = 0.4, 3.0
ACCENT: Final = 0.45
LAST_ACCENT: Final = 0.6
"""Strength of accents: of words that carry meaning, and of the last of a phrase, which speakers accent most."""
LOUDER: Final = 4.0
QUIETER: Final = 3.0
"""Decibels: stressed vowels are so much louder, the last word of a phrase so much softer."""
_LONGEST: Final = 20_000
"""Words; more than two hours."""


def speak(text: str, language: str = GUESSED, *, rate: float = 1.0, dictionary: Mapping[str, str] | None = None) -> Performance:
    """Somebody reading the text at a rate: 1 as people read, 2 twice as fast, from SLOWEST to FASTEST.

    Directions in brackets are not said; words that cannot be pronounced are left out, and say so.
    Raises ParlanceError when the text has no words, none can be pronounced, or it is longer than two hours.
    """
    if not SLOWEST <= rate <= FASTEST:
        raise ParlanceError(f"The rate of speech lies between {SLOWEST:g} and {FASTEST:g}.")
    written = script.parse(text)
    if len(written.words) > _LONGEST:
        raise ParlanceError("This text is too long to be spoken at once; cut it into parts.")
    ways = pronounce(written.words, language, dictionary, text)
    is_listed = spoken.is_known(language) or not espeak.is_there()
    code = "en" if all(map(spoken.is_given, written.words)) or not is_listed else spoken.language_of(text, language)
    sounds, pauses = _soundings(written, ways, code, rate)
    phones = _phones(sounds, pauses, durations.seconds(sounds, code, rate))
    performance = performance_from(phones)
    accents = _accents(sounds, [phone for phone in phones if phone.symbol != "sil"])
    words = tuple(Word(word) if way else Word(word, 0.0, UNPRONOUNCEABLE) for word, way in zip(written.words, ways, strict=True))
    return replace(
        performance,
        words=words,
        events=tuple(sorted((*performance.events, *accents), key=lambda event: event.time)),
        loudness=_loudness(performance, sounds, phones),
        model=MODEL,
    )


def _soundings(
    written: script.Script, ways: Sequence[Sequence[spoken.Sounds]], code: str, rate: float
) -> tuple[list[Sounding], dict[int, float]]:
    """The sounds in order, and the pause after some words, in seconds, by the number of the word."""
    small = set(small_words.read()[code].small_words.split())
    said = [number for number, way in enumerate(ways) if way]
    pauses = {number: durations.chosen().pauses.get(written.marks[number], 0.0) / rate for number in said[:-1]}
    pauses = {number: seconds for number, seconds in pauses.items() if seconds > 0}
    sounds: list[Sounding] = []
    for number in said:
        way = ways[number][0]
        is_small = written.words[number].lower() in small
        for place, sound in enumerate(way):
            pause = place + 1 == len(way) and (number in pauses or number == said[-1])
            sounds.append(Sounding(sound.lstrip(spoken.STRESS), sound.startswith(spoken.STRESS), number, is_small, pause))
    return sounds, pauses


def _phones(sounds: Sequence[Sounding], pauses: Mapping[int, float], lengths: Sequence[float]) -> list[Phone]:
    phones = [Phone("sil", 0.0, BEFORE)]
    now = BEFORE
    for sound, length in zip(sounds, lengths, strict=True):
        phones.append(Phone(sound.symbol, now, now + length, word=sound.word))
        now += length
        if sound.pause and sound.word in pauses:
            phones.append(Phone("sil", now, now + pauses[sound.word]))
            now += pauses[sound.word]
    phones.append(Phone("sil", now, now + AFTER))
    return phones


def _accents(sounds: Sequence[Sounding], phones: Sequence[Phone]) -> list[Event]:
    """On the stressed vowels of words that carry meaning, every second one, and on the last of each phrase."""
    found: list[Event] = []
    phrase: list[Event] = []
    for sound, phone in zip(sounds, phones, strict=True):
        if sound.stressed and not sound.small:
            phrase.append(Event("accent", phone.start, phone.end - phone.start, ACCENT))
        if sound.pause and phrase:
            found += [*phrase[:-1:2], replace(phrase[-1], strength=LAST_ACCENT)]
            phrase = []
    return found


def _loudness(performance: Performance, sounds: Sequence[Sounding], phones: Sequence[Phone]) -> Floats:
    loudness = performance.loudness.copy()
    final = {sound.word for sound in sounds if sound.pause}
    spoken_phones = [phone for phone in phones if phone.symbol != "sil"]
    for sound, phone in zip(sounds, spoken_phones, strict=True):
        frames = slice(round(phone.start * FRAME_RATE), round(phone.end * FRAME_RATE))
        if sound.stressed and phone.symbol in VOWEL:
            loudness[frames] += LOUDER
        if sound.word in final:
            loudness[frames] -= QUIETER
    return loudness
