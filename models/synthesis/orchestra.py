# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up music on the 122 General MIDI instruments that are no voices, through effects that make some sound like one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from . import effects, midi
from .midi import BEND, CONTROL, DRUMS, NOTE_OFF, NOTE_ON, PROGRAM, Event

Part = Callable[[np.random.Generator, "Tune", int], list[Event]]
VOICES: Final = frozenset({52, 53, 54, 85, 91, 126})
"""Programs that are or imitate voices: choir aahs, voice oohs, synth voice, the voice lead, the choir pad, applause. Whether a
face sings along with them nobody can say."""
PROGRAMS: Final = tuple(program for program in range(128) if program not in VOICES)
LEADS: Final = (*range(16, 32), *range(40, 47), *range(56, 88), *range(104, 112))
"""Programs that sustain: organs, guitars, strings, brass, reeds, pipes, leads. They come closest to a voice and play half of all
melodies."""
BASSES: Final = tuple(range(32, 40))
SCALES: Final = (
    (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10), (0, 1, 4, 5, 7, 8, 11), (0, 2, 4, 7, 9),
    (0, 3, 5, 6, 7, 10), tuple(range(12)), (0, 2, 4, 6, 8, 10),
)  # fmt: skip
"""Major, minor, Dorian, double harmonic, pentatonic, blues, chromatic, whole-tone."""
CHORDS: Final = ((0, 2, 4), (0, 2, 4, 6), (0, 4), (0, 3, 4), (0,), (0, 2, 4, 6, 8))
"""Steps of the scale: triads, sevenths, power chords, suspended, a drone, ninths."""
VIBRATO: Final = 1
VOLUME: Final = 7
TAIL: Final = 1.0
"""Seconds cut off at the start, so that a clip may begin in the middle of a note."""


