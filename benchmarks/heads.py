# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads to measure on: real ones from ../shared/rigs where that is there, and the demo head."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parlance.head.bust import build_parts
from parlance.inference import arkit

RIGS = Path(__file__).resolve().parents[2] / "shared" / "rigs"


@dataclass(frozen=True)
class Head:
    """A mesh at rest, float32[V, 3], and what each of its shapes adds, float32[V, 3]; what is read is for reading only."""

    name: str
    points: NDArray[np.float32]
    shapes: dict[str, NDArray[np.float32]]


def heads() -> Iterator[Head]:
    """Every head that is at hand."""
    if (RIGS / "ict_facekit").exists():
        yield ict()
    if (RIGS / "makehuman_cc0").exists():
        yield makehuman()
    yield demo()


@cache
def demo() -> Head:
    """The face of the demo head."""
    face = build_parts()[0]
    nothing = np.zeros_like(face.points, np.float32)
    shapes = {name: face.shapes.get(name, nothing).astype(np.float32) for name in arkit.NAMES}
    return _sealed(Head("demo head", face.points.astype(np.float32), shapes))


@cache
def ict() -> Head:
    """ICT-FaceKit light, ARKit shapes with _L/_R."""
    with np.load(RIGS / "ict_facekit" / "ict_facekit.npz") as stored:
        names = [str(name) for name in stored["expr_names"]]
        deltas = stored["expr_deltas"].astype(np.float32)
        return _sealed(Head("ICT-FaceKit", stored["neutral"].astype(np.float32), dict(zip(names, deltas, strict=True))))


@cache
def makehuman() -> Head:
    """MakeHuman's base mesh with ARKit shapes and visemes."""
    folder = RIGS / "makehuman_cc0"
    lines = (folder / "src/mpfb/data/3dobjs/base.obj").read_text().splitlines()
    points = np.array([line.split()[1:4] for line in lines if line.startswith("v ")], np.float32)
    shapes: dict[str, NDArray[np.float32]] = {}
    with zipfile.ZipFile(folder / "talkinghead-targets.zip") as archive:
        for path in archive.namelist():
            if path.endswith(".target") and not path.startswith("__MACOSX"):
                shapes[Path(path).stem] = _target(archive.read(path).decode(), points)
    return _sealed(Head("MakeHuman", points, shapes))


def _sealed(head: Head) -> Head:
    """Read once for everybody, so nobody may write to it."""
    for each in (head.points, *head.shapes.values()):
        each.setflags(write=False)
    return head


def _target(text: str, points: NDArray[np.float32]) -> NDArray[np.float32]:
    delta = np.zeros_like(points)
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    for row in rows:
        delta[int(row[0])] = [float(value) for value in row[1:4]]
    return delta
