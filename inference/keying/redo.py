# SPDX-License-Identifier: GPL-3.0-or-later
"""Redo a stretch: one animation outside, another inside, no seam between them.

The lip gap is linear in the shapes' weights, so that a mouth that is closed in both animations is closed in every mix of them:
a fade across a closure does not open it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..animation import Anchor, Animation, Layer
from ..arrays import Floats


def frames_between(count: int, start: float, end: float) -> slice:
    """The frames of `count` that `spliced` needs of what goes in between two of them; none where that is elsewhere."""
    first = min(max(math.floor(start), 0), count)
    return slice(first, min(max(math.ceil(end) + 1, first), count))


def fade_weights(count: int, start: float, end: float, fade: float) -> NDArray[np.float32]:
    """float32[count]: 0 up to frame `start` and from `end` on, 1 in between, with smooth shoulders `fade` frames long.

    The shoulders lie inside and start and end without slope or curvature (the fifth-degree ramp of Perlin 2002);
    where there is no room for both, they meet in the middle.
    """
    length = max(end - start, 1e-6)
    fade = max(min(fade, length / 2), 1e-6)
    frame = np.arange(count)
    share = np.clip(np.minimum(frame - start, end - frame) / fade, 0.0, 1.0)
    weights: NDArray[np.float32] = (share**3 * (share * (6 * share - 15) + 10)).astype(np.float32)
    return weights


def spliced(outside: Animation, inside: Animation, start: float, end: float, fade: float) -> Animation:
    """`outside` with `inside` between the frames `start` and `end`, which are indices into `outside`.

    inside: as long as `outside`, or of the frames that `frames_between` says alone.
    Value and slope are those of `outside` at both ends. Raises ValueError for animations of other lengths.
    """
    count = len(outside.shapes)
    part = slice(0, count) if len(inside.shapes) == count else frames_between(count, start, end)
    if len(inside.shapes) != part.stop - part.start:
        raise ValueError(f"Into {count} frames as many can be spliced, or those between alone, but not {len(inside.shapes)}.")
    weights = fade_weights(count, start, end, fade)[part]

    def mixed(a: Floats, b: Floats) -> Floats:
        column, both = weights.reshape(-1, *[1] * (a.ndim - 1)), a.copy()
        both[part] = np.where(column > 0, a[part] + column * (b - a[part]), a[part])
        return both

    anchors = tuple(replace(anchor, frame=anchor.frame + part.start) for anchor in inside.anchors)
    return replace(
        outside,
        shapes=mixed(outside.shapes, inside.shapes),
        layers=_Mixed(outside.layers, inside.layers, mixed),
        emotion=mixed(outside.emotion, inside.emotion),
        arousal=mixed(outside.arousal, inside.arousal),
        blink=mixed(outside.blink, inside.blink),
        gaze=mixed(outside.gaze, inside.gaze),
        head=mixed(outside.head, inside.head),
        anchors=_anchors(outside.anchors, anchors, start, end),
    )


@dataclass(frozen=True, eq=False)
class _Mixed(Mapping[Layer, Floats]):
    """Layers that are spliced when they are asked for: most never are."""

    outside: Mapping[Layer, Floats]
    inside: Mapping[Layer, Floats]
    mixed: Callable[[Floats, Floats], Floats]

    def __getitem__(self, layer: Layer) -> Floats:
        return self.mixed(self.outside[layer], self.inside[layer])

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.outside)

    def __len__(self) -> int:
        return len(self.outside)


def _anchors(outside: tuple[Anchor, ...], inside: tuple[Anchor, ...], start: float, end: float) -> tuple[Anchor, ...]:
    kept = [anchor for anchor in outside if not start < anchor.frame < end]
    new = [anchor for anchor in inside if start < anchor.frame < end]
    return tuple(sorted((*kept, *new), key=lambda anchor: anchor.frame))