class Tune:
    """What all parts of one clip share: seconds, beat (s), root (MIDI note), scale, and a chord for every four beats."""

    def __init__(self, generator: np.random.Generator, seconds: float) -> None:
        self.seconds = seconds
        self.beat = 60.0 / float(generator.uniform(50.0, 190.0))
        self.root = int(generator.integers(36, 48))
        self.scale = SCALES[int(generator.integers(len(SCALES)))]
        shape = CHORDS[int(generator.integers(len(CHORDS)))]
        bars = int(seconds / (4 * self.beat)) + 1
        self.chords = [tuple(int(start) + step for step in shape) for start in generator.integers(0, len(self.scale), bars)]

    def note(self, step: int, octave: int) -> int:
        """The MIDI note of a step of the scale."""
        size = len(self.scale)
        return min(max(self.root + self.scale[step % size] + 12 * (step // size + octave), 12), 115)

    def chord(self, time: float) -> tuple[int, ...]:
        """The steps that sound at a time."""
        return self.chords[min(int(time / (4 * self.beat)), len(self.chords) - 1)]


def _played(generator: np.random.Generator, channel: int, note: int, start: float, length: float) -> list[Event]:
    loud = int(generator.integers(50, 127))
    return [
        Event(start, NOTE_ON, channel, (note, loud)),
        Event(start + max(length, 0.03), NOTE_OFF, channel, (note, 0)),
    ]


def chords(generator: np.random.Generator, tune: Tune, channel: int) -> list[Event]:
    """Chords throughout a tune, held or in a rhythm, as MIDI events."""
    every = float(generator.choice([0.5, 1.0, 2.0, 4.0])) * tune.beat
    legato, octave = generator.uniform(0.3, 1.0), int(generator.integers(1, 3))
    return [
        event
        for start in np.arange(0.0, tune.seconds, every)
        if generator.random() < 0.9
        for step in tune.chord(start)
        for event in _played(generator, channel, tune.note(step, octave), float(start), legato * every)
    ]


def arpeggio(generator: np.random.Generator, tune: Tune, channel: int) -> list[Event]:
    """The notes of broken chords throughout a tune, as MIDI events."""
    every = float(generator.choice([0.25, 0.33, 0.5])) * tune.beat
    legato, octave = generator.uniform(0.4, 2.0), int(generator.integers(1, 4))
    events: list[Event] = []
    for number, start in enumerate(np.arange(0.0, tune.seconds, every)):
        steps = tune.chord(start)
        events += _played(generator, channel, tune.note(steps[number % len(steps)], octave), float(start), legato * every)
    return events


def melody(generator: np.random.Generator, tune: Tune, channel: int) -> list[Event]:
    """A line that wanders: notes of changing length, slides and vibrato, as long and as often as syllables among others."""
    legato, octave = generator.uniform(0.3, 1.1), int(generator.integers(1, 4))
    slides = generator.random() < 0.4
    events = [Event(0.0, CONTROL, channel, (VIBRATO, int(generator.integers(0, 127))))]
    step, time = int(generator.integers(0, 7)), 0.0
    while time < tune.seconds:
        length = float(generator.choice([0.25, 0.5, 0.5, 1.0, 1.0, 2.0, 4.0])) * tune.beat
        step = int(np.clip(step + generator.integers(-3, 4), -3, 10))
        if generator.random() < 0.85:
            events += _played(generator, channel, tune.note(step, octave), time, legato * length)
        if slides:
            for part in range(8):
                bend = int(np.clip(8192 + (1 - part / 7) * generator.normal(0.0, 3000.0), 0, 16383))
                events.append(Event(time + 0.02 * part, BEND, channel, (bend & 0x7F, bend >> 7)))
        time += length
    return events


def bass(generator: np.random.Generator, tune: Tune, channel: int) -> list[Event]:
    """The lowest note of each chord in a rhythm, as MIDI events."""
    every = float(generator.choice([0.5, 1.0])) * tune.beat
    legato = generator.uniform(0.4, 1.0)
    return [
        event
        for start in np.arange(0.0, tune.seconds, every)
        if generator.random() < 0.85
        for event in _played(generator, channel, tune.note(tune.chord(start)[0], 0), float(start), legato * every)
    ]


def percussion(generator: np.random.Generator, tune: Tune, channel: int = DRUMS) -> list[Event]:
    """A pattern of two to six of the 47 drums, eight or sixteen steps long, with breaks."""
    steps = int(generator.choice([8, 12, 16]))
    drums = generator.integers(35, 82, int(generator.integers(2, 7)))
    pattern = generator.random((len(drums), steps)) < generator.uniform(0.15, 0.6)
    every = tune.beat / float(generator.choice([2.0, 4.0]))
    return [
        event
        for number, start in enumerate(np.arange(0.0, tune.seconds, every))
        for drum in drums[pattern[:, number % steps]]
        if generator.random() < 0.93
        for event in _played(generator, channel, int(drum), float(start), 0.1)
    ]


def score(generator: np.random.Generator, seconds: float) -> list[Event]:
    """The events of a tune for one to five players, now and then percussion alone."""
    tune = Tune(generator, seconds)
    kind = generator.random()
    if kind < 0.08:
        return [*_program(generator, DRUMS, (0, 8, 16, 24, 25, 32, 40, 48)), *percussion(generator, tune)]
    players: list[Part] = [melody] if kind < 0.4 else [melody, chords]
    players += [part for part in (chords, arpeggio, bass, melody) if kind >= 0.4 and generator.random() < 0.35]
    events: list[Event] = []
    for channel, part in enumerate(players):
        lead = part is melody and generator.random() < 0.5
        events += _program(generator, channel, LEADS if lead else BASSES if part is bass else PROGRAMS)
        loud = int(generator.integers(90, 127) if part is melody else generator.integers(40, 110))
        events += [Event(0.0, CONTROL, channel, (VOLUME, loud)), *part(generator, tune, channel)]
    if kind >= 0.4 and generator.random() < 0.6:
        events += [*_program(generator, DRUMS, (0, 8, 16, 24, 25, 32, 40, 48)), *percussion(generator, tune)]
    return events


def _program(generator: np.random.Generator, channel: int, programs: tuple[int, ...]) -> list[Event]:
    return [Event(0.0, PROGRAM, channel, (int(generator.choice(programs)),))]


def orchestra(generator: np.random.Generator, count: int) -> NDArray[np.float32]:
    """A tune, dry or in a hall, sometimes through a wah, a tremolo or an amplifier. Raises ParlanceError without FluidSynth."""
    fonts = midi.installed() or midi.SOUND_FONTS
    font = fonts[0] if generator.random() < 0.4 else fonts[-1]
    wave = midi.play(score(generator, count / SAMPLE_RATE + 2 * TAIL), font, wet=generator.random() < 0.6)
    start = int(TAIL * SAMPLE_RATE)
    wave = np.pad(wave, (0, max(0, start + count - len(wave))))[start : start + count]
    return effects.some(generator, wave)
