# SPDX-License-Identifier: GPL-3.0-or-later
"""Throats that made sounds are spoken with: envelopes of vowels that people said, and the air and voice that go through them.

An envelope is an all-pole filter (linear prediction) of a moment of a vowel or nasal in a corpus that may teach: how that throat
sounds, with its microphone and room. Where there is no corpus, formants of a made-up one stand in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ..corpora import read, read_audio
from ..corpora.utterance import Split, Utterance

Wave = NDArray[np.float64]
Form = Literal["open", "middle", "closed", "nasal"]
FORMS: Final[dict[str, Form]] = {
    "a": "open", "ɑ": "open", "æ": "open", "ʌ": "open", "ɔ": "open", "ə": "middle", "ɛ": "middle", "e": "middle", "o": "middle",
    "ɝ": "middle", "i": "closed", "u": "closed", "ɪ": "closed", "y": "closed", "m": "nasal", "n": "nasal",
}  # fmt: skip
"""Phone → how open the mouth is in it."""
SPOKEN: Final = {"emodb": 12, "an4": 84, "kathleen_en": 1, "nathalie_nl": 1, "speech_commands": 80, "picovoice_wake": 40}
"""Corpus with timed phones → how many of its speakers lend their throats."""
HEARD: Final = 4
"""Utterances of a speaker that are looked at, at most."""
ORDER: Final = 20
STEADY: Final = 0.06
"""Seconds."""
_FRAME: Final = 640
_LEAD: Final = 320
_FORMANTS: Final[dict[Form, tuple[tuple[int, int, int], ...]]] = {
    "open": ((760, 1350, 2700), (700, 1100, 2600)), "middle": ((520, 1500, 2500), (560, 1200, 2600)),
    "closed": ((350, 900, 2400), (300, 2300, 3000)), "nasal": ((270, 1000, 2200),),
}  # fmt: skip
_HIGHER: Final = (3500.0, 4500.0, 5500.0, 6500.0, 7500.0)


@dataclass(frozen=True)
class Throat:
    """Somebody's envelopes by form, each float64[ORDER + 1], the first of them 1."""

    who: str
    envelopes: dict[Form, tuple[Wave, ...]]

    def envelope(self, rng: np.random.Generator, *forms: Form) -> Wave:
        """One of the forms, or of what there is."""
        there = [form for form in forms if form in self.envelopes] or list(self.envelopes)
        found = self.envelopes[there[rng.integers(len(there))]]
        return found[rng.integers(len(found))]

    def moving(self, rng: np.random.Generator, seconds: float, *forms: Form, restless: float = 0.5) -> list[Wave]:
        """Envelopes that follow each other in that time, every STEADY seconds: no throat holds still, and none that cries out.

        restless: how likely each is another one than before.
        """
        found = [self.envelope(rng, *forms)]
        for _ in range(max(round(seconds / STEADY), 1)):
            found.append(self.envelope(rng, *forms) if rng.random() < restless else found[-1])
        return found


def plain(rng: np.random.Generator) -> Throat:
    """A made-up throat, of a size between a man's and a child's."""
    size = rng.uniform(0.85, 1.25)
    envelopes = {
        form: tuple(_resonances([hertz * size * rng.normal(1, 0.06) for hertz in (*each, *_HIGHER)]) for each in formants)
        for form, formants in _FORMANTS.items()
    }
    return Throat("made", envelopes)


def throats(split: Split) -> list[Throat]:
    """Of the speakers of a split, in corpora with timed phones."""
    rng = np.random.default_rng(3)
    found = []
    for corpus, count in SPOKEN.items():
        by_speaker: dict[str, list[Utterance]] = defaultdict(list)
        for utterance in read(corpus):
            if utterance.split == split and utterance.phones:
                by_speaker[utterance.speaker].append(utterance)
        for speaker in rng.permutation(sorted(by_speaker))[:count].tolist():
            some = rng.permutation(len(by_speaker[speaker]))[:HEARD].tolist()
            throat = _throat(f"{corpus} {speaker}", [by_speaker[speaker][at] for at in some])
            if "open" in throat.envelopes or "middle" in throat.envelopes:
                found.append(throat)
    return found


def voice(
    rng: np.random.Generator, pitch: Wave, *, breathy: float = 0.1, rough: float = 0.02, halved: float = 0.0, pressed: float = 0.0
) -> Wave:
    """float64[n] of what vocal folds give at pitch float64[n] Hz, before the throat.

    breathy: noise beside the voice. rough: share by which periods differ. halved: how much weaker every other pulse is, 0..1.
    pressed: 0..1, how much treble a shout has more than speech.
    """
    phase = np.cumsum(pitch) / SAMPLE_RATE
    count = int(phase[-1]) if len(phase) else 0
    marks = np.arange(1, count + 1) + rough * rng.normal(size=count)
    times = np.interp(marks, phase, np.arange(len(phase)))
    sizes = (1 - halved * (np.arange(count) % 2)) * np.exp(2 * rough * rng.normal(size=count))
    wave = np.zeros(len(pitch) + 2)
    whole = times.astype(int)
    np.add.at(wave, whole, sizes * (1 - times + whole))
    np.add.at(wave, whole + 1, sizes * (times - whole))
    wave = wave[:-2] * np.sqrt(SAMPLE_RATE / np.maximum(pitch, 40.0))
    flutter = 0.5 + 0.5 * np.abs(np.sin(np.pi * phase))
    return _treble(wave, 0.8 * pressed) + breathy * air(rng, len(pitch), 0.7) * flutter


