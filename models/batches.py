# SPDX-License-Identifier: GPL-3.0-or-later
"""Crops of labelled speech, stacked: what one training step sees."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .features import MELS, POWER_FLOOR

QUIET: Final = math.log(POWER_FLOOR)
"""Log mel power of digital silence: what lies before the start and after the end of a recording."""
OVERHANG: Final = 25
"""Frames a crop may reach beyond a recording on either side."""


@dataclass(frozen=True)
class Clip:
    """One utterance and whatever is known about it. T frames at 50 Hz, 2·T (or one more) mel frames.

    log_mels: float16[MELS, M] the recording, then disguised copies of it.
    phones: int16[T] class indices; -1 unknown.
    closures: float16[T] 1 where the lips must be sealed, -1 where they must be apart, 0 elsewhere.
    weights: float16[C, T] filmed ARKit weights; None unknown.
    measures: float16[G, T] mm (geometry.MEASURES), filmed or from the teacher; NaN unknown; None nothing known.
    trust: how much the measures count (1 filmed).
    rig: float16[R, T] FACEGOOD channels; None unknown.
    speaks: somebody speaks where phones is not silence; False for negatives; None unknown.
    emotion: index of the category, 0 neutral; -1 unknown.  arousal: -1..1; NaN unknown.
    """

    name: str
    speaker: str
    log_mels: tuple[NDArray[np.float16], ...]
    phones: NDArray[np.int16]
    closures: NDArray[np.float16]
    weights: NDArray[np.float16] | None = None
    measures: NDArray[np.float16] | None = None
    trust: float = 1.0
    rig: NDArray[np.float16] | None = None
    emotion: int = -1
    arousal: float = float("nan")


@dataclass(frozen=True)
class Batch:
    """B crops of T frames. NaN and -1 mean unknown, as in Clip."""

    log_mel: Tensor
    phones: Tensor
    closures: Tensor
    weights: Tensor
    measures: Tensor
    trust: Tensor
    rig: Tensor
    emotion: Tensor
    arousal: Tensor


@dataclass
class Sampler:
    """Draws batches: a group by its share, a clip of it, a copy, a place and a speed.

    groups: clips by group.  shares: how often each group is drawn (they need not sum to 1).
    sizes: number of curves, measures and rig channels, for clips that know none.
    p_copy: how often a copy is heard instead of the recording; p_microphone: how often that is the last one, a poor microphone.
    """

    groups: Mapping[str, Sequence[Clip]]
    shares: Mapping[str, float]
    sizes: tuple[int, int, int]
    generator: np.random.Generator
    frames: int = 150
    speed: float = 0.18
    p_copy: float = 0.5
    p_microphone: float = 0.3
    _names: list[str] = field(init=False)
    _odds: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self._names = [name for name in self.groups if self.groups[name] and self.shares.get(name, 0.0) > 0.0]
        odds = np.array([self.shares[name] for name in self._names])
        self._odds = odds / odds.sum()

    def batch(self, count: int) -> Batch:
        """The next batch of count crops."""
        names = self.generator.choice(self._names, size=count, p=self._odds)
        crops = [self.crop(self._pick(str(name))) for name in names]
        return Batch(*(torch.from_numpy(np.stack(parts)) for parts in zip(*crops, strict=True)))

    def background(self, group: str, count: int) -> Tensor:
        """float32[count, MELS, 2·frames] crops of one group's sound alone."""
        return torch.from_numpy(np.stack([self.crop(self._pick(group))[0] for _ in range(count)]))

    def _pick(self, name: str) -> Clip:
        clips = self.groups[name]
        return clips[int(self.generator.integers(len(clips)))]

    def crop(self, clip: Clip) -> tuple[Any, ...]:
        """The fields of Batch for one clip, at a random place and speed."""
        rate = float(np.exp(self.generator.uniform(-self.speed, self.speed))) if self.generator.random() < 0.7 else 1.0
        frames = self.frames
        known = len(clip.phones)
        slack = known - frames * rate
        start = self.generator.uniform(min(-OVERHANG, slack), max(slack + OVERHANG, 0.0))
        start = float(np.round(start)) if rate == 1.0 else start
        curves, measures, rig = self.sizes
        at = start + np.arange(frames) * rate
        nearest = np.round(at).astype(int)
        inside = (nearest >= 0) & (nearest < known)
        nearest = np.clip(nearest, 0, known - 1)
        return (
            self._mel(clip, start, rate),
            np.where(inside, clip.phones[nearest], 0 if (clip.phones >= 0).any() else -1).astype(np.int64),
            np.where(inside, clip.closures[nearest], 0.0).astype(np.float32),
            _track(clip.weights, at, inside, curves),
            _track(clip.measures, at, inside, measures),
            np.float32(clip.trust),
            _track(clip.rig, at, inside, rig),
            np.int64(clip.emotion),
            np.float32(clip.arousal),
        )

    def _mel(self, clip: Clip, start: float, rate: float) -> NDArray[np.float32]:
        copies = clip.log_mels
        chosen = copies[0]
        if len(copies) > 1 and self.generator.random() < self.p_copy:
            poor = self.generator.random() < self.p_microphone
            chosen = copies[-1] if poor else copies[int(self.generator.integers(1, len(copies)))]
        at = 2.0 * start + 0.5 * (1.0 - rate) + np.arange(2 * self.frames) * rate
        mel = _track(chosen, at, (at > -0.5) & (at < chosen.shape[1] - 0.5), MELS)
        return np.nan_to_num(mel, nan=QUIET)


def _track(
    values: NDArray[np.float16] | None, at: NDArray[np.floating[Any]], inside: NDArray[np.bool_], channels: int
) -> NDArray[np.float32]:
    """float32[channels, len(at)] values interpolated at fractional frames; NaN where unknown."""
    if values is None:
        return np.full((channels, len(at)), np.nan, np.float32)
    last = values.shape[1] - 1
    place = np.clip(at, 0.0, last)
    low = place.astype(int)
    share = (place - low).astype(np.float32)
    lower = values[:, low].astype(np.float32)
    mixed = lower + (values[:, np.minimum(low + 1, last)] - lower) * share if share.any() else lower
    mixed[:, ~inside] = np.nan
    return mixed
