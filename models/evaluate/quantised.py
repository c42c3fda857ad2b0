# SPDX-License-Identifier: GPL-3.0-or-later
"""What smaller copies of the weights cost: python -m parlance.models.evaluate.quantised [FILE] [--each 12].

FILE is an export in half precision (parlance.models.export RUN --half --out FILE); without it, what ships is rounded again.

Every variant hears the same validation voices; a row has its size, its time, and what is seen of the lips after acting, seal and
keys. Nothing is shipped by it. Under “Outputs” is how far a variant's tracks are from those in float32, on the same waveforms.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.hearing.engines import OUTPUTS, Executor
from ...inference.hearing.executor import NumpyExecutor
from ...inference.hearing.session import OnnxSession
from ...inference.hearing.weights import OVERRIDE, find
from .. import quantise
from ..corpora import read_audio
from . import film, seen
from .lips import FILM, VOICES, chosen, heard
from .product import show
from .table import write

SHIPS: Final = "int8 weights (ships)"
SECONDS: Final = 30
"""Of noise on which time is taken."""
RUNS: Final = 3
FPS: Final = 24.0
CALIBRATION: Final = 4
"""Utterances of each corpus' training voices that set the ranges of static quantisation."""
BARS: Final = (
    *("p b m closed %", "vowels touching %", "consonants touching %", "f v bitten %", "rounding AUC", "phones right"),
    *("gap mean mm", "gap p95 mm"),
)
Row = dict[str, float]
Waves = list[NDArray[np.float32]]


def variants(path: Path, split: str = "train") -> Iterator[tuple[str, Callable[[], onnx.ModelProto]]]:
    """Every copy by name, made when asked for; the first is what the others are compared with."""
    yield "float32", lambda: quantise.widened(onnx.load(path))
    yield "float16 weights", lambda: onnx.load(path)
    yield SHIPS, lambda: quantise.int8_weights(onnx.load(path))
    yield "int8, dynamic", lambda: quantise.int8_dynamic(path)
    yield "int8, static", lambda: quantise.int8_static(path, waveforms(split, CALIBRATION))


def waveforms(split: str, each: int) -> Waves:
    """Utterances of a split as the network takes them, float32[1, n]."""
    return [read_audio(one.path)[None] for corpus in VOICES for one in chosen(corpus, split, each)]


@contextmanager
def _hearing_with(path: Path) -> Iterator[None]:
    before = os.environ.get(OVERRIDE)
    os.environ[OVERRIDE] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ[OVERRIDE]
        else:
            os.environ[OVERRIDE] = before


def cost(path: Path) -> Row:
    """Megabytes, and milliseconds of one thread per second of sound in either executor; NaN where NumPy cannot run it."""
    wave = (np.random.default_rng(0).standard_normal((1, SECONDS * SAMPLE_RATE)) * 0.1).astype(np.float32)
    try:
        plain = _milliseconds(NumpyExecutor(path), wave)
    except ParlanceError:
        plain = float("nan")
    return {"MB": path.stat().st_size / 1e6, "ms, ONNX Runtime": _milliseconds(OnnxSession(path, 1), wave), "ms, NumPy": plain}


def _milliseconds(executor: Executor, wave: NDArray[np.float32]) -> float:
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        executor.run(wave)
        taken.append(time.process_time() - began)
    return 1000 * min(taken) / SECONDS


def drift(path: Path, whole: Path, waves: Waves) -> Row:
    """How far the tracks are from those of the whole weights: frames with another likeliest phone, and mean differences."""
    mine, theirs = OnnxSession(path, 1), OnnxSession(whole, 1)
    apart: dict[str, list[NDArray[np.float32]]] = {name: [] for name in OUTPUTS}
    other = []
    for wave in waves:
        first, second = mine.run(wave), theirs.run(wave)
        other.append(first["phones"].argmax(-1).ravel() != second["phones"].argmax(-1).ravel())
        for name in OUTPUTS:
            apart[name].append(np.abs(first[name] - second[name]).ravel())
    row = {"other phone %": 100 * float(np.concatenate(other).mean())}
    for name in OUTPUTS:
        every = np.concatenate(apart[name])
        row |= {f"{name}, mean": float(every.mean()), f"{name}, most": float(every.max())}
    return row


def bars(path: Path, split: str, each: int) -> dict[str, Row]:
    """What is seen of the lips by language, and on film."""
    direction = Direction()
    rows: dict[str, Row] = {}
    with _hearing_with(path):
        shown = {corpus: [show(*pair, FPS, direction) for pair in heard(corpus, split, each)] for corpus in (*VOICES, *FILM)}
    for language in sorted({name.split(",")[0] for name in VOICES.values()}):
        group = [one for corpus, name in VOICES.items() if name.startswith(language) for one in shown[corpus]]
        if group:
            whole = seen.lips(group)
            rows[language] = {name: whole[name] for name in BARS}
    if any(shown[corpus] for corpus in FILM):
        likeness = film.likeness([one for corpus in FILM for one in shown[corpus]])
        rows["film"] = {name: value for name, value in likeness.items() if name.endswith((" r", "ratio"))}
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="?", help="an export in half precision; else what ships")
    parser.add_argument("--out", type=Path, default=Path("out/quantised"))
    parser.add_argument("--split", choices=("valid", "test"), default="valid")
    parser.add_argument("--each", type=int, default=12, help="utterances per corpus at most")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these variants alone")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    waves = waveforms(options.split, max(options.each // 4, 1))
    tables: dict[str, dict[str, Row]] = {"Cost": {}, "Outputs": {}}
    whole = options.out / "float32.onnx"
    for name, make in variants(options.weights or find()):
        if options.only and name not in (*options.only, "float32"):
            continue
        path = options.out / f"{name.partition(' (')[0].replace(', ', '_').replace(' ', '_')}.onnx"
        onnx.save(make(), path)
        tables["Cost"][name] = cost(path)
        if path != whole:
            tables["Outputs"][name] = drift(path, whole, waves)
        for voices, row in bars(path, options.split, options.each).items():
            tables.setdefault(f"Lips, {voices}, {FPS:g} frames a second", {})[name] = row
        print(f"{name}: measured", flush=True)
        write(tables, options.out)
    print(write(tables, options.out))


if __name__ == "__main__":
    main()
