# SPDX-License-Identifier: GPL-3.0-or-later
"""Learn what tells a voice from a tune that the network takes for one, and judge it on others.

    python -m parlance.models.tunes                          # learn, write the weights, print the tables
    python -m parlance.models.tunes --judge                  # the tables of the weights that ship, on what nothing was chosen on
    python -m parlance.models.tunes --judge --music FOLDER   # recordings of music without a voice besides, in folders

After new weights of the network: run it again (minutes).
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...inference.arrays import Doubles
from ...inference.audio import SAMPLE_RATE
from ...inference.errors import ParlanceError
from ...inference.files import read
from ...inference.hearing import engine, floor, listener, prosody, rest, tunes, windows
from ...inference.hearing.cleaning import cleaned
from ...inference.hearing.vocal_evidence import FURTHEST, Evidence
from ...inference.hearing.voice import spectrum
from ...inference.performance import FRAME_RATE
from ..vocal.fit import logistic
from .material import CLIP, Clip, clips, levelled

RIDGE: Final = 2.0
PLACES: Final = (0.3, 0.7)
"""Where in a recording of music CLIP seconds are heard."""


@dataclass(frozen=True)
class Heard:
    """A clip as it is heard: speech and loudness float32[T], posteriors float32[T, P]; spoken: bool[T] where somebody speaks."""

    clip: Clip
    speech: NDArray[np.float32]
    posteriors: NDArray[np.float32]
    loudness: NDArray[np.float32]
    spoken: NDArray[np.bool_]

    @property
    def tune(self) -> bool:
        """Whether nobody speaks in it."""
        return not self.clip.spoken


def main() -> None:
    """Learn or judge, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("--music", type=Path)
    options = parser.parse_args()
    if not options.judge:
        found = learn(heard(clips("train")))
        columns = np.column_stack([found.mean, found.scale, found.weight, found.bend]).round(4).tolist()
        stored = {"cues": dict(zip(tunes.CUES, columns, strict=True)), "bias": round(found.bias, 4)}
        tunes.FILE.write_text(json.dumps({**stored, "sloped": 1.0, "shifted": 0.0, "most": 1.0}, indent=1) + "\n", "utf-8")
        tunes.learned.cache_clear()
    print("Others of the same kinds, which guide" if not options.judge else "What nothing was chosen on")
    tell(heard(clips("test" if options.judge else "valid")))
    if options.music:
        tell(heard(recorded(options.music)))


def heard(sounds: Iterable[Clip]) -> Iterator[Heard]:
    """What the network that ships makes of each."""
    ear = engine(1)
    for clip in tqdm([*sounds], unit="clip"):
        samples, frames = cleaned(clip.samples), math.ceil(len(clip.samples) / prosody.HOP)
        raw = windows.run(ear.executor, ear.spec, samples, around=listener.AROUND, progress=lambda _: None)
        tracks = {name: raw[name][listener.AROUND :][:frames] for name in ("speech", "phones")}
        spoken = np.zeros(frames, bool)
        for start, end in clip.spoken:
            spoken[round(start * FRAME_RATE) : round(end * FRAME_RATE)] = True
        posteriors = listener.posteriors_of(tracks["phones"].copy(), ear.spec.phones)
        loudness = floor.passing(prosody.loudness(samples, frames), spectrum(samples, frames))
        yield Heard(clip, tracks["speech"].copy(), posteriors, loudness, spoken)


def learn(sounds: Iterable[Heard]) -> Evidence:
    """What tells the stretches in which somebody speaks from those of tunes; each counts by its length."""
    rows, voice, frames = [], [], []
    for sound in sounds:
        for first, last in tunes.stretches(sound.speech):
            likely = sound.speech[first:last].max() >= rest.LIKELY
            if likely and (sound.tune or sound.spoken[first:last].any()):
                rows.append(tunes.cues(sound.speech, sound.posteriors, sound.loudness, first, last))
                voice.append(not sound.tune)
                frames.append(last - first)
    table, right, counts = np.array(rows), np.array(voice), np.array(frames, np.float64)
    mean, scale = table.mean(axis=0), table.std(axis=0) + 1e-6
    weight = np.where(right, 0.5 / counts[right].sum(), 0.5 / counts[~right].sum()) * counts * len(counts)
    scaled = np.column_stack([np.clip((table - mean) / scale, -FURTHEST, FURTHEST), np.ones(len(table))])
    solved = logistic(scaled, right.astype(np.float64), weight, np.full(table.shape[1], RIDGE))
    print(f"learned from {int(right.sum())} stretches of voices and {int((~right).sum())} of tunes")
    return Evidence(mean, scale, solved[:-1], np.zeros(len(mean)), float(solved[-1]), 1.0, 0.0, 1.0)


def tell(sounds: Iterable[Heard]) -> None:
    """For each group: of a voice's labelled frames those that move no lips, of a tune's those that do, before and after."""
    rows: dict[tuple[bool, str], list[Doubles]] = {}
    for sound in sounds:
        ways = (rest.certain(sound.speech), tunes.voices(sound.speech, sound.posteriors, sound.loudness))
        free = [rest.presence(way) > 0.5 for way in ways]
        counts = [float((each if sound.tune else sound.spoken & ~each).sum()) for each in free]
        over = float(len(sound.speech) if sound.tune else sound.spoken.sum())
        rows.setdefault((sound.tune, sound.clip.group), []).append(np.array([*counts, over]))
    for (tune, group), every in sorted(rows.items()):
        before, after, over = np.sum(every, axis=0)
        what = "moves lips" if tune else "lost"
        share = f"{100 * before / over:6.2f} → {100 * after / over:.2f} %"
        print(f"  {group:28}{len(every):4} clips {over / FRAME_RATE:6.0f} s   {what} {share}")


def recorded(folder: Path) -> Iterator[Clip]:
    """Parts of every recording in the folders of a folder, which are called after what they hold. Short ones are heard whole."""
    for path in sorted(path for path in folder.rglob("*.*") if path.is_file()):
        try:
            samples = read(path).samples
        except ParlanceError as error:
            print(f"  left out: {error}")
            continue
        count = round(CLIP * SAMPLE_RATE)
        for place in PLACES if len(samples) > 2 * count else (0.0,):
            begun = int(place * len(samples))
            part = samples[begun : begun + count]
            yield Clip(path.relative_to(folder).parts[0], "test", levelled(part))


if __name__ == "__main__":
    main()
