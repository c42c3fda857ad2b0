# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the sliders of the mouth do what they are named after: python -m parlance.models.evaluate.sliders.

Real speech is acted twice, at a slider's default and at its top, and what the slider names is compared.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import arkit
from ...inference.acting import act
from ...inference.animation import Animation
from ...inference.direction import Direction, controls
from ...inference.geometry import INDEX, measure
from ...inference.performance import FRAME_RATE, Performance
from ...inference.phones import BILABIAL, VOWEL
from ...inference.pipeline import direction as direction_of
from .lips import heard
from .table import write

FPS: Final = 30.0
CORPORA: Final = ("kathleen_en", "an4", "nathalie_nl")
EACH: Final = 12
Measured = Callable[[Animation, Performance], float]


_LIPS: Final = ("mouthFunnel", "mouthPucker", "mouthSmile", "mouthStretch", "mouthLowerDown", "mouthUpperUp")


def _columns(*prefixes: str) -> NDArray[np.int64]:
    return np.array([index for index, name in enumerate(arkit.NAMES) if name.startswith(prefixes)])


def shapes(*prefixes: str) -> Measured:
    """The mean weight of shapes over a whole animation."""
    columns = _columns(*prefixes)
    return lambda animation, _: float(animation.layers["speech"][:, columns].mean())


def _gap(animation: Animation) -> NDArray[np.float32]:
    return measure(animation.shapes)[:, INDEX["gap"]]


def _spoken(animation: Animation, performance: Performance, symbols: Callable[[str], bool]) -> NDArray[np.bool_]:
    """bool[F] the frames in which such phones are said."""
    times = np.arange(len(animation.shapes)) / animation.fps
    inside = np.zeros(len(times), bool)
    for phone in performance.phones:
        if symbols(phone.symbol):
            inside |= (times >= phone.start) & (times < phone.end)
    return inside


def _mean(values: NDArray[np.float32]) -> float:
    return float(values.mean()) if values.size else float("nan")


def _pressed(animation: Animation, performance: Performance) -> float:
    columns = _columns("mouthPress", "mouthRoll")
    return _mean(animation.shapes[_spoken(animation, performance, BILABIAL.__contains__)][:, columns])


def _open(animation: Animation, performance: Performance) -> float:
    return float(_gap(animation)[_spoken(animation, performance, lambda symbol: symbol != "sil")].mean())


def _pausing(animation: Animation, performance: Performance) -> float:
    sounds = [phone for phone in performance.phones if phone.symbol != "sil"]
    times = np.arange(len(animation.shapes)) / animation.fps
    silent = _spoken(animation, performance, lambda symbol: symbol == "sil")
    return _mean(_gap(animation)[silent & (times > sounds[0].end) & (times < sounds[-1].start)])


def _after(animation: Animation, performance: Performance) -> float:
    """Lip shapes in the quarter of a second after the last sound."""
    end = max(phone.end for phone in performance.phones if phone.symbol != "sil")
    first, last = (round((end + away) * animation.fps) for away in (0.1, 0.35))
    return _mean(animation.layers["speech"][first:last, _columns(*_LIPS)])


def _loud(animation: Animation, performance: Performance) -> float:
    """The opening in the loudest third of speech over that in the quietest."""
    rows = np.minimum((np.arange(len(animation.shapes)) / animation.fps * FRAME_RATE).astype(int), len(performance.loudness) - 1)
    spoken = _spoken(animation, performance, VOWEL.__contains__)
    loudness, gap = performance.loudness[rows][spoken], _gap(animation)[spoken]
    low, high = np.percentile(loudness, [33, 67])
    return _mean(gap[loudness >= high]) / _mean(gap[loudness <= low])


def _stressed(animation: Animation, performance: Performance) -> float:
    frames = [round((event.time + event.duration / 2) * animation.fps) for event in performance.events if event.kind == "accent"]
    return float(_gap(animation)[[frame for frame in frames if frame < len(animation.shapes)]].mean())


def _speed(animation: Animation, _: Performance) -> float:
    return float(np.abs(np.diff(_gap(animation))).mean())


def _side(animation: Animation, _: Performance) -> float:
    left = [index for index, name in enumerate(arkit.NAMES) if name.startswith("mouth") and name.endswith("Left")]
    return float(animation.shapes[:, left].mean() / animation.shapes[:, [arkit.MIRROR[index] for index in left]].mean())


NAMED: Final[dict[str, tuple[str, Measured]]] = {
    "jaw": ("jawOpen", shapes("jawOpen")),
    "lips": ("all lip shapes", shapes(*_LIPS)),
    "articulation": (
        "all lip shapes, spread in time",
        lambda animation, _: float(animation.layers["speech"][:, _columns(*_LIPS)].std(axis=0).mean()),
    ),
    "rounding": ("funnel, pucker", shapes("mouthFunnel", "mouthPucker")),
    "spread": ("smile, stretch, dimple", shapes("mouthSmile", "mouthStretch", "mouthDimple")),
    "teeth": ("lowerDown, upperUp", shapes("mouthLowerDown", "mouthUpperUp")),
    "tongue": ("tongueOut", shapes("tongueOut")),
    "press": ("press, rolls in p b m", _pressed),
    "loudness": ("gap in loud beside quiet vowels", _loud),
    "stress": ("gap on accents, mm", _stressed),
    "mouth_smoothing": ("speed of the gap, mm a frame", _speed),
    "hold": ("gap in speech, mm", _open),
    "relax": ("lip shapes after the last sound", _after),
    "pauses": ("gap in pauses, mm", _pausing),
    "lips_apart": ("gap in speech, mm", _open),
    "corners": ("smile", lambda animation, _: float(animation.shapes[:, _columns("mouthSmile")].mean())),
    "lopsided": ("left beside right", _side),
    "jaw_forward": ("jawForward", lambda animation, _: float(animation.shapes[:, arkit.INDEX["jawForward"]].mean())),
}
"""What each slider of speech and mouth names, and how it is measured."""


def table(performances: Sequence[Performance]) -> dict[str, dict[str, float]]:
    """For each slider: what it names at its default and at its top, and the ratio."""
    rows = {}
    tops = {item.name: item.high for item in controls()}
    for name, (what, measured) in NAMED.items():
        default, top = (
            float(np.nanmean([measured(act(each, direction, fps=FPS, start=0.0), each) for each in performances]))
            for direction in (Direction(), direction_of(None, {name: tops[name]}))
        )
        rows[f"{name} ({what})"] = {"top": tops[name], "at default": default, "at top": top, "ratio": top / max(default, 1e-9)}
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="What each slider of the mouth does to what it names.")
    parser.add_argument("--out", type=Path, default=Path("out/sliders"))
    options = parser.parse_args(arguments)
    performances = [performance for corpus in CORPORA for _, performance in heard(corpus, "valid", EACH)]
    print(write({"Sliders of the mouth": table(performances)}, options.out))


if __name__ == "__main__":
    main()
