# SPDX-License-Identifier: GPL-3.0-or-later
"""What live hearing costs: python benchmarks/live_speed.py [--minutes 10]

Speech of the demonstration, again and again, is heard as it would be live, faster than it sounds, on one thread. Told are
seconds of computing per second of sound, of both executors, and the slowest tenth of a second: one that takes longer than it
lasts would be seen.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import numpy as np

from parlance.inference import files
from parlance.inference.audio import SAMPLE_RATE
from parlance.inference.hearing import weights
from parlance.inference.hearing.engines import FORCE
from parlance.inference.live.stream import LiveStream

SPEECH = Path(__file__).resolve().parents[1] / "demo/hello.flac"
BLOCK = SAMPLE_RATE // 10


def main() -> None:
    """Print one line per executor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    speech = files.read(SPEECH).samples
    wave = np.tile(speech, int(np.ceil(minutes * 60 * SAMPLE_RATE / len(speech))))[: round(minutes * 60 * SAMPLE_RATE)]
    print(f"{weights.find_live().stat().st_size / 1e6:.2f} MB of weights, {minutes:g} minutes of speech")
    for force, seconds in (("", minutes * 60), ("numpy", min(minutes * 60, 60))):
        os.environ[FORCE] = force
        stream = LiveStream()
        spent, frames = [], 0
        for start in range(0, round(seconds * SAMPLE_RATE), BLOCK):
            began, lasted = time.process_time(), time.perf_counter()
            frames += len(stream.feed(wave[start : start + BLOCK]))
            spent.append((time.process_time() - began, time.perf_counter() - lasted))
        computing, waiting = np.array(spent).T
        print(
            f"{stream.engine.name}: {computing.sum() / seconds:.3f} s of one core a second of sound, {frames} frames of "
            f"{round(seconds * stream.fps)}; a tenth of a second takes {1000 * np.median(computing):.0f} ms, at most "
            f"{1000 * computing.max():.0f} ms ({1000 * waiting.max():.0f} ms by the clock)"
        )


if __name__ == "__main__":
    main()
