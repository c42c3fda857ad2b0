# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses, phrase ends, accents and breaths: what eyes, brows and head answer to.

An event's time and duration:

- pause: the whole silence; strength grows with its length.
- phrase_end: the moment the voice stops, and how long it stays away (to the end of the audio at the last one).
- accent: a prominent syllable's vowel.
- breath: the audible part of an inhalation in a pause. Other vocal sounds are found in `vocal.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import FRAME_RATE, Event, Phone
from ..phones import VOWEL

SHORTEST_PAUSE: Final = 0.2
"""Seconds; shorter silences are closures and hesitations inside a phrase (Goldman-Eisler 1968 counts from 0.25 s)."""
LONG_PAUSE: Final = 1.0
SHORTEST_BREATH: Final = 0.12
LONGEST_BREATH: Final = 1.2
BREATH_RISE: Final = 7.0
"""Decibels of airy noise above the room that make a breath."""
BREATH_CEILING: Final = 8.0
"""Decibels that a breath stays below the speech around it."""
BREATH_FLOOR: Final = 42.0
"""Decibels below that speech at which nobody hears a breath: what is left of a gate, or of the room."""
_ECHO: Final = 5
"""Frames after the last phone in which noise is its echo or release."""
_ONSET: Final = 2
"""Frames before the next phone in which noise is already that phone."""
NEIGHBOURHOOD: Final = 1.5
"""Seconds on either side that a syllable is compared with."""
ACCENT: Final = 0.5
"""Prominence, in standard deviations of its neighbourhood, from which a syllable is accented."""

# Typical spread of syllables in read speech, and what each cue is worth: loudness and length tell more than pitch
# (Kochanski, Grabe, Coleman and Rosner 2005, "Loudness predicts prominence").
_SPREAD: Final = np.array([3.0, 0.5, 3.5])
_WORTH: Final = np.array([0.5, 0.4, 0.2])
_FINAL_LENGTHENING: Final = 0.35
"""Log duration that the last syllable before a pause gets for free."""


@dataclass(frozen=True)
class Sound:
    """What events are found in; all tracks float32[T] at FRAME_RATE.

    loudness: decibels. air: decibels of the differenced waveform, which hears breath noise and not rumble.
    pitch: semitones, 0 where unvoiced. voicing: 0..1.
    """

    loudness: NDArray[np.float32]
    air: NDArray[np.float32]
    pitch: NDArray[np.float32]
    voicing: NDArray[np.float32]


def find(phones: Sequence[Phone], sound: Sound) -> tuple[Event, ...]:
    """Pauses, phrase ends and accents, in time order."""
    silences = _silences(phones)
    events = [
        *(Event("pause", phone.start, phone.end - phone.start, _grown(phone.end - phone.start)) for phone in silences),
        *_phrase_ends(phones, silences),
        *_accents(phones, sound),
    ]
    return tuple(sorted(events, key=lambda event: event.time))


def _silences(phones: Sequence[Phone]) -> list[Phone]:
    return [phone for phone in phones if phone.symbol == "sil" and phone.end - phone.start >= SHORTEST_PAUSE]


def _grown(seconds: float) -> float:
    return float(np.clip(seconds / LONG_PAUSE, 0, 1))


def _phrase_ends(phones: Sequence[Phone], silences: Sequence[Phone]) -> Iterator[Event]:
    for silence in silences:
        if silence.start > 0:
            yield Event("phrase_end", silence.start, silence.end - silence.start, _grown(silence.end - silence.start))
    # The voice stops at the end of the audio, however little silence is left there.
    last = phones[-1] if phones else None
    if last is not None and last not in silences and last.start > 0:
        stop = last.start if last.symbol == "sil" else last.end
        yield Event("phrase_end", stop, last.end - stop, 1.0)


def _accents(phones: Sequence[Phone], sound: Sound) -> Iterator[Event]:
    nuclei = _nuclei(phones)
    if len(nuclei) < 2:
        return
    spans = [_frames(nucleus.start, nucleus.end, len(sound.loudness)) for nucleus in nuclei]
    cues = np.array([_cues(span, sound) for span in spans])
    cues[[nucleus.final for nucleus in nuclei], 1] -= _FINAL_LENGTHENING
    prominence = (cues - _local_mean(cues, np.array([nucleus.start for nucleus in nuclei]))) / _SPREAD @ _WORTH
    for index, span in enumerate(spans):
        around = prominence[max(index - 1, 0) : index + 2]
        if prominence[index] >= ACCENT and prominence[index] == around.max():
            strength = float(1 - np.exp(-prominence[index]))
            yield Event("accent", span.start / FRAME_RATE, len(span) / FRAME_RATE, strength)


@dataclass(frozen=True)
class _Nucleus:
    """A vowel or diphthong; final where a silence or the end comes before the next one."""

    start: float
    end: float
    final: bool


def _nuclei(phones: Sequence[Phone]) -> list[_Nucleus]:
    nuclei: list[_Nucleus] = []
    previous = "sil"
    for phone in phones:
        if phone.symbol in VOWEL:
            joined = previous in VOWEL
            nuclei.append(_Nucleus(nuclei.pop().start if joined else phone.start, phone.end, final=False))
        elif phone.symbol == "sil" and nuclei:
            nuclei[-1] = replace(nuclei[-1], final=True)
        previous = phone.symbol
    if nuclei:
        nuclei[-1] = replace(nuclei[-1], final=True)
    return nuclei


def _local_mean(cues: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of float64[N, 3] over the syllables within NEIGHBOURHOOD of each."""
    first, last = np.searchsorted(times, times - NEIGHBOURHOOD), np.searchsorted(times, times + NEIGHBOURHOOD, "right")
    total = np.concatenate([np.zeros((1, cues.shape[1])), np.cumsum(cues, axis=0)])
    return np.asarray((total[last] - total[first]) / (last - first)[:, None])


def _frames(start: float, end: float, count: int) -> range:
    first = min(round(start * FRAME_RATE), count - 1)
    return range(first, max(first + 1, min(round(end * FRAME_RATE), count)))


def _cues(nucleus: range, sound: Sound) -> tuple[float, float, float]:
    """Loudness in decibels, log duration, and pitch in semitones."""
    inside = slice(nucleus.start, nucleus.stop)
    voiced = sound.pitch[inside][sound.voicing[inside] >= 0.5]
    highest = float(voiced.max()) if len(voiced) else 0.0
    return float(sound.loudness[inside].max()), float(np.log(len(nucleus))), highest


def breaths(phones: Sequence[Phone], sound: Sound) -> Iterator[Event]:
    """Those that are heard between the phones, whether these are said or not."""
    for silence in _silences(phones):
        inside = _frames(silence.start, silence.end, len(sound.air))
        part = slice(inside.start, inside.stop)
        room = np.percentile(sound.air[part], 15)
        around = sound.loudness[max(inside.start - 100, 0) : inside.stop + 100]
        speech = np.percentile(around, 90)
        airy = (
            (sound.air[part] > room + BREATH_RISE)
            & (sound.voicing[part] < 0.5)
            & (sound.loudness[part] < speech - BREATH_CEILING)
            & (sound.loudness[part] > speech - BREATH_FLOOR)
        )
        if inside.stop < len(sound.air):
            airy[-_ONSET:] = False
        for run in _runs(airy):
            length = len(run) / FRAME_RATE
            is_echo = inside.start > 0 and run.start < _ECHO
            if SHORTEST_BREATH <= length <= LONGEST_BREATH and not is_echo:
                rise = float(sound.air[part][run.start : run.stop].mean() - room)
                yield Event("breath", (inside.start + run.start) / FRAME_RATE, length, float(np.clip((rise - 4) / 16, 0, 1)))


def _runs(flags: NDArray[np.bool_]) -> Iterator[range]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return (range(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True))
