# SPDX-License-Identifier: GPL-3.0-or-later
"""Performance: what the model heard. No artist choice in it; saved once, reused by every tweak."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

FRAME_RATE: Final = 50.0
"""Frames per second of every track in a Performance. Frame i covers i/50 .. (i+1)/50 s and is centred at (i+0.5)/50 s."""

EMOTIONS: Final = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt")
"""The emotion categories, in the order of every emotion array. Neutral is their absence."""

VocalKind = Literal["breath", "sigh", "laugh", "cry", "cough", "effort", "yawn", "sniff", "sneeze", "throat"]
"""Vocal sounds: what a voice does that is not speech. Efforts are grunts, groans and shouts without words."""
SILENCE: Final = "silence"
"""The model of a Performance that no model had to hear."""
VOCAL_KINDS: Final[tuple[VocalKind, ...]] = get_args(VocalKind)
EventKind = Literal["pause", "phrase_end", "accent", VocalKind]


@dataclass(frozen=True)
class Phone:
    """One phone segment, on the Performance's own clock (seconds from the start of its audio).

    symbol: a class of the inventory in phones.py ("sil" for silence).
    confidence: mean posterior over the segment, 0..1.
    strength: the artist's emphasis, 1 as heard, 0 mutes the phone, up to 2.
    word: which of the Performance's words it is part of, -1 where none is known.
    """

    symbol: str
    start: float
    end: float
    confidence: float = 1.0
    strength: float = 1.0
    word: int = -1


@dataclass(frozen=True)
class Word:
    """A word of the text that a line was aligned to. When it is said, its phones tell; one without phones was not heard.

    text: as it is written. confidence: how probable it is that this is what is said, 0..1. doubt: why it may not be, in a few
    words for people; empty where nothing speaks against it.
    """

    text: str
    confidence: float = 1.0
    doubt: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happens at a time: kind, start and duration in seconds, strength 0..1, how sure the hearing was 0..1."""

    kind: EventKind
    time: float
    duration: float
    strength: float
    confidence: float = 1.0

    @property
    def end(self) -> float:
        """Seconds from the start of the audio."""
        return self.time + self.duration

    def overlaps(self, other: Event) -> bool:
        """Whether both share a moment."""
        return self.time < other.end and other.time < self.end


@dataclass(frozen=True)
class Performance:
    """What was heard, at FRAME_RATE. T frames.

    curves: float32[T, 52] ARKit weights of the speech alone (arkit.NAMES order), 0..1, sealed on the reference geometry.
    posteriors: float32[T, P] phone probabilities (phones.SYMBOLS order), rows sum to 1.
    phones: the decoded segments; they tile 0 .. duration without gap or overlap.
    emotion: float32[T, 7] probability of each of EMOTIONS, 0..1; honest, hence low.
    arousal: float32[T] calm -1 .. 0 .. +1 tense, relative to this speaker.
    speech: float32[T] probability that somebody speaks.
    loudness: float32[T] decibels re full scale, floored at -100.
    pitch: float32[T] semitones relative to the speaker's median; 0 where unvoiced.
    voicing: float32[T] 0..1.
    events: pauses, phrase ends, accents and vocal sounds in time order.
    duration: length of the audio in seconds.
    model: name and hash of the weights that heard it.
    words: the words of the text, in order, where one was given; none where it was not.
    """

    curves: NDArray[np.float32]
    posteriors: NDArray[np.float32]
    phones: tuple[Phone, ...]
    emotion: NDArray[np.float32]
    arousal: NDArray[np.float32]
    speech: NDArray[np.float32]
    loudness: NDArray[np.float32]
    pitch: NDArray[np.float32]
    voicing: NDArray[np.float32]
    events: tuple[Event, ...]
    duration: float
    model: str = field(default="")
    words: tuple[Word, ...] = ()

    def around(self, start: float, end: float) -> Performance:
        """The same on the same clock, with the phones and events between two seconds alone: enough to show those."""
        phones = tuple(phone for phone in self.phones if phone.end >= start and phone.start <= end)
        return replace(self, phones=phones, events=tuple(each for each in self.events if start <= each.end and each.time <= end))

    @property
    def is_wordless(self) -> bool:
        """Whether nobody is heard at all: no phone, no vocal sound, and a mouth that rests."""
        sounds = any(phone.symbol != "sil" for phone in self.phones) or any(event.kind in VOCAL_KINDS for event in self.events)
        return not sounds and not self.curves.any()

    @property
    def times(self) -> NDArray[np.float64]:
        """float64[T] centre of each frame in seconds from the start of the audio."""
        return np.asarray((np.arange(len(self.curves)) + 0.5) / FRAME_RATE, np.float64)
