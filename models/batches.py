# SPDX-License-Identifier: GPL-3.0-or-later
"""Crops of labelled speech, stacked: what one training step sees."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .features import MELS, POWER_FLOOR

QUIET: Final = math.log(POWER_FLOOR)
"""Log mel power of digital silence: what lies before the start and after the end of a recording."""
OVERHANG: Final = 25
"""Frames a crop may reach beyond a recording on either side."""
SPLICEABLE: Final = ("an4", "emodb", "nathalie_nl", "kathleen_en", "picovoice_orders", "picovoice_wake", "speech_commands")
"""Groups whose labels are exact enough to cut between phones. Film is left whole: lips on it run ahead of the sound."""
TURNS: Final = 3
"""Clips of a group that take turns in a spliced crop."""
WORDS: Final = ("speech_commands", "picovoice_wake", "arabic_commands")
"""Groups of single words, strung together until they fill a crop."""
PIECE: Final = (12, 40)
"""Fewest and most frames of a piece before it waits for the end of a phone."""
UNTAUGHT: Final = 3
"""Frames on either side of a joint where nobody knows what the lips do."""
LOUD: Final = 0.9
"""Quantile of the strongest mel bands that pieces are brought to the same level by."""


@dataclass(frozen=True)
class Clip:
    """One utterance and whatever is known about it. T frames at 50 Hz, 2·T (or one more) mel frames.

    log_mels: float16[MELS, M] the recording, then augmented copies of it.
    phones: int16[T] class indices; -1 unknown.
    contact: int8[T] what labels.frame_contact asks of the lips; 0 nothing.
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
    contact: NDArray[np.int8]
    weights: NDArray[np.float16] | None = None
    measures: NDArray[np.float16] | None = None
    trust: float = 1.0
    rig: NDArray[np.float16] | None = None
    emotion: int = -1
    arousal: float = float("nan")


class Crop(NamedTuple):
    """So many frames of a clip at some speed, as Clip names them. NaN and -1 mean unknown."""

    log_mel: NDArray[np.float32]
    phones: NDArray[np.int64]
    contact: NDArray[np.int64]
    weights: NDArray[np.float32]
    measures: NDArray[np.float32]
    trust: np.float32
    rig: NDArray[np.float32]
    emotion: np.int64
    arousal: np.float32


@dataclass(frozen=True)
class Batch:
    """B crops of T frames, the fields of Crop stacked."""

    log_mel: Tensor
    phones: Tensor
    contact: Tensor
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
    p_splice: how often a crop of a group in SPLICEABLE is pieced together from several of its clips.
    """

    groups: Mapping[str, Sequence[Clip]]
    shares: Mapping[str, float]
    sizes: tuple[int, int, int]
    generator: np.random.Generator
    frames: int = 150
    speed: float = 0.18
    p_copy: float = 0.5
    p_microphone: float = 0.3
    p_splice: float = 0.15
    _names: list[str] = field(init=False)
    _odds: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self._names = [name for name in self.groups if self.groups[name] and self.shares.get(name, 0.0) > 0.0]
        odds = np.array([self.shares[name] for name in self._names])
        self._odds = odds / odds.sum()

    def batch(self, count: int) -> Batch:
        """The next batch of count crops."""
        names = self.generator.choice(self._names, size=count, p=self._odds)
        crops = [self._draw(str(name)) for name in names]
        return Batch(*(torch.from_numpy(np.stack(parts)) for parts in zip(*crops, strict=True)))

    def _draw(self, name: str) -> Crop:
        if name in SPLICEABLE and self.generator.random() < self.p_splice:
            return self.splice([self.crop(self._pick(name)) for _ in range(TURNS)])
        return self.crop(self._pick(name))

    def splice(self, crops: Sequence[Crop]) -> Crop:
        """Crops that take turns, changing where a phone ends: sounds in no order a text has. What the lips do around a joint, and
        the mood of the whole, are unknown."""
        levels = [level(crop.log_mel) for crop in crops]
        first = crops[0]
        result = first._replace(
            log_mel=first.log_mel.copy(),
            phones=first.phones.copy(),
            contact=first.contact.copy(),
            weights=first.weights.copy(),
            measures=first.measures.copy(),
            rig=first.rig.copy(),
            emotion=np.int64(-1),
            arousal=np.float32(np.nan),
        )
        at = turn = 0
        while True:
            at += int(self.generator.integers(*PIECE))
            ends = np.flatnonzero(np.diff(crops[turn].phones[at:]))
            if not len(ends):
                return result
            at += int(ends[0]) + 1
            turn = (turn + 1) % len(crops)
            result.log_mel[:, 2 * at :] = crops[turn].log_mel[:, 2 * at :] + (levels[0] - levels[turn])
            for name in ("phones", "contact", "weights", "measures", "rig"):
                getattr(result, name)[..., at:] = getattr(crops[turn], name)[..., at:]
            joint = slice(max(0, at - UNTAUGHT), at + UNTAUGHT)
            for name in ("weights", "measures", "rig"):
                getattr(result, name)[..., joint] = np.nan
            result.contact[at - 1 : at + 1] = 0

    def background(self, group: str, count: int) -> Tensor:
        """float32[count, MELS, 2·frames] crops of one group's sound alone."""
        return torch.from_numpy(np.stack([self.crop(self._pick(group))[0] for _ in range(count)]))

    def _pick(self, name: str) -> Clip:
        clips = self.groups[name]
        picked = [clips[int(self.generator.integers(len(clips)))]]
        while name in WORDS and sum(len(clip.phones) for clip in picked) < self.frames:
            picked.append(clips[int(self.generator.integers(len(clips)))])
        return strung(picked) if len(picked) > 1 else picked[0]

    def crop(self, clip: Clip) -> Crop:
        """Some frames of a clip, at a random place and speed."""
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
        return Crop(
            self._mel(clip, start, rate),
            np.where(inside, clip.phones[nearest], 0 if (clip.phones >= 0).any() else -1).astype(np.int64),
            np.where(inside, clip.contact[nearest], 0).astype(np.int64),
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


def strung(clips: Sequence[Clip]) -> Clip:
    """Clips of one group one after another, as loud as the first; whatever one of them does not know, the whole does not."""

    def joined(parts: Sequence[NDArray[Any] | None]) -> NDArray[Any] | None:
        known = [part for part in parts if part is not None]
        return np.concatenate(known, axis=-1) if len(known) == len(parts) else None

    mels = []
    for copies in zip(*(clip.log_mels for clip in clips), strict=True):
        levels = [level(mel) for mel in copies]
        pairs = zip(copies, clips, levels, strict=True)
        mels.append(np.concatenate([mel[:, : 2 * len(clip.phones)] + (levels[0] - own) for mel, clip, own in pairs], axis=1))
    return replace(
        clips[0],
        log_mels=tuple(mels),
        phones=np.concatenate([clip.phones for clip in clips]),
        contact=np.concatenate([clip.contact for clip in clips]),
        weights=joined([clip.weights for clip in clips]),
        measures=joined([clip.measures for clip in clips]),
        rig=joined([clip.rig for clip in clips]),
    )


def level(log_mel: NDArray[np.floating[Any]]) -> float:
    """Log power of the strongest bands of the louder frames."""
    return float(np.quantile(log_mel.max(axis=0), LOUD))


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
