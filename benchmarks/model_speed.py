# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds of computing per second of audio of the shipped weights, on one thread: python benchmarks/model_speed.py

Both executors hear the same noise in windows as the runtime cuts them; each figure is the best of a few runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from parlance.inference.audio import SAMPLE_RATE
from parlance.inference.hearing import weights, windows
from parlance.inference.hearing.engines import engine
from parlance.inference.hearing.executor import NumpyExecutor

SECONDS = 60
RUNS = 3


def best(run: Callable[[], object]) -> float:
    """Shortest time of a few runs, in seconds."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    """Print one line per executor."""
    generator = np.random.default_rng(0)
    wave = (generator.standard_normal(SECONDS * SAMPLE_RATE) * 0.1).astype(np.float32)
    ear = engine(threads=1)
    path = weights.find()
    print(f"{ear.spec.name}: {path.stat().st_size / 1e6:.1f} MB, windows overlap by {ear.spec.context:.1f} s on either side")
    for name, executor in ((ear.name, ear.executor), ("NumPy", NumpyExecutor(path))):
        taken = best(lambda executor=executor: windows.run(executor, ear.spec, wave))  # type: ignore[misc]
        print(f"{name:12} {taken / SECONDS:.4f} s per second of audio, {taken:.2f} s for {SECONDS} s")


if __name__ == "__main__":
    main()
