# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices and tunes to learn from and to judge on: recorded speech, alone and over music, songs, and music that is made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ...inference.performance import Phone
from ..corpora import read, read_audio
from ..corpora.utterance import Split
from ..evaluate import singing
from ..negatives import MAKERS
from ..symbols import UnknownSymbolError, to_phones
from ..synthesis import songs
from ..synthesis.instruments import MIXES, mix
from ..synthesis.song import sing

Wave = NDArray[np.float32]
SPEECH: Final = (
    "speech_commands", "an4", "emodb", "kathleen_en", "nathalie_nl", "picovoice_orders", "arabic_commands", "grid_s1",
)  # fmt: skip
SECONDS: Final = {"train": 40.0, "valid": 40.0, "test": 60.0}
"""Of each corpus; half as much again is heard over music, a sixth higher and a sixth whispered."""
SONGS: Final = {"train": 4, "valid": 1, "test": 4}
"""Of each singer; each is also heard over music."""
TUNES: Final = {"orchestra": 60, "synthesiser": 20, "music": 10}
"""Clips of each kind that teach; a third as many guide. Those that judge are made in other ways: MIXES."""
CLIP: Final = 15.0
LOUDER: Final = (0.0, 12.0)
"""Decibels that speech is louder than the music under it; songs are by twice as much as the least."""
SONG_LOUDER: Final = (6.0, 12.0)
HIGHER: Final = (100, 135)
"""A voice up by a third and as much smaller, nearly a child's."""
PEAK: Final = 0.5
_FRAME: Final = 640


@dataclass(frozen=True)
class Clip:
    """A sound. spoken: where somebody speaks or sings; nowhere in a tune."""

    group: str
    split: Split
    samples: Wave
    spoken: tuple[tuple[float, float], ...] = ()


def clips(split: Split) -> Iterator[Clip]:
    """Everything of a split: first the tunes, then voices, alone and over those."""
    rng = np.random.default_rng({"train": 11, "valid": 12, "test": 13}[split])
    still = list(tunes(rng, split))
    yield from still
    for clip in (*speech(rng, split), *sung(split)):
        yield clip
        least, most = SONG_LOUDER if clip.group == "songs" else LOUDER
        if clip.group == "songs" or rng.random() < 0.5:
            below = float(rng.uniform(least, most))
            yield Clip(f"{clip.group} over music", split, _over(rng, clip.samples, still, below), clip.spoken)
        elif rng.random() < 1 / 3:
            yield _higher(clip)
        elif rng.random() < 0.5:
            yield Clip("whispered", split, whispered(rng, clip.samples), clip.spoken)


def tunes(rng: np.random.Generator, split: Split) -> Iterator[Clip]:
    """Music without a voice."""
    count = round(CLIP * SAMPLE_RATE)
    if split == "test":
        for name in MIXES:
            for number in range(3):
                yield Clip(name, split, mix(name, np.random.default_rng(500 + number), CLIP))
        return
    for kind, number in TUNES.items():
        for _ in range(number if split == "train" else number // 3):
            yield Clip(kind, split, levelled(MAKERS[kind](rng, count)))


def speech(rng: np.random.Generator, split: Split) -> Iterator[Clip]:
    """Utterances whose phones are known."""
    for corpus in SPEECH:
        mine = [each for each in read(corpus) if each.split == split and each.phones]
        seconds = 0.0
        for at in rng.permutation(len(mine)).tolist():
            samples = read_audio(mine[at].path)
            yield Clip("speech", split, levelled(samples), _where(mine[at].phones or ()))
            seconds += len(samples) / SAMPLE_RATE
            if seconds > SECONDS[split]:
                break


def sung(split: Split) -> Iterator[Clip]:
    """Songs; those that judge are of voices that never sang in training."""
    begun = 0 if split == "train" else SONGS["train"]
    for voice in songs.singers() if split != "test" else ():
        for number, (song, phones) in enumerate(songs.sung(voice)):
            if begun <= number < begun + SONGS[split]:
                yield Clip("songs", split, levelled(song.samples), _where(phones))
    for voice in singing.singers() if split == "test" else ():
        if voice.name in songs.SINGERS:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            takes = sing(voice, singing.songs(voice)[: SONGS[split]], Path(scratch))
        for take in takes:
            if take is not None:
                with suppress(UnknownSymbolError):
                    phones = to_phones(take.segments, f"festival:{voice.phoneset}")
                    yield Clip("songs", split, levelled(take.samples), _where(phones))


def whispered(rng: np.random.Generator, samples: Wave) -> Wave:
    """The same said without a voice: air through the throat that linear prediction finds, frame by frame."""
    from scipy.signal import lfilter

    from ..vocal.throats import predicted

    bell, step = np.hanning(_FRAME), _FRAME // 2
    result = np.zeros(len(samples))
    for start in range(0, len(samples) - _FRAME, step):
        frame = samples[start : start + _FRAME].astype(np.float64) * bell
        loud = float(np.sqrt(np.mean(frame**2)))
        air = lfilter([1.0], predicted(frame + 1e-6 * rng.normal(size=_FRAME)), rng.normal(size=_FRAME))
        result[start : start + _FRAME] += bell * air * loud / (float(np.sqrt(np.mean(air**2))) + 1e-9)
    return levelled(np.diff(result, prepend=0.0) + 0.2 * result)


def _higher(clip: Clip) -> Clip:
    from scipy.signal import resample_poly

    faster = HIGHER[1] / HIGHER[0]
    spoken = tuple((start / faster, end / faster) for start, end in clip.spoken)
    return Clip("higher", clip.split, levelled(resample_poly(clip.samples, *HIGHER)), spoken)


def _over(rng: np.random.Generator, samples: Wave, still: Sequence[Clip], louder: float) -> Wave:
    tune = still[int(rng.integers(len(still)))].samples
    tune = np.tile(tune, 1 + len(samples) // len(tune))[: len(samples)]
    share = float(np.sqrt(np.mean(samples**2) / max(float(np.mean(tune**2)), 1e-9))) * 10 ** (-louder / 20)
    return levelled(samples + share * tune)


def _where(phones: Sequence[Phone]) -> tuple[tuple[float, float], ...]:
    return tuple((phone.start, phone.end) for phone in phones if phone.symbol != "sil")


def levelled(samples: NDArray[np.floating]) -> Wave:
    """float32[n] whose loudest moment is at PEAK."""
    return np.asarray(samples * (PEAK / max(float(np.abs(samples).max(initial=0.0)), 1e-6)), np.float32)