def air(rng: np.random.Generator, count: int, treble: float) -> Wave:
    """float64[count] of turbulent air. treble: 0..1; near 1 its spectrum is as flat as a cough's, once through a throat."""
    return _treble(rng.normal(size=max(count, 1)), treble)


def glide(count: int, start: float, end: float, arch: float) -> Wave:
    """float64[count] Hz from one pitch to another, `arch` semitones higher between."""
    time = np.linspace(0, 1, max(count, 64))
    return np.asarray((start + (end - start) * time) * 2 ** (arch / 12 * np.sin(np.pi * time)))


def drawn_in(rng: np.random.Generator, throat: Throat, seconds: float, loud: float, *, voiced: bool = False) -> Wave:
    """Air that is drawn in, in one to three jerks, and sometimes with the voice."""
    count = max(int(seconds * SAMPLE_RATE), 64)
    time = np.linspace(0, 1, count)
    source = air(rng, count, rng.uniform(0.5, 1.0))
    if voiced:
        high = rng.uniform(250, 600)
        source = 0.3 * source + voice(rng, glide(count, high, high * 2 ** (rng.uniform(0, 7) / 12), 0), breathy=0.3, rough=0.04)
    swell = np.abs(np.sin(np.pi * rng.integers(1, 4) * time)) ** 0.7 * (0.4 + 0.6 * time)
    wave = through(source, *throat.moving(rng, seconds, "open", "middle", "closed")) * swell
    return loud * wave / max(float(np.abs(wave).max(initial=0.0)), 1e-9)


def through(source: Wave, *envelopes: Wave) -> Wave:
    """float64[n] of a source through a throat that moves from envelope to envelope; its loudest moment is 1."""
    from scipy.signal import lfilter

    count, step = len(source), len(source) / max(len(envelopes) - 1, 1)
    wave = np.zeros(count)
    for number, envelope in enumerate(envelopes):
        first, last = max(int((number - 1) * step), 0), min(int((number + 1) * step) + 1, count)
        before = max(first - _LEAD, 0)
        part = lfilter([1.0], envelope, source[before:last])[first - before :]
        # Envelopes differ in colour only: how loud it is, the source says.
        part = part * _power(source[first:last]) / _power(part)
        share = np.clip(1 - np.abs(np.arange(first, last) / step - number), 0, 1) if len(envelopes) > 1 else 1.0
        wave[first:last] += part * share
    return np.asarray(wave / max(float(np.abs(wave).max(initial=0.0)), 1e-9))


def _power(wave: Wave) -> float:
    return float(np.sqrt(np.mean(wave**2))) + 1e-9


def _treble(wave: Wave, share: float) -> Wave:
    return np.asarray(wave - share * np.concatenate([[0.0], wave[:-1]]))


def _resonances(formants: Sequence[float]) -> Wave:
    # A voice falls by six decibels an octave more than its throat.
    poles = np.array([1.0, -0.9])
    for hertz in formants:
        if hertz < 0.49 * SAMPLE_RATE:
            radius = np.exp(-np.pi * (60 + 0.06 * hertz) / SAMPLE_RATE)
            poles = np.convolve(poles, [1.0, -2 * radius * np.cos(2 * np.pi * hertz / SAMPLE_RATE), radius**2])
    return np.asarray(poles, np.float64)


def _throat(who: str, utterances: Sequence[Utterance]) -> Throat:
    found: dict[Form, list[Wave]] = defaultdict(list)
    for utterance in utterances:
        samples = read_audio(utterance.path)
        loudest = float(np.abs(samples).max(initial=0.0))
        for phone in utterance.phones or ():
            middle = round((phone.start + phone.end) / 2 * SAMPLE_RATE)
            frame = samples[max(middle - _FRAME // 2, 0) : middle + _FRAME // 2].astype(np.float64)
            if phone.symbol in FORMS and len(frame) == _FRAME and phone.end - phone.start >= 0.06:
                quiet = 0.02 if FORMS[phone.symbol] == "nasal" else 0.1
                if float(np.abs(frame).max()) > quiet * loudest:
                    found[FORMS[phone.symbol]].append(predicted(frame))
    return Throat(who, {form: tuple(each[:12]) for form, each in found.items()})


def predicted(frame: Wave) -> Wave:
    """float64[ORDER + 1] linear prediction of a frame, by its autocorrelation."""
    from scipy.linalg import solve_toeplitz

    seen = frame * np.hanning(len(frame))
    power = np.abs(np.fft.rfft(seen, 2 * len(seen))) ** 2
    alike = np.fft.irfft(power)[: ORDER + 1]
    alike[0] *= 1 + 1e-5
    return np.asarray(np.r_[1.0, -solve_toeplitz(alike[:-1], alike[1:])], np.float64)
