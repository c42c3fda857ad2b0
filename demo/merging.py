# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of keys that an artist has changed when a slider moves: a plot of the jaw, for the tour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import plots

from parlance.inference import arkit
from parlance.inference.animation import Animation
from parlance.inference.keying import Keys, Record, fit, regenerate

JAW = arkit.INDEX["jawOpen"]


def plot(before: Animation, after: Animation, path: Path) -> None:
    """Draw the keys of the jaw before and after a slider has moved from 1.0 to 1.5, with what an artist changed in between."""
    generated, wanted = (fit(each.shapes[:, JAW], 0, tolerance=0.01, anchors=_anchors(each)) for each in (before, after))
    edited = _edited(generated)
    merged = regenerate(Record(generated, generated), wanted, edited)
    plots.plot_merge(
        {"generated, jaw 1.0": generated, "changed by hand": edited, "generated, jaw 1.5": wanted, "merged": merged.written},
        [(edit.start, edit.end) for edit in merged.edits],
        round(before.fps),
        path,
    )


def _anchors(animation: Animation) -> list[int]:
    return [round(anchor.frame) for anchor in animation.anchors if not anchor.channels or JAW in anchor.channels]


def _edited(keys: Keys) -> Keys:
    """Two things an artist does: a key pulled up with its handles, and a key deleted."""
    pulled, deleted = len(keys.values) // 3, 2 * len(keys.values) // 3
    values, left, right = keys.values.copy(), keys.left.copy(), keys.right.copy()
    values[pulled] += 0.25
    left[pulled, 1] += 0.25
    right[pulled, 1] += 0.25
    kept = np.arange(len(values)) != deleted
    return Keys(keys.frames[kept], values[kept], left[kept], right[kept])
