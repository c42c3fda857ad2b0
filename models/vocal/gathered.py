# SPDX-License-Identifier: GPL-3.0-or-later
"""All sounds that vocal sounds are learned from and judged on: made ones, speech of the corpora, and sounds of games."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ..corpora import read, read_audio
from ..synthesis import songs
from . import laughing, made
from .sounds import Sound, sounds
from .throats import plain, throats

SPEECH: Final = {
    "librispeech": 8.0, "speech_commands": 8.0, "picovoice_wake": 3.0, "emodb": 4.0, "an4": 3.0, "kerstin_de": 2.0,
    "nathalie_nl": 2.0, "arabic_commands": 3.0, "picovoice_orders": 2.0,
}  # fmt: skip
"""Corpus → minutes of it to learn from; three quarters as much are judged on."""
SINGLE: Final = frozenset({"speech_commands", "picovoice_wake", "arabic_commands"})
"""Corpora of words said alone."""
MAKERS: Final = {
    "cry": laughing.sobs, "noise": made.noise, "laugh": laughing.laughs, "cough": made.coughs, "effort": made.efforts,
    "breath": made.breaths, "sigh": made.sighs,
}  # fmt: skip
MADE: Final = {"cry": 200, "noise": 260, "laugh": 300, "cough": 480, "effort": 840, "breath": 120, "sigh": 120}
"""How many of each are made; four of five teach, the fifth goes through throats of speakers held out."""
SONGS: Final = 8
"""Of each singer."""
AROUND: Final = 0.5
"""Seconds of silence put around a sound that stands alone."""


@dataclass(frozen=True)
class Gathered:
    """A sound with its silence. group: sentences, single words, calls in games, letters, where it is speech."""

    sound: Sound
    group: str = ""
    made: bool = False


def games(folder: Path) -> Iterator[Gathered]:
    """Recordings of the packages in a folder: they judge."""
    rng = np.random.default_rng(0)
    for sound in sounds(folder):
        group = "letters" if sound.name.startswith("klettres") else "calls"
        yield Gathered(replace(sound, samples=_alone(rng, sound.samples)), group)


def makes() -> Iterator[Gathered]:
    """What is made, through the throats of speakers; one in five through a made-up throat."""
    everybody = {"train": throats("train"), "test": throats("test")}
    for place, (kind, count) in enumerate(MADE.items()):
        # A stream of chances of its own: another way to laugh changes no cough.
        rng = np.random.default_rng([1, place])
        for number in range(count):
            split = "test" if number % 5 == 0 else "train"
            people = everybody[split]
            throat = plain(rng) if not people or rng.random() < 0.2 else people[rng.integers(len(people))]
            samples = _alone(rng, MAKERS[kind](rng, throat))
            sound = Sound(kind, f"made {number}", f"made/{kind}/{number}", samples, "test" if split == "test" else "train")
            yield Gathered(sound, made=True)


def speech() -> Iterator[Gathered]:
    """Minutes of each corpus, by its speakers' splits."""
    rng = np.random.default_rng(2)
    for corpus, minutes in SPEECH.items():
        utterances = read(corpus)
        order = rng.permutation(len(utterances)).tolist()
        for split, wanted in (("train", minutes), ("test", 0.75 * minutes)):
            seconds = 0.0
            for utterance in (utterances[at] for at in order if utterances[at].split == split):
                samples = read_audio(utterance.path)
                group = "single words" if corpus in SINGLE else "sentences"
                yield Gathered(Sound("speech", f"{corpus} {utterance.speaker}", utterance.id, samples, utterance.split), group)
                seconds += len(samples) / SAMPLE_RATE
                if seconds > 60 * wanted:
                    break


def sung() -> Iterator[Gathered]:
    """Songs of the voices that sing in training: a held note is no sob, and no cry of pain."""
    for voice in songs.singers():
        for number, (take, _) in enumerate(songs.sung(voice)):
            if number < SONGS:
                sound = Sound("speech", voice.speaker, f"{voice.name} {number}", np.asarray(take.samples, np.float32), "train")
                yield Gathered(sound, "songs")


def _alone(rng: np.random.Generator, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    silence = 1e-4 * rng.normal(size=round(AROUND * SAMPLE_RATE))
    return np.concatenate([silence, samples, silence]).astype(np.float32)
