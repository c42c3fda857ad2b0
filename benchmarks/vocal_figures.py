# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs, efforts, coughs, sighs and breaths: how often they are heard in speech without any, and how many of real ones.

Usage: python benchmarks/vocal_figures.py [--minutes 4] [--sounds FOLDER]. Speech is that in ../shared/data. FOLDER has sounds in
folders called after what they are: laugh, effort, cough, sigh, cry, speech.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np

from parlance.inference.acting.vocal import SURE
from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.errors import ParlanceError
from parlance.inference.files import read
from parlance.inference.hearing import hear
from parlance.inference.performance import VOCAL_KINDS, Event

AUDIO: Final = Path(__file__).resolve().parents[2] / "shared/data/audio"
ACTED: Final = 0.6
"""Confidence from which half of a sound or more is acted; all of it from SURE."""
AROUND: Final = 0.5
"""Seconds of silence put around a sound that stands alone."""


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--sounds", type=Path)
    options = parser.parse_args()
    print(f"a minute of speech: listed / acted (confidence {ACTED} and more; in full from {SURE})")
    for corpus in sorted(AUDIO.iterdir()):
        files = sorted(corpus.glob("*.opus"))
        _row(corpus.name, *_heard(files, options.minutes))
    for folder in sorted(options.sounds.iterdir()) if options.sounds else ():
        _recall(folder)


def _heard(files: list[Path], minutes: float) -> tuple[list[Event], float]:
    """What is heard in sounds from all over a corpus, and how many minutes they are."""
    events: list[Event] = []
    seconds, order = 0.0, np.random.default_rng(0).permutation(len(files))
    for index in order.tolist():
        performance = hear(read(files[index]))
        events += [event for event in performance.events if event.kind in VOCAL_KINDS]
        seconds += performance.duration
        if seconds > 60 * minutes:
            break
    return events, seconds / 60


def _row(name: str, events: Iterable[Event], minutes: float) -> None:
    listed, acted = Counter(), Counter()  # type: ignore[var-annotated]
    for event in events:
        listed[event.kind] += 1
        acted[event.kind] += event.confidence >= ACTED
    figures = ", ".join(f"{kind} {listed[kind] / minutes:.2f} / {acted[kind] / minutes:.2f}" for kind in VOCAL_KINDS)
    print(f"  {name:18}{minutes:5.1f} min   {figures}")


def _recall(folder: Path) -> None:
    """Share of the sounds in a folder in which each kind is heard."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    listed, acted = Counter(), Counter()  # type: ignore[var-annotated]
    rng = np.random.default_rng(0)
    for path in list(files):
        silence = 1e-4 * rng.normal(size=round(AROUND * SAMPLE_RATE))
        try:
            recording = read(path).samples
        except ParlanceError as error:
            print(f"  left out: {error}")
            files.remove(path)
            continue
        samples = np.concatenate([silence, recording, silence]).astype(np.float32)
        events = hear(Audio(samples)).events
        listed.update({event.kind for event in events if event.kind in VOCAL_KINDS})
        acted.update({event.kind for event in events if event.kind in VOCAL_KINDS and event.confidence >= ACTED})
    figures = ", ".join(f"{kind} {listed[kind]} / {acted[kind]}" for kind in VOCAL_KINDS)
    print(f"  {len(files)} × {folder.name}: heard as {figures}")


if __name__ == "__main__":
    main()
