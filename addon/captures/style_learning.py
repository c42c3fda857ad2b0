# SPDX-License-Identifier: GPL-3.0-or-later
"""Learn how a character moves its mouth from what its face shows and its sound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...inference.acting import Extent, Performer, act
from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.learning import style_fit
from .said import Said


def learned(name: str, said: Said, shown: NDArray[np.float32]) -> style_fit.Fitted:
    """A style from what a face shows, float32[frames, 52], while the sound says that. Raises ParlanceError as `style_fit.fit`."""
    planned, performance = said.planned, said.draft.performance
    plain = act(
        performance,
        Direction(emotion_strength=0.0),
        fps=planned.fps,
        start=planned.first / planned.fps,
        extent=Extent(frames=planned.count),
        performer=Performer(planned.rigging.geometry),
    )
    times = np.arange(planned.count) / planned.fps
    if len(shown) != planned.count:
        raise ParlanceError("The animation and the sound are not equally long; generate the line again.")
    material = style_fit.Material.of(plain.layers["speech"], shown, times, performance.posteriors)
    found = style_fit.fit(name, material)
    return replace(found, style=replace(found.style, habits=style_fit.habits(shown, plain.shapes, planned.fps)))
