# SPDX-License-Identifier: GPL-3.0-or-later
"""Cues of recorded sounds, as the shipped network and the waveform give them; kept until the weights change."""

from __future__ import annotations

import math
import pickle
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...inference.audio import SAMPLE_RATE
from ...inference.hearing import engine, listener, prosody, windows
from ...inference.hearing.outbursts import alone
from ...inference.hearing.segment import decode
from ...inference.hearing.vocal_cues import OF_BURSTS, of_windows
from ...inference.hearing.voice import Voice
from ...inference.performance import Phone
from ..corpora import read, read_audio
from ..corpora.utterance import Split
from ..targets.cache import FOLDER, fingerprint
from . import made as making
from .sounds import Sound, sounds

SPEECH: Final = {
    "librispeech": 8.0, "speech_commands": 8.0, "picovoice_wake": 3.0, "emodb": 4.0, "an4": 3.0, "kerstin_de": 2.0,
    "nathalie_nl": 2.0, "arabic_commands": 3.0, "picovoice_orders": 2.0,
}  # fmt: skip
"""Corpus → minutes of it to learn from; three quarters as much are judged on."""
MAKERS: Final = {
    "cry": making.sobs, "noise": making.noise, "laugh": making.laughs, "cough": making.coughs, "effort": making.efforts,
    "breath": making.breaths,
}  # fmt: skip
SINGLE: Final = frozenset({"speech_commands", "picovoice_wake", "arabic_commands"})
"""Corpora of words said alone."""
MADE: Final = {"cry": 90, "noise": 250, "laugh": 130, "cough": 100, "effort": 200, "breath": 50}
"""How many of each are made to learn from."""
AROUND: Final = 0.5
"""Seconds of silence put around a sound that stands alone."""


@dataclass(frozen=True)
class Heard:
    """A sound's cues. starts: int64[w] and windows: float64[w, cues]; bursts: float64[b, cues]. source: who makes it.

    made: by us. group: sentences, single words, calls in games, or letters and syllables, where it is speech.
    """

    kind: str
    group: str
    source: str
    name: str
    split: Split
    seconds: float
    starts: NDArray[np.int64]
    windows: NDArray[np.float64]
    bursts: NDArray[np.float64]
    made: bool = False


def voice_of(samples: NDArray[np.float32]) -> tuple[Voice, tuple[Phone, ...]]:
    """All that vocal sounds are told by, and the phones, of float32[n] samples."""
    ear = engine(1)
    frames = math.ceil(len(samples) / prosody.HOP)
    around = listener.AROUND
    raw = windows.run(ear.executor, ear.spec, samples, around=around, progress=lambda _: None)
    posteriors = listener.posteriors_of(raw["phones"][around:][:frames], ear.spec.phones)
    loudness, air = prosody.loudness(samples, frames), prosody.loudness(samples, frames, air=True)
    voice = Voice(samples, posteriors, raw["speech"][around:][:frames], loudness, air, *prosody.pitch(samples, frames))
    return voice, tuple(decode(posteriors, len(samples) / SAMPLE_RATE))


def heard(folder: Path) -> list[Heard]:
    """Everything there is to learn from and to judge on: the packages in a folder, speech, and what is made (minutes)."""
    ours = ("models/vocal/heard.py", "models/vocal/made.py", "models/vocal/sources.json", "inference/hearing/vocal_cues.py")
    weights = zlib.crc32(engine(1).model.encode())
    kept = FOLDER / "vocal" / f"{fingerprint(*ours)}-{weights:08x}.pickle"
    if kept.exists():
        found: list[Heard] = pickle.loads(kept.read_bytes())
        return found
    rows = [_heard(*each) for each in tqdm([*_games(folder), *_made(), *_speech()], desc="listening", unit="sound")]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(rows))
    return rows


def _heard(sound: Sound, group: str, made: bool) -> Heard:
    voice, phones = voice_of(sound.samples)
    starts, cues = of_windows(voice)
    bursts = [burst for _, _, burst in alone(phones, voice)]
    return Heard(
        sound.kind, group, sound.who, sound.name, sound.split, len(sound.samples) / SAMPLE_RATE, starts, cues,
        np.array(bursts).reshape(len(bursts), len(OF_BURSTS)), made,
    )  # fmt: skip


def _games(folder: Path) -> Iterator[tuple[Sound, str, bool]]:
    rng = np.random.default_rng(0)
    for sound in sounds(folder):
        silence = 1e-4 * rng.normal(size=round(AROUND * SAMPLE_RATE))
        samples = np.concatenate([silence, sound.samples, silence]).astype(np.float32)
        group = "letters" if sound.name.startswith("klettres") else "calls"
        yield Sound(sound.kind, sound.who, sound.name, samples, sound.split), group, False


def _made() -> Iterator[tuple[Sound, str, bool]]:
    rng = np.random.default_rng(1)
    for kind, count in MADE.items():
        for number in range(count):
            samples = MAKERS[kind](rng)
            silence = 1e-4 * rng.normal(size=round(AROUND * SAMPLE_RATE))
            samples = np.concatenate([silence, samples, silence]).astype(np.float32)
            split: Split = "test" if number % 5 == 0 else "train"
            yield Sound(kind, f"made {number}", f"made/{kind}/{number}", samples, split), "", True


def _speech() -> Iterator[tuple[Sound, str, bool]]:
    rng = np.random.default_rng(2)
    for corpus, minutes in SPEECH.items():
        utterances = read(corpus)
        order = rng.permutation(len(utterances)).tolist()
        for split, wanted in (("train", minutes), ("test", 0.75 * minutes)):
            seconds = 0.0
            for utterance in (utterances[at] for at in order if utterances[at].split == split):
                samples = read_audio(utterance.path)
                group = "single words" if corpus in SINGLE else "sentences"
                yield Sound("speech", f"{corpus} {utterance.speaker}", utterance.id, samples, utterance.split), group, False
                seconds += len(samples) / SAMPLE_RATE
                if seconds > 60 * wanted:
                    break
