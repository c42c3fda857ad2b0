# SPDX-License-Identifier: GPL-3.0-or-later
"""How long sounds last where nobody has spoken yet: by what they are, what is around them, stress, and their place in the phrase.

Logarithms of durations are sums of what each circumstance adds; `python -m parlance.models.durations` learns them from recordings
(Klatt 1976, "Linguistic uses of segmental duration in English", lists the circumstances).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from .. import phones as inventory

FILE: Final = Path(__file__).parent / "durations.json"
SHORTEST: Final = 0.025
"""Seconds; no sound is shown that is shorter."""
VOICELESS: Final = frozenset({"p", "t", "k", "f", "θ", "s", "ʃ", "tʃ", "ç", "x", "h", "ʔ"})
STOPS: Final = frozenset({"p", "t", "k", "b", "d", "g", "ʔ", "ɾ"})
NASALS: Final = frozenset({"m", "n", "ŋ"})


@dataclass(frozen=True)
class Sounding:
    """A sound with its circumstances. small: in a word that is nearly always unstressed. pause: after the sound somebody pauses.

    word: its number; sounds of one word follow each other.
    """

    symbol: str
    stressed: bool
    word: int
    small: bool
    pause: bool


@dataclass(frozen=True)
class Model:
    """What each circumstance adds to the logarithm of a duration in seconds, and how long people pause at each mark."""

    added: dict[str, float]
    pauses: dict[str, float]


@lru_cache(maxsize=1)
def chosen() -> Model:
    """The model of durations that ships."""
    stored = json.loads(FILE.read_text("utf-8"))
    return Model(stored["added"], stored["pauses"])


def seconds(sounds: Sequence[Sounding], language: str, rate: float = 1.0, model: Model | None = None) -> list[float]:
    """How long each sound lasts. rate: 1 as people read, 2 twice as fast."""
    added = (model or chosen()).added
    return [
        max(math.exp(sum(added.get(name, 0.0) for name in names)) / rate, SHORTEST) for names in circumstances(sounds, language)
    ]


def circumstances(sounds: Sequence[Sounding], language: str) -> Iterator[list[str]]:
    """The names of all that bears on each sound."""
    places = _places(sounds)
    for at, (sound, place) in enumerate(zip(sounds, places, strict=True)):
        before = _beside(sounds, at, -1)
        after = _beside(sounds, at, 1)
        kind = _kind(sound.symbol)
        names = ["all", f"language {language}", f"is {sound.symbol}", f"{kind} after {before}", f"{kind} before {after}"]
        names += [f"{sound.symbol} before {_kind(after)}", f"{sound.symbol} after {_kind(before)}"]
        names += [
            f"{kind} with {place.syllables} syllables",
            f"{kind} {place.in_word} in word",
            f"to pause {kind} {place.to_pause}",
        ]
        if sound.symbol in inventory.VOWEL:
            names += [f"vowel then {_kind(place.then)} {'final' if place.to_pause == 0 else 'inner'}"]
            names += [f"joined {place.joined}"]
        if sound.stressed:
            names += [f"stressed {sound.symbol}", "stressed"]
        elif place.before_stress:
            names += [f"before stress {kind}"]
        if sound.small:
            names += [f"small {kind}"]
        if place.to_pause == 0:
            names += [f"final {sound.symbol}", f"final {kind} {'last' if sound.pause else 'not last'}"]
        if place.from_pause == 0:
            names += [f"first {kind}"]
        yield names


@dataclass(frozen=True)
class _Place:
    """Where it stands. in_word: first, inner, last, only. to_pause, from_pause: syllables until and since a pause, 2 at most.

    then: the sound after the vowels. joined: which half of a diphthong a vowel is. before_stress: it leads to a stressed vowel.
    """

    syllables: int
    in_word: str
    to_pause: int
    from_pause: int
    then: str
    joined: str
    before_stress: bool


def _places(sounds: Sequence[Sounding]) -> list[_Place]:
    nuclei = [
        sound.symbol in inventory.VOWEL
        and not (at and sounds[at - 1].symbol in inventory.VOWEL and sounds[at - 1].word == sound.word and not sound.stressed)
        for at, sound in enumerate(sounds)
    ]
    to_pause, from_pause = [0] * len(sounds), [0] * len(sounds)
    seen = 0
    for at in reversed(range(len(sounds))):
        seen = 0 if sounds[at].pause or at == len(sounds) - 1 else seen
        to_pause[at] = min(seen, 2)
        seen += nuclei[at]
    seen = 0
    for at in range(len(sounds)):
        seen = 0 if at == 0 or sounds[at - 1].pause else seen
        from_pause[at] = min(seen, 2)
        seen += nuclei[at]
    syllables: dict[int, int] = {}
    for sound, nucleus in zip(sounds, nuclei, strict=True):
        syllables[sound.word] = syllables.get(sound.word, 0) + nucleus
    found = []
    for at, sound in enumerate(sounds):
        first = at == 0 or sounds[at - 1].word != sound.word
        last = at + 1 == len(sounds) or sounds[at + 1].word != sound.word
        in_word = "only" if first and last else "first" if first else "last" if last else "inner"
        until = at
        while until + 1 < len(sounds) and sounds[until + 1].symbol in inventory.VOWEL and sounds[until + 1].word == sound.word:
            until += 1
        then = _beside(sounds, until, 1)
        joined = (
            "first" if until > at and nuclei[at] else "second" if not nuclei[at] and sound.symbol in inventory.VOWEL else "no"
        )
        onset = next((each for each in sounds[at : at + 4] if each.symbol in inventory.VOWEL), None)
        leads = onset is not None and onset.stressed and onset.word == sound.word and sound.symbol not in inventory.VOWEL
        found.append(_Place(min(max(syllables[sound.word], 1), 4), in_word, to_pause[at], from_pause[at], then, joined, leads))
    return found


def _beside(sounds: Sequence[Sounding], at: int, step: int) -> str:
    """The sound before or after, silence where there is a pause."""
    other = at + step
    if not 0 <= other < len(sounds) or sounds[min(at, other)].pause:
        return "sil"
    return sounds[other].symbol


def _kind(symbol: str) -> str:
    if symbol == "sil":
        return "silence"
    if symbol in inventory.VOWEL:
        return "vowel"
    if symbol in NASALS:
        return "nasal"
    kind = "stop" if symbol in STOPS else "hiss" if symbol not in {"l", "ɹ", "r", "w", "j"} else "glide"
    return kind if kind == "glide" else f"voiceless {kind}" if symbol in VOICELESS else f"voiced {kind}"
