# SPDX-License-Identifier: GPL-3.0-or-later
"""Sparse keys of real speech: how many, how far off, how long it takes; and what carrying an artist's edits costs.

Usage: python benchmarks/keys.py [--seconds 60]. Speech is taken from ../shared/data where that is there, else the bundled clip
speaks over and over. "of a bake" compares with a key on every frame of all 52 shapes, "of moving" of those that move at all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from parlance.inference.acting import act
from parlance.inference.animation import Animation
from parlance.inference.arkit import COUNT, INDEX
from parlance.inference.direction import Direction
from parlance.inference.files import read
from parlance.inference.geometry import INDEX as MEASURE
from parlance.inference.geometry import measure
from parlance.inference.hearing import hear
from parlance.inference.keying import Keys, Record, evaluate, fit_all, regenerate
from parlance.inference.keying.blocking import MET, OF_EVERYTHING_ELSE, fit_poses, poses
from parlance.inference.keying.fitting import MOUTH
from parlance.inference.performance import Performance
from parlance.inference.phones import VOWEL

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared/data/audio/librispeech"
RATES = (60, 30, 24)
TOLERANCES = (0.02, 0.01, 0.005)
EDITED_EVERY = 15
T = TypeVar("T")


def main() -> None:
    """Measure and print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    performance = speech(options.seconds)
    print(f"{performance.duration:.0f} s of speech, Python {sys.version.split()[0]}, NumPy {np.__version__}\n")
    print("fps  tolerance    keys  of a bake  of moving  largest miss     fit")
    for rate in RATES:
        animation = act(performance, Direction(), fps=rate, start=0.0)
        for tolerance in TOLERANCES:
            print(_fitted(animation, tolerance))
    print("\nfps  blocking  keys  of a bake  jaw keys a syllable  closures kept")
    for rate in RATES:
        print(_blocked(performance, rate))
    print("\nfps  edited keys  carried to a new result in")
    for rate in RATES:
        print(_merged(performance, rate))


def speech(seconds: int) -> Performance:
    """What is heard of that many seconds of a dozen people, or of the bundled clip over and over."""
    files = sorted(CORPUS.glob("*.opus")) or [ROOT / "demo/hello.flac"]
    clips = [read(path) for path in files[: 2 * seconds // 5]]
    samples = np.concatenate([clip.samples for clip in clips])
    samples = np.resize(samples, seconds * 16000) if len(samples) < seconds * 16000 else samples[: seconds * 16000]
    return hear(replace(clips[0], samples=samples))


def _anchors(animation: Animation) -> list[list[int]]:
    frames: list[list[int]] = [[] for _ in range(COUNT)]
    for anchor in animation.anchors:
        for channel in anchor.channels or range(COUNT):
            frames[channel].append(round(anchor.frame))
    return frames


def _fitted(animation: Animation, tolerance: float) -> str:
    shapes, anchors = animation.shapes, _anchors(animation)
    keys, seconds = _best(lambda: fit_all(shapes, 1, tolerance=tolerance, anchors=anchors))
    frames = 1 + np.arange(len(shapes))
    miss = max(float(np.abs(evaluate(each, frames) - column).max()) for each, column in zip(keys, shapes.T, strict=True))
    total, moving = sum(map(len, keys)), sum(len(each) > 1 for each in keys)
    return (
        f"{animation.fps:3.0f}  {tolerance:9.3f}  {total:6d}  {total / shapes.size:9.1%}  {total / (moving * len(shapes)):9.1%}"
        f"  {miss:12.4f}  {1000 * seconds:3.0f} ms"
    )


def _blocked(performance: Performance, rate: int) -> str:
    """Pose to pose: how many keys, and whether lips that met still meet."""
    animation = act(performance, Direction(), fps=rate, start=0.0)
    posed, anchors = sorted(MOUTH), _anchors(animation)
    others = [channel for channel in range(COUNT) if channel not in MOUTH]
    keys = dict(zip(posed, fit_poses(animation.shapes[:, posed], 1, poses(animation)), strict=True))
    rest = fit_all(animation.shapes[:, others], 1, tolerance=OF_EVERYTHING_ELSE, anchors=[anchors[each] for each in others])
    keys |= dict(zip(others, rest, strict=True))
    frames = 1 + np.arange(len(animation.shapes))
    shapes = np.stack([evaluate(keys[channel], frames) for channel in range(COUNT)], axis=1).astype(np.float32)
    gap, shown = (measure(each)[:, MEASURE["gap"]] for each in (animation.shapes, shapes))
    runs = np.split(np.flatnonzero(gap <= MET), np.flatnonzero(np.diff(np.flatnonzero(gap <= MET)) > 1) + 1)
    kept = sum(bool((shown[run] <= 0).all()) for run in runs)
    total = sum(map(len, keys.values()))
    syllables = sum(phone.symbol in VOWEL for phone in performance.phones)
    jaw = len(keys[INDEX["jawOpen"]]) / syllables
    return f"{rate:3d}  {'':8}  {total:4d}  {total / shapes.size:9.1%}  {jaw:19.2f}  {kept} of {len(runs)}"


def _merged(performance: Performance, rate: int) -> str:
    """Every fifteenth key of every moving curve raised by hand, then another result for all of them."""
    before = _keys(act(performance, Direction(), fps=rate, start=0.0))
    after = _keys(act(performance, replace(Direction(), jaw=0.8, lips=1.2), fps=rate, start=0.0))
    theirs = [_edited(keys) for keys in before]
    edited = sum(len(keys.values[5::EDITED_EVERY]) for keys in before if len(keys) > 5)

    def carried() -> list[Record]:
        return [regenerate(Record(a, a), b, c) for a, b, c in zip(before, after, theirs, strict=True)]

    _, seconds = _best(carried)
    return f"{rate:3d}  {edited:11d}  {1000 * seconds:4.0f} ms"


def _keys(animation: Animation) -> list[Keys]:
    return fit_all(animation.shapes, 1, tolerance=0.01, anchors=_anchors(animation))


def _edited(keys: Keys) -> Keys:
    values = keys.values.copy()
    values[5::EDITED_EVERY] += 0.1
    return replace(keys, values=values)


def _best(work: Callable[[], T], repeats: int = 5) -> tuple[T, float]:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        outcome = work()
        times.append(time.perf_counter() - start)
    return outcome, min(times)


if __name__ == "__main__":
    main()
