# SPDX-License-Identifier: GPL-3.0-or-later
"""How head and brows answer to a voice: correlations, beats on stressed syllables, angles, questions.

Usage: python benchmarks/voice_figures.py [--clips 60]. Needs the corpora in ../shared/data. Figures were set by eye on the first
readers of LibriSpeech and on a Dutch one; those printed are of other readers, of EmoDB's actors, and of a German one.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from parlance.inference import arkit
from parlance.inference.acting import act, intonation
from parlance.inference.acting.situation import Situation
from parlance.inference.animation import Animation
from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.direction import Direction
from parlance.inference.files import read
from parlance.inference.hearing import hear
from parlance.inference.performance import FRAME_RATE, Performance
from parlance.inference.smoothing import smooth

DATA: Final = Path(__file__).resolve().parents[2] / "shared/data"
Curve: TypeAlias = NDArray[np.floating[Any]]
NEAR: Final = 0.08
"""Seconds between the middle of a stressed vowel and the lowest point of a stroke that belongs to it."""
FELT: Final = 0.7
"""Degrees that the head comes down in a stroke at least."""
TUNED: Final = 16
"""The first speakers of LibriSpeech, which were looked at while the figures were set."""
INNER: Final = arkit.INDEX["browInnerUp"]
OUTER: Final = [arkit.INDEX["browOuterUpLeft"], arkit.INDEX["browOuterUpRight"]]
DOWN: Final = [arkit.INDEX["browDownLeft"], arkit.INDEX["browDownRight"]]


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=60)
    clips = parser.parse_args().clips
    readers = sorted((DATA / "audio/librispeech").glob("*.opus"))[TUNED:]
    print("                        pitch–head  loudness–head  pitch–brows  loudness–brows  strokes on stress (elsewhere)")
    _answers("LibriSpeech", [hear(read(path)) for path in readers[:: max(len(readers) // clips, 1)]])
    for name, kinds in (("EmoDB, calm", ("sadness", "boredom", "neutral")), ("EmoDB, lively", ("anger", "joy", "fear"))):
        found = [entry for entry in _entries("emodb") if entry["emotion"] in kinds]
        _answers(name, [_heard("emodb", entry) for entry in found[:: max(len(found) // clips, 1)]])
    print("\n                        head, ° of deviation (pitch yaw roll)   brows, deviation (inner, outer, all)")
    minute = hear(Audio(np.concatenate([read(path).samples for path in readers[::12]])[: 60 * SAMPLE_RATE]))
    for name, tension in (("as heard", None), ("lively, tension .7", 0.7), ("calm, tension -.7", -0.7)):
        _sizes(name, minute, Direction() if tension is None else Direction(tension=tension, auto_tension=0.0))
    print()
    _questions()
    _stress()
    _cost(minute)


def _entries(corpus: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"labels/{corpus}.jsonl").read_text(encoding="utf-8").splitlines()]


def _heard(corpus: str, entry: dict[str, Any]) -> Performance:
    return hear(read(DATA / f"audio/{corpus}/{entry['id']}.opus"))


def _raised(animation: Animation) -> Curve:
    """float32[F] how far the brows are up, less how far they are down."""
    shapes = animation.shapes
    return np.asarray((shapes[:, INNER] + shapes[:, OUTER].mean(axis=1)) / 2 - shapes[:, DOWN].mean(axis=1))


def _answers(name: str, performances: Sequence[Performance]) -> None:
    rows, strokes, elsewhere = [], [], []
    for performance in performances:
        animation = act(performance, Direction(seed=crc32(performance.pitch.tobytes()) % 1000), fps=FRAME_RATE, start=0.0)
        at = np.clip((animation.times * FRAME_RATE).astype(int), 0, len(performance.pitch) - 1)
        pitch, loudness = performance.pitch[at], smooth(performance.loudness, 2.0)[at]
        voiced, talking = pitch != 0, performance.speech[at] > 0.5
        chin, brows = -animation.head[:, 0], _raised(animation)
        if voiced.sum() > FRAME_RATE / 2:
            pairs = ((pitch, chin, voiced), (loudness, chin, talking), (pitch, brows, voiced), (loudness, brows, talking))
            rows.append([_correlation(one[where], other[where]) for one, other, where in pairs])
        lowest = _lowest(animation)
        for event in performance.events:
            if event.kind == "accent":
                middle = event.time + event.duration / 2
                strokes.append(_is_near(lowest, middle))
                elsewhere += [_is_near(lowest, performance.duration * share) for share in (middle * 7.31 % 1, middle * 3.17 % 1)]
    figures = "".join(f"{value:14.2f}" for value in np.nanmean(rows, axis=0))
    print(f"{name:20}{figures}{np.mean(strokes):18.0%} ({np.mean(elsewhere):.0%})   {len(rows)} clips, {len(strokes)} accents")


def _correlation(one: Curve, other: Curve) -> float:
    if len(one) < 3 or one.std() == 0 or other.std() == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def _lowest(animation: Animation) -> Curve:
    """Seconds at which the chin is lowest after it came down by FELT within .3 s."""
    down, reach = animation.head[:, 0], round(0.3 * animation.fps)
    turns = np.flatnonzero((down[1:-1] >= down[:-2]) & (down[1:-1] > down[2:])) + 1
    return animation.times[[turn for turn in turns if down[turn] - down[max(turn - reach, 0) : turn].min() > FELT]]


def _is_near(times: Curve, moment: float) -> bool:
    return bool(len(times) and np.abs(times - moment).min() <= NEAR)


def _sizes(name: str, performance: Performance, direction: Direction) -> None:
    takes = [act(performance, replace(direction, seed=seed), fps=24, start=0.0) for seed in range(8)]
    head = np.mean([take.head[24:-24].std(axis=0) for take in takes], axis=0)
    tracks = [(take.shapes[:, INNER], take.shapes[:, OUTER[0]], _raised(take)) for take in takes]
    brows = np.mean([[track.std() for track in three] for three in tracks], axis=0)
    print(f"  {name:22}{head[0]:12.1f} {head[1]:4.1f} {head[2]:4.1f}{brows[0]:34.3f} {brows[1]:.3f} {brows[2]:.3f}")


def _questions() -> None:
    """Share of read questions, and of read statements, that end with a rise."""
    for corpus, step in (("nathalie_nl", 12), ("kerstin_de", 30)):
        entries = _entries(corpus)
        asked = [entry for entry in entries if entry["text"].strip().endswith("?")][:80]
        told = [entry for entry in entries if not entry["text"].strip().endswith("?")][::step][:80]
        shares = [np.mean([_rises(_heard(corpus, entry)) for entry in some]) for some in (asked, told)]
        print(f"questions that rise, {corpus}: {shares[0]:.0%} of {len(asked)}; statements: {shares[1]:.0%} of {len(told)}")


def _rises(performance: Performance) -> bool:
    situation = Situation(performance, Direction(), np.arange(0, performance.duration, 0.04), 25)
    last = max((event.time for event in situation.events("phrase_end")), default=0.0)
    return any(abs(event.time - last) < 0.3 for event, _ in intonation.rises(situation))


def _stress() -> None:
    """How often an accent that was heard stands on a syllable that a dictionary stresses, against any vowel."""
    on_stress, any_vowel = [], []
    for entry in _entries("nathalie_nl")[::20]:
        vowels = list(_vowels(entry["phones"]))
        if len(vowels) < 4:
            continue
        any_vowel += [stressed for _, _, stressed in vowels]
        for event in _heard("nathalie_nl", entry).events:
            if event.kind == "accent":
                middle = event.time + event.duration / 2
                start, end, stressed = min(vowels, key=lambda vowel: abs((vowel[0] + vowel[1]) / 2 - middle))
                if start - 0.05 < middle < end + 0.05:
                    on_stress.append(stressed)
    share = f"{np.mean(on_stress):.0%} of {len(on_stress)}"
    print(f"accents on stressed syllables, nathalie_nl: {share}; any vowel: {np.mean(any_vowel):.0%}")


def _vowels(phones: Sequence[tuple[str, float, float]]) -> Iterator[tuple[float, float, bool]]:
    """Start, end and whether stressed; the mark may stand with a consonant before the vowel."""
    marked = False
    for symbol, start, end in phones:
        marked = marked or "ˈ" in symbol
        if any(letter in "aeiouyɑɔəɛɪʊøœʌæ" for letter in symbol):
            yield start, end, marked
            marked = False


def _cost(performance: Performance) -> None:
    taken = []
    for _ in range(7):
        started = time.process_time()
        act(performance, Direction(joy=0.6, mouth_smoothing=0.05), fps=60, start=0.0)
        taken.append(time.process_time() - started)
    print(f"a minute acted anew with everything on: {min(taken) * 1000:.0f} ms of one core")


if __name__ == "__main__":
    main()
