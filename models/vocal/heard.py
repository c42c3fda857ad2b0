# SPDX-License-Identifier: GPL-3.0-or-later
"""Cues of sounds, as the shipped network and the waveform give them. What was listened to is kept until the weights change."""

from __future__ import annotations

import math
import pickle
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...inference.audio import SAMPLE_RATE
from ...inference.hearing import engine, listener, prosody, windows
from ...inference.hearing.segment import decode
from ...inference.hearing.vocal_bursts import between_silences
from ...inference.hearing.vocal_cues import OF_BURSTS, of_windows
from ...inference.hearing.voice import Voice, spectrum
from ...inference.performance import Phone
from ..corpora.utterance import Split
from ..targets.cache import FOLDER, fingerprint
from . import gathered
from .gathered import Gathered

DECIDING: Final = {
    "games": ("models/vocal/sounds.py", "models/vocal/sources.json"),
    "speech": ("models/vocal/gathered.py",),
    "breaths": ("models/vocal/breathing.py", "models/vocal/breaths.json"),
    "songs": ("models/vocal/gathered.py", "models/synthesis/songs.py"),
    "made": (
        "models/vocal/gathered.py",
        "models/vocal/made.py",
        "models/vocal/laughing.py",
        "models/vocal/recorded.py",
        "models/vocal/throats.py",
    ),
}
"""Files that decide what there is to hear, beside the weights of the network and `voice.py`."""


@dataclass(frozen=True)
class Labelled:
    """What a sound is. source: who makes it. made: by us. group: where it is speech, see Gathered."""

    kind: str
    group: str
    source: str
    name: str
    split: Split
    made: bool
    seconds: float


@dataclass(frozen=True)
class Listened(Labelled):
    """A sound as it is heard."""

    voice: Voice
    phones: tuple[Phone, ...]


@dataclass(frozen=True)
class Heard(Labelled):
    """A sound's cues. starts: int64[w] and windows: float64[w, cues]; bursts: float64[b, cues]."""

    starts: NDArray[np.int64]
    windows: NDArray[np.float64]
    bursts: NDArray[np.float64]


def voice_of(samples: NDArray[np.float32]) -> tuple[Voice, tuple[Phone, ...]]:
    """All that vocal sounds are told by, and the phones, of float32[n] samples."""
    ear = engine(1)
    frames = math.ceil(len(samples) / prosody.HOP)
    around = listener.AROUND
    raw = windows.run(ear.executor, ear.spec, samples, around=around, progress=lambda _: None)
    posteriors = listener.posteriors_of(raw["phones"][around:][:frames], ear.spec.phones)
    loudness, air = prosody.loudness(samples, frames), prosody.loudness(samples, frames, air=True)
    speech, bands = raw["speech"][around:][:frames], spectrum(samples, frames)
    voice = Voice(bands, posteriors, speech, loudness, air, *prosody.pitch(samples, frames))
    return voice, tuple(decode(posteriors, len(samples) / SAMPLE_RATE))


def listened(folder: Path) -> list[Listened]:
    """Everything there is to learn from and to judge on: the packages in a folder, speech, songs, and what is made (minutes)."""
    return [
        *kept("games", lambda: gathered.games(folder)),
        *kept("speech", gathered.speech),
        *kept("songs", gathered.sung),
        *kept("made", gathered.makes),
    ]


def kept(part: str, gather: Callable[[], Iterable[Gathered]]) -> list[Listened]:
    """A part of that (a key of DECIDING), listened to once."""
    weights = zlib.crc32(engine(1).model.encode())
    deciding = fingerprint("models/vocal/heard.py", "inference/hearing/voice.py", *DECIDING[part])
    place = FOLDER / "vocal" / f"{part}-{deciding}-{weights:08x}.pickle"
    if place.exists():
        found: list[Listened] = pickle.loads(place.read_bytes())
        return found
    rows = [_listened(each) for each in tqdm([*gather()], desc=f"listening to {part}", unit="sound")]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(pickle.dumps(rows))
    return rows


def _listened(each: Gathered) -> Listened:
    sound, seconds = each.sound, len(each.sound.samples) / SAMPLE_RATE
    return Listened(sound.kind, each.group, sound.who, sound.name, sound.split, each.made, seconds, *voice_of(sound.samples))


def cues(sound: Listened) -> Heard:
    """What tells it."""
    starts, windowed = of_windows(sound.voice)
    bursts = [burst for _, _, burst in between_silences(sound.phones, sound.voice)]
    label = {field.name: getattr(sound, field.name) for field in fields(Labelled)}
    return Heard(**label, starts=starts, windows=windowed, bursts=np.array(bursts).reshape(len(bursts), len(OF_BURSTS)))
