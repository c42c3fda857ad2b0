# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning a style: regularised least squares on some seconds of a performance, checked on others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..errors import ParlanceError
from ..style import LATEST, SHAPES, Style, Worn, delayed, presence, shaped
from .classes import GROUPS

SHORTEST: Final = 10.0
"""Seconds of speech to learn from at least."""
BLOCK: Final = 1.5
"""Seconds of the stretches that are learned from, every fourth of which is kept aside to check with."""
STIFFNESS: Final = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""How strongly coefficients are held at “as it is”, as a share of what the data say; chosen by cross-validation."""
MOVES: Final = 0.02
"""Standard deviation of a weight from which a shape counts in the comparison."""
ALIKE: Final = 0.005
"""Error of weights under which a face is taken for our own animation: half of what keys may miss."""
_BLINK: Final = 0.5


@dataclass(frozen=True)
class Material:
    """What is learned from: what speech asks and what was shown, float32[F, 52] each at seconds `times` of the sound.

    classes: `style.presence` at these times.
    """

    asked: NDArray[np.float32]
    shown: NDArray[np.float32]
    times: NDArray[np.float64]
    classes: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        asked: NDArray[np.float32],
        shown: NDArray[np.float32],
        times: NDArray[np.float64],
        posteriors: NDArray[np.float32],
    ) -> Material:
        """From phone probabilities at FRAME_RATE."""
        return cls(asked, shown, times, presence(posteriors, times))

    @property
    def speaks(self) -> NDArray[np.bool_]:
        """Where something is said."""
        return np.asarray(self.classes.sum(axis=1) > 0.5)

    @property
    def seconds(self) -> float:
        """Of speech."""
        return float(self.speaks.sum()) * float(np.median(np.diff(self.times))) if len(self.times) > 1 else 0.0

    @property
    def block(self) -> NDArray[np.int_]:
        """Which stretch each frame is in, of four in turn."""
        return np.asarray(np.floor((self.times - self.times[0]) / BLOCK).astype(int) % 4)

    @property
    def used(self) -> list[int]:
        """The shapes that move at all."""
        least = MOVES / 2
        return [index for index in SHAPES if self.shown[:, index].std() > least or self.asked[:, index].std() > least]

    def where(self, rows: NDArray[np.bool_]) -> Material:
        """Some of its frames."""
        return Material(self.asked[rows], self.shown[rows], self.times[rows], self.classes[rows])


@dataclass(frozen=True)
class Fitted:
    """A style, and what it is worth on seconds that it was not learned from.

    Root mean square error and correlation, before and after; `seconds` of speech were learned from.
    """

    style: Style
    error_before: float
    error_after: float
    likeness_before: float
    likeness_after: float
    seconds: float

    @property
    def sentence(self) -> str:
        """For people."""
        before, after = f"{self.likeness_before:.2f}", f"{self.likeness_after:.2f}"
        agreement = f"the agreement from {before} to {after}" if before != after else f"the agreement stayed {after}"
        return (
            f"Learned from {self.seconds:.0f} s; on seconds kept aside the error went from {self.error_before:.3f} to "
            f"{self.error_after:.3f}, {agreement}"
        )


def fit(name: str, material: Material) -> Fitted:
    """Learn how what was shown differs from what speech asks.

    Raises ParlanceError where there is too little speech, or nothing that holds on the seconds kept aside.
    """
    if material.seconds < SHORTEST:
        raise ParlanceError(f"There are {material.seconds:.0f} s of speech to learn from; at least {SHORTEST:.0f} s are needed.")
    aside, used = material.block == 3, material.used
    lag = _lag(material.where(~aside & material.speaks), material)
    late = replace(material, asked=delayed(material.asked, material.times, lag))
    stiffness = min(STIFFNESS, key=lambda each: _left_out(late, used, each))
    checked, kept = late.where(~aside), late.where(aside)
    style = _learned(checked, used, stiffness)
    moving = [index for index in used if kept.shown[:, index].std() > MOVES]
    before = compared(material.asked[aside], kept.shown, used, moving)
    after = compared(shaped(kept.asked, Worn(style), kept.classes), kept.shown, used, moving)
    if before[0] < ALIKE:
        raise ParlanceError("This mouth moves as ours does already, so there is no style to learn from it.")
    if not after[0] < before[0]:
        raise ParlanceError("Nothing was learned that holds on other seconds: this mouth differs from ours by chance alone.")
    whole = replace(_learned(late, used, stiffness), name=name, lag=lag)
    return Fitted(whole, before[0], after[0], before[1], after[1], material.seconds)


def _learned(late: Material, used: list[int], stiffness: float) -> Style:
    gain, offset = np.ones(arkit.COUNT, np.float32), np.zeros(arkit.COUNT, np.float32)
    by_class = np.zeros((len(GROUPS), arkit.COUNT), np.float32)
    speaks = np.minimum(late.classes.sum(axis=1), 1.0)
    for index in used:
        rows = np.column_stack([late.asked[:, index], speaks, late.classes]).astype(np.float64)
        usual = np.zeros(rows.shape[1])
        usual[0] = 1.0
        # Each coefficient is held by what a typical row says of it, so that rare sounds stay close to what they were.
        hold = stiffness * len(rows) * np.maximum((rows**2).mean(axis=0), 1e-4)
        hold[2:] += stiffness * len(rows) * 0.01
        missing = late.shown[:, index] - rows @ usual
        change = np.linalg.solve(rows.T @ rows + np.diag(hold), rows.T @ missing)
        gain[index], offset[index], by_class[:, index] = 1.0 + change[0], change[1], change[2:]
    return Style("", 0.0, np.clip(gain, 0.0, 4.0), np.clip(offset, -1, 1), np.clip(by_class, -1, 1))


def _left_out(late: Material, used: list[int], stiffness: float) -> float:
    """The error on blocks left out in turn, of those that are learned from."""
    total = 0.0
    for part in range(3):
        out = late.where(late.block == part)
        style = _learned(late.where((late.block != part) & (late.block != 3)), used, stiffness)
        total += float(((shaped(out.asked, Worn(style), out.classes) - out.shown)[:, used] ** 2).sum())
    return total


def _lag(rows: Material, whole: Material) -> float:
    """Seconds by which the shown mouth is behind: where the shapes that move agree best on some rows of the whole."""
    moving = [index for index in SHAPES if rows.shown[:, index].std() > MOVES and rows.asked[:, index].std() > MOVES]
    if not moving:
        return 0.0
    chosen = np.isin(whole.times, rows.times)

    def agreement(lag: float) -> float:
        late = delayed(whole.asked[:, moving], whole.times, lag)[chosen]
        return float(np.mean([_correlation(late[:, n], rows.shown[:, index]) for n, index in enumerate(moving)]))

    steps = np.arange(-LATEST, LATEST + 1e-6, 0.01)
    return round(float(steps[int(np.argmax([agreement(float(step)) for step in steps]))]), 3)


def compared(one: NDArray[np.float32], other: NDArray[np.float32], used: list[int], moving: list[int]) -> tuple[float, float]:
    """Root mean square difference, and mean correlation of the shapes that move."""
    error = float(np.sqrt(((one - other)[:, used] ** 2).mean())) if used else 0.0
    return error, float(np.mean([_correlation(one[:, index], other[:, index]) for index in moving])) if moving else 0.0


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    spread = float(one.std() * other.std())
    return float(((one - one.mean()) * (other - other.mean())).mean() / spread) if spread > 1e-9 else 0.0


def habits(shown: NDArray[np.float32], asked: NDArray[np.float32], fps: float) -> dict[str, float]:
    """Sliders that go with a style: how often the eyes blink, and how far the brows move against ours."""
    found: dict[str, float] = {}
    lids = shown[:, [arkit.INDEX["eyeBlinkLeft"], arkit.INDEX["eyeBlinkRight"]]].min(axis=1) > _BLINK
    minutes = len(lids) / fps / 60.0
    if lids.any():
        found["blink_rate"] = float(np.clip(np.count_nonzero(np.diff(lids.astype(int)) > 0) / minutes, 2.0, 60.0))
    brows = list(arkit.REGIONS["brows"])
    ours, theirs = float(asked[:, brows].std(axis=0).sum()), float(shown[:, brows].std(axis=0).sum())
    if ours > MOVES and theirs > MOVES:
        found["brow_amount"] = float(np.clip(theirs / ours, 0.0, 2.0))
    return {name: round(value, 3) for name, value in found.items()}
