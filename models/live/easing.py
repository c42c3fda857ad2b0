# SPDX-License-Identifier: GPL-3.0-or-later
"""How a live mouth is eased: python -m parlance.models.live.easing [--each 10], for EASED of inference/live/window.py.

A whole recording's gap and chin are eased over the frames on both sides. Live, those that come after are known less well the
further ahead they are. For each look-ahead the weights are found that bring the live gap nearest to the whole recording's eased
one, in how far it is open, how fast it moves, and how fast that changes: nearer alone would flicker.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import arkit, geometry
from ...inference.arrays import Doubles
from ...inference.articulation.shaping import STEADIED
from ...inference.hearing import engine, windows
from ...inference.live.ear import LOOK_AHEADS, Answer, Ear, live_engine
from ...inference.live.spectrum import Spectrum
from ...inference.live.window import EASED_BEFORE, PAST, Window
from ...inference.mel import SAMPLE_RATE
from ...inference.smoothing import smooth
from ..corpora import read_audio
from ..evaluate.lips import chosen
from .evaluate import GAP, VOICES

AHEAD: Final = 4
"""Frames after the one that is shown, at most."""
CALM: Final = 0.5
"""How much a difference in speed, and in what becomes of it, counts beside one in place."""
_RIDGE: Final = 1e-3
_SPOKEN: Final = 0.5
_REST: Final = float(geometry.REFERENCE.neutral[GAP])


def heard_live(wave: NDArray[np.float32]) -> list[Answer]:
    """What the live network says of a recording and of some silence after it."""
    ear, silence = Ear(live_engine()), np.zeros(SAMPLE_RATE, np.float32)
    return [ear.hear(pair) for pair in Spectrum().feed(np.concatenate([wave, silence]))]


def around(answers: Sequence[Answer], look_ahead: int) -> Doubles:
    """float64[T, K] mm beyond rest that the frames around each are open when it is shown."""
    window = Window(live_engine().spec.look_aheads, look_ahead)
    near = slice(PAST - EASED_BEFORE, PAST + min(AHEAD, look_ahead) + 1)
    rows = [geometry.measure(window.curves[near])[:, GAP] for answer in answers if window.add(answer)]
    return np.asarray(rows, np.float64) - _REST


def wanted(wave: NDArray[np.float32]) -> tuple[Doubles, NDArray[np.bool_]]:
    """float64[T] mm beyond rest of the whole recording, eased, and bool[T] where somebody speaks."""
    whole = engine()
    raw = windows.run(whole.executor, whole.spec, wave)
    curves = np.zeros((len(raw["curves"]), arkit.COUNT), np.float32)
    curves[:, [arkit.INDEX[name] for name in whole.spec.curves]] = raw["curves"]
    return np.asarray(smooth(geometry.measure(curves)[:, GAP], STEADIED), np.float64) - _REST, raw["speech"] > _SPOKEN


def fitted(pairs: Sequence[tuple[Doubles, Doubles, NDArray[np.bool_]]]) -> Doubles:
    """float64[K] by least squares over recordings: what is known around each frame, what is wanted, and where it counts."""
    count = pairs[0][0].shape[1]
    alike, sought = np.zeros((count, count)), np.zeros(count)
    for known, aim, spoken in pairs:
        frames = min(len(known), len(aim))
        for order, importance in enumerate((1.0, CALM, CALM)):
            near, far = np.diff(known[:frames], order, axis=0), np.diff(aim[:frames], order)
            counted = importance * spoken[: len(far), None]
            alike += (near * counted).T @ (near * counted)
            sought += (near * counted).T @ (far * counted[:, 0])
    return np.linalg.solve(alike + _RIDGE * np.trace(alike) / count * np.eye(count), sought)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=10, help="validation recordings of each corpus")
    options = parser.parse_args(arguments)
    waves = [read_audio(one.path) for corpus in VOICES for one in chosen(corpus, "valid", options.each)]
    said, aims = [heard_live(wave) for wave in waves], [wanted(wave) for wave in waves]
    for look_ahead in LOOK_AHEADS:
        weights = fitted([(around(answers, look_ahead), *aim) for answers, aim in zip(said, aims, strict=True)])
        print(f"{look_ahead}: ({', '.join(f'{weight:.2f}' for weight in weights)}),", flush=True)


if __name__ == "__main__":
    main()
