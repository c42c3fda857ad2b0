# SPDX-License-Identifier: GPL-3.0-or-later
"""What each look-ahead costs: python -m parlance.models.live.evaluate [--split test] [--each 40] [--out out/live].

Voices that nothing was learned from are heard live, as `parlance live` does, and whole, as the product does; the mouth alone of
both, before any acting, is judged against the phone labels, and the live one against the whole one. How often either turns from
one frame to the next is counted at 60 frames a second.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import geometry
from ...inference.audio import SAMPLE_RATE, Audio
from ...inference.hearing import hear
from ...inference.live.stream import CHOICES, LiveStream
from ...inference.performance import FRAME_RATE
from ..corpora import Utterance, read_audio
from ..evaluate.articulation import labiodental
from ..evaluate.lips import chosen
from ..evaluate.metrics import closures, correlation, interval, spread_ratio
from ..evaluate.product import Shown
from ..evaluate.table import write
from ..evaluate.turning import turns
from ..evaluate.voices import Heard

VOICES: Final = {
    "an4": "English",
    "picovoice_orders": "English (orders)",
    "kathleen_en": "English (known reader)",
    "emodb": "German",
    "nathalie_nl": "Dutch (known voice)",
}
GAP: Final = geometry.INDEX["gap"]
FPS: Final = 60.0
TURNS: Final = {"gap, 1.5 mm %": "gap turns %", "mouthRollLower %": "lower lip turns %"}
"""Figures of how often a mouth turns within a frame, and what they are called here."""
Measures = NDArray[np.float32]
Row = dict[str, float]


@dataclass(frozen=True)
class Mouth:
    """The mouth alone. measures: float32[T, M] mm at FRAME_RATE.   shapes: float32[F, 52] at FPS."""

    measures: Measures
    shapes: NDArray[np.float32]


def live(wave: NDArray[np.float32], look_ahead: float) -> Mouth:
    """A recording heard with a look-ahead."""
    stream = LiveStream(look_ahead=look_ahead, fps=FPS, alive=False)
    shown = stream.feed(wave) + stream.finish()
    shapes, times = np.stack([frame.shapes for frame in shown]), np.array([frame.time for frame in shown], np.float64)
    centres = np.asarray((np.arange(-(-len(wave) // 320)) + 0.5) / FRAME_RATE, np.float64)
    return Mouth(_at(centres, times, geometry.measure(shapes)), shapes[times < len(wave) / SAMPLE_RATE])


def _at(times: NDArray[np.float64], known: NDArray[np.float64], tracks: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack([np.interp(times, known, track) for track in tracks.T], axis=1).astype(np.float32)


def whole(utterance: Utterance, wave: NDArray[np.float32]) -> Heard:
    """The same as the product hears the whole recording."""
    performance = hear(Audio(wave), threads=1)
    return Heard(utterance, wave, performance, geometry.measure(performance.curves))


def row(heard: Sequence[Heard], mouths: Sequence[Mouth]) -> Row:
    """Closures against labels, the gap against that of the whole recording, in speech, and how often it turns."""
    tracks = [mouth.measures for mouth in mouths]
    judged = closures((track[:, GAP], one.utterance.phones or ()) for one, track in zip(heard, tracks, strict=True))
    likeness, spread = [], []
    for one, track in zip(heard, tracks, strict=True):
        spoken = _spoken(one)
        if spoken.sum() > 20:
            mine, offline = track[spoken, GAP].astype(np.float64), one.gap[spoken].astype(np.float64)
            likeness.append(correlation(mine, offline))
            spread.append(spread_ratio(mine, offline))
    shown = [Heard(one.utterance, one.wave, one.performance, track) for one, track in zip(heard, tracks, strict=True)]
    turned = turns(
        [
            Shown(one.utterance, one.performance, FPS, mouth.shapes, geometry.measure(mouth.shapes))
            for one, mouth in zip(heard, mouths, strict=True)
        ]
    )
    return {
        "p b m closed %": 100.0 * judged.recall,
        "vowels touching %": 100.0 * judged.false,
        "f v bitten %": 100.0 * labiodental(shown),
        "gap r of whole": interval(likeness)[0],
        "gap sd of whole": float(np.median(spread)) if spread else float("nan"),
        "timing ms": 1000.0 * float(np.median(judged.timing)) if len(judged.timing) else float("nan"),
        **{name: turned[figure] for figure, name in TURNS.items()},
        "bilabials": float(judged.bilabials),
        "vowels": float(judged.vowels),
    }


def _spoken(one: Heard) -> NDArray[np.bool_]:
    """Frames within a tenth of a second of speech, as the whole recording has it."""
    speech = one.performance.speech > 0.5
    return np.asarray(np.convolve(speech, np.ones(11), "same")[: len(speech)] > 0)


def both(utterance: Utterance) -> tuple[Heard, list[Mouth]]:
    """One recording whole, and its mouth at every look-ahead and whole."""
    wave = read_audio(utterance.path)
    heard = whole(utterance, wave)
    frames = np.arange(int(len(wave) / SAMPLE_RATE * FPS)) / FPS
    every = Mouth(heard.measures, _at(frames, heard.performance.times, heard.performance.curves))
    return heard, [*(live(wave, choice) for choice in CHOICES), every]


def tables(spoken: Mapping[str, Sequence[Utterance]], jobs: int = 1) -> dict[str, dict[str, Row]]:
    """A row for each look-ahead and for the whole recording: of all voices together, and of each corpus."""
    every = [(corpus, one) for corpus, some in spoken.items() for one in some]
    heard: dict[str, list[Heard]] = {}
    mouths: dict[str, dict[str, list[Mouth]]] = {}
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for (corpus, _), (one, found) in zip(every, pool.map(both, [one for _, one in every]), strict=True):
            heard.setdefault(corpus, []).append(one)
            names = [*(f"{1000 * choice:.0f} ms" for choice in CHOICES), "whole recording"]
            for name, mouth in zip(names, found, strict=True):
                mouths.setdefault(name, {}).setdefault(corpus, []).append(mouth)
            print(f"{sum(map(len, heard.values()))} of {len(every)} heard", flush=True)
    groups = {"All voices": list(heard), **{VOICES[corpus]: [corpus] for corpus in heard}}
    return {
        title: {
            name: row([one for corpus in some for one in heard[corpus]], [one for corpus in some for one in shown[corpus]])
            for name, shown in mouths.items()
        }
        for title, some in groups.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/live"))
    parser.add_argument("--split", choices=("valid", "test"), default="test", help="choose settings on valid only")
    parser.add_argument("--each", type=int, default=40, help="utterances per corpus at most")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    options = parser.parse_args(arguments)
    spoken = {corpus: chosen(corpus, options.split, options.each) for corpus in VOICES}
    print(write(tables(spoken, options.jobs), options.out))


if __name__ == "__main__":
    main()
