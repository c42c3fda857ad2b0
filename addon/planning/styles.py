# SPDX-License-Identifier: GPL-3.0-or-later
"""The style that a character wears, and learning one from what a face shows and its sound."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...inference.errors import ParlanceError
from ...inference.style import Style, Worn, from_json
from ..lines.data import Plan


def worn(root: Any) -> Worn | None:
    """The style that a character wears; None for none. Raises ParlanceError where the file's is damaged."""
    settings = root.parlance
    return Worn(_read(settings.style), settings.style_strength) if settings.style else None


@lru_cache(maxsize=16)
def _read(text: str) -> Style:
    return from_json(text)


def learned(name: str, planned: Plan, draft: Any, shown: NDArray[np.float32]) -> Any:
    """A `style_fit.Fitted` from what a face shows, float32[frames, 52], while it says what a plan was made for.

    draft: of that plan. Raises ParlanceError as `style_fit.fit`.
    """
    from ...inference.acting import Extent, Performer, act
    from ...inference.direction import Direction
    from ...inference.learning import style_fit

    plain = act(
        draft.performance,
        Direction(emotion_strength=0.0),
        fps=planned.fps,
        start=planned.first / planned.fps,
        extent=Extent(frames=planned.count),
        performer=Performer(planned.rigging.geometry),
    )
    times = np.arange(planned.count) / planned.fps
    if len(shown) != planned.count:
        raise ParlanceError("The animation and the sound are not equally long; generate the line again.")
    material = style_fit.Material.of(plain.layers["speech"], shown, times, draft.performance.posteriors)
    found = style_fit.fit(name, material)
    return replace(found, style=replace(found.style, habits=style_fit.habits(shown, plain.shapes, planned.fps)))
