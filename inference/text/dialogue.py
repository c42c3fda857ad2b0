# SPDX-License-Identifier: GPL-3.0-or-later
"""Several voices: who speaks which strip by its name, and who speaks when in one recording by a text with speakers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import rowwise
from ..audio import SAMPLE_RATE
from ..errors import ParlanceError
from ..performance import Performance
from ..spool import evict, zeros
from . import script

Turns = tuple[tuple[float, float], ...]
"""Seconds of a sound in which somebody speaks, in order and without overlap; none means all of it."""
EASE: Final = 0.02
"""Seconds in which a voice is faded in before its turn and out after it."""
AROUND: Final = 0.25
"""Seconds that a turn begins before its first word and ends after its last, where nobody else speaks: breath and release."""
_BLOCK: Final = 0.1
"""Seconds over which two channels are compared: a syllable is somewhat longer."""
_FAR: Final = 12.0
"""Decibels by which a microphone hears its own speaker louder than the one beside."""
_OFTEN: Final = 0.1
"""Share of the loud blocks that each speaker must have for himself."""
_LOUD: Final = 1e-3
"""Share of the greatest power (30 dB below) that makes a block count."""
_NOTHING: Final = 1e-12
"""Power that stands for none: -120 dB."""
_SPEAKER: Final = re.compile(r"^[ \t]*([^\W\d_][\w .'’-]{0,39}?)[ \t]*:[ \t]*(.*)$")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Speech:
    """What one speaker says without a break."""

    speaker: str
    text: str


def apart(channels: NDArray[np.float32], rate: float) -> bool:
    """Whether two channels float32[n, 2] hold a voice each, as recordings of two microphones do.

    Each of the two is then far louder than the other for a good part of the time; one voice in a room, however it was recorded,
    is not. rate: samples per second.
    """
    block = max(round(_BLOCK * rate), 1)
    whole = len(channels) // block * block
    power = np.square(channels[:whole].reshape(-1, block, 2)).mean(1) + _NOTHING
    loud = power.max(1) > _LOUD * power.max(initial=_NOTHING)
    lead = 10.0 * np.log10(power[loud, 0] / power[loud, 1])
    return bool(loud.any()) and min(float((lead > _FAR).mean()), float((lead < -_FAR).mean())) > _OFTEN


def speeches(text: str) -> tuple[Speech, ...]:
    """A script with a speaker's name and a colon before what each says; lines without a name go on with the last one.

    Raises ParlanceError where the first words have no speaker, or there are fewer than two.
    """
    found: list[Speech] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        named = _SPEAKER.match(line)
        if named is None and not found:
            raise ParlanceError("The script does not say who speaks first; put a name and a colon before the first words.")
        speaker, said = (named[1].strip(), named[2]) if named else (found[-1].speaker, line)
        if found and found[-1].speaker == speaker:
            found[-1] = Speech(speaker, f"{found[-1].text} {said}".strip())
        else:
            found.append(Speech(speaker, said.strip()))
    if len({each.speaker for each in found}) < 2:
        raise ParlanceError("The script names fewer than two speakers; write a name and a colon before what each says.")
    return tuple(found)


def turns(performance: Performance, spoken: Sequence[Speech]) -> dict[str, Turns]:
    """When each speaker has the word, from a performance that is aligned to all that is said, in order.

    Between two speakers the middle of the pause divides them. Raises ParlanceError where the words are not the performance's.
    """
    counts = [len(script.parse(each.text).words) for each in spoken]
    starts, ends = _word_times(performance)
    if sum(counts) != len(starts):
        raise ParlanceError("The script and the words that were aligned are not the same; align it again.")
    spans: list[tuple[str, float, float]] = []
    first = 0
    for each, count in zip(spoken, counts, strict=True):
        if count:
            spans.append((each.speaker, starts[first], ends[first + count - 1]))
        first += count
    found: dict[str, list[tuple[float, float]]] = {each.speaker: [] for each in spoken}
    edges = [(before + after) / 2 for (_, _, before), (_, after, _) in pairwise(spans)]
    for number, (speaker, start, end) in enumerate(spans):
        low = edges[number - 1] if number else 0.0
        high = edges[number] if number < len(edges) else performance.duration
        found[speaker].append((max(start - AROUND, low), max(min(end + AROUND, high), start)))
    return {speaker: tuple(each) for speaker, each in found.items()}


def _word_times(performance: Performance) -> tuple[list[float], list[float]]:
    """Where each word starts and ends; a word that was not heard lies where the next one starts."""
    count = len(performance.words)
    starts = list(script.word_starts(performance.phones, count))
    ends = list(starts[1:])
    for phone in performance.phones:
        if 0 <= phone.word < count:
            ends[phone.word] = phone.end
    return starts[:count], ends


def gated(samples: NDArray[np.float32], first: float, allowed: Turns) -> NDArray[np.float32]:
    """float32[n], of which sample 0 is `first` seconds into the sound, silent outside the turns."""
    if not allowed:
        return samples
    gains, heard = zeros(samples.shape), zeros(samples.shape)
    for start, end in allowed:
        low, high = (round((time - first) * SAMPLE_RATE) for time in (start - EASE, end + EASE))
        span = slice(max(low, 0), max(high, 0))
        times = first + np.arange(span.start, min(span.stop, len(samples))) / SAMPLE_RATE
        rise, fall = (times - start) / EASE + 1.0, (end - times) / EASE + 1.0
        gains[span] = np.maximum(gains[span], np.clip(np.minimum(rise, fall), 0.0, 1.0))
        evict(gains)
    for part, _, _ in rowwise.stretches(len(samples), 0, SAMPLE_RATE * 60):
        heard[part] = samples[part] * gains[part]
        for each in (samples, gains, heard):
            evict(each)
    return heard


def speaker_of(name: str, candidates: Mapping[str, Iterable[str]], patterns: Sequence[tuple[str, str]] = ()) -> str | None:
    """Who speaks a strip, by its name: the first pattern that fits, else the only candidate whose names share most words with it.

    candidates: by a key, what each is called (object, armature, collection).   patterns: a pattern with * and ?, and a key.
    None where nothing fits, or two fit equally well.
    """
    for pattern, key in patterns:
        if pattern and key in candidates and fnmatchcase(name.casefold(), pattern.casefold()):
            return key
    words = _words(name)
    scores = {key: max((_likeness(words, _words(called)) for called in names), default=0.0) for key, names in candidates.items()}
    best = max(scores.values(), default=0.0)
    winners = [key for key, score in scores.items() if score == best]
    return winners[0] if best > 0.0 and len(winners) == 1 else None


def _words(name: str) -> frozenset[str]:
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return frozenset(word.casefold() for word in _WORD.findall(split) if not word.isdigit() and len(word) > 1) - _COMMON


_COMMON: Final = frozenset(
    {
        *("rig", "metarig", "armature", "head", "face", "body", "mesh", "geo", "char", "character"),
        *("vo", "line", "take", "wav", "mp3", "flac", "ogg", "aiff", "mix", "dialogue", "dialog", "sc", "scene", "sh", "shot"),
    }
)
"""Words in names that say nothing about who it is."""


def _likeness(words: frozenset[str], called: frozenset[str]) -> float:
    return len(words & called) / len(called) if called else 0.0
