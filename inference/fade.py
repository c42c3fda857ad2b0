# SPDX-License-Identifier: GPL-3.0-or-later
"""The ends of a line: the face comes from rest before the first frame and goes back to it after the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .animation import Anchor, Animation, Layer
from .rowwise import stretches
from .spool import evict, zeros


def faded(animation: Animation, lead: int, trail: int) -> Animation:
    """The animation with `lead` frames before it and `trail` frames after it, in which everything leaves rest and returns to it.

    The first of the new frames and the last one are at rest (zero) exactly. The frames in between are the first and the last
    one of the animation, ramped without a corner (the smooth step 3t² - 2t³).
    """
    before, after = _ramp(lead), _ramp(trail)[::-1]

    def longer(values: NDArray[np.float32]) -> NDArray[np.float32]:
        if len(values) == 0:
            return np.zeros((lead + trail, *values.shape[1:]), np.float32)
        shape = (-1, *([1] * (values.ndim - 1)))
        joined = zeros((lead + len(values) + trail, *values.shape[1:]))
        joined[:lead], joined[lead + len(values) :] = before.reshape(shape) * values[:1], after.reshape(shape) * values[-1:]
        for part, _, _ in stretches(len(values), 0):
            joined[lead:][part] = values[part]
            evict(values)
            evict(joined)
        return joined

    count = len(animation.shapes)
    anchors = tuple(Anchor(each.frame + lead, each.kind, each.channels) for each in animation.anchors)
    ends = [0.0] * bool(lead) + [float(lead + count + trail - 1)] * bool(trail)
    return replace(
        animation,
        start=animation.start - lead / animation.fps,
        shapes=longer(animation.shapes),
        layers=_Faded(animation.layers, longer),
        emotion=longer(animation.emotion),
        arousal=longer(animation.arousal),
        blink=longer(animation.blink),
        gaze=longer(animation.gaze),
        head=longer(animation.head),
        anchors=tuple(sorted((*anchors, *(Anchor(frame, "edge") for frame in ends)), key=lambda anchor: anchor.frame)),
    )


@dataclass(frozen=True, eq=False)
class _Faded(Mapping[Layer, NDArray[np.float32]]):
    """Layers that are faded when they are asked for."""

    layers: Mapping[Layer, NDArray[np.float32]]
    longer: Callable[[NDArray[np.float32]], NDArray[np.float32]]

    def __getitem__(self, layer: Layer) -> NDArray[np.float32]:
        return self.longer(self.layers[layer])

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)


def _ramp(frames: int) -> NDArray[np.float32]:
    """float32[frames] from 0 towards 1, which is reached one frame later."""
    t = np.arange(frames) / max(frames, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
