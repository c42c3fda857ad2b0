# SPDX-License-Identifier: GPL-3.0-or-later
"""Redo a stretch: one animation outside, another inside, no seam between them.

The lip gap is linear in the shapes' weights, so that a mouth that is closed in both animations is closed in every mix of them:
a fade across a closure does not open it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..animation import Anchor, Animation


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
    """`outside` with `inside` between the frames `start` and `end` (indices into both, which have the same length).

    Value and slope are those of `outside` at both ends. Raises ValueError for animations of different length.
    """
    count = len(outside.shapes)
    if len(inside.shapes) != count:
        raise ValueError(f"Only animations of one length can be spliced, not of {count} and {len(inside.shapes)} frames.")
    weights = fade_weights(count, start, end, fade)

    def mixed(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
        column = weights if a.ndim == 1 else weights[:, None]
        return np.where(column > 0, a + column * (b - a), a)

    return replace(
        outside,
        shapes=mixed(outside.shapes, inside.shapes),
        layers={layer: mixed(curves, inside.layers[layer]) for layer, curves in outside.layers.items()},
        emotion=mixed(outside.emotion, inside.emotion),
        arousal=mixed(outside.arousal, inside.arousal),
        blink=mixed(outside.blink, inside.blink),
        gaze=mixed(outside.gaze, inside.gaze),
        head=mixed(outside.head, inside.head),
        anchors=_anchors(outside, inside, start, end),
    )


def _anchors(outside: Animation, inside: Animation, start: float, end: float) -> tuple[Anchor, ...]:
    kept = [anchor for anchor in outside.anchors if not start < anchor.frame < end]
    new = [anchor for anchor in inside.anchors if start < anchor.frame < end]
    return tuple(sorted((*kept, *new), key=lambda anchor: anchor.frame))
