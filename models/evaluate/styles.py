# SPDX-License-Identifier: GPL-3.0-or-later
"""What a learned style is worth on a captured actor: on seconds kept aside, and on another take altogether.

Run it with `python build.py bench styles`.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ...inference import files
from ...inference.acting import Extent, act
from ...inference.direction import Direction
from ...inference.hearing import hear
from ...inference.learning import style_fit
from ...inference.learning.style_fit import MOVES, Material
from ...inference.performance import FRAME_RATE
from ...inference.style import Worn, applied
from ..corpora.reader import data_folder
from ..targets import facegood

TAKES = ("1114_2_02", "1114_2_05")


def main() -> None:
    """Print the table."""
    takes = {take: found for take in TAKES if (found := _material(take)) is not None}
    print("| learned from | checked on | error before | after | agreement before | after |")
    print("|---|---|---|---|---|---|")
    for take, (material, _) in takes.items():
        fitted = style_fit.fit(take, material)
        figures = (fitted.error_before, fitted.error_after, fitted.likeness_before, fitted.likeness_after)
        _row(take, "its seconds kept aside", *figures)
    for one, other in permutations(takes, 2):
        worn = Worn(style_fit.fit(one, takes[one][0]).style)
        material, posteriors = takes[other]
        used = material.used
        moving = [index for index in used if material.shown[:, index].std() > MOVES]
        before = style_fit.compared(material.asked, material.shown, used, moving)
        after = style_fit.compared(applied(material.asked, worn, material.times, posteriors), material.shown, used, moving)
        _row(one, other, before[0], after[0], before[1], after[1])


def _row(one: str, other: str, *figures: float) -> None:
    print(f"| {one} | {other} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")


def _material(take: str) -> tuple[Material, NDArray[np.float32]] | None:
    face = facegood.captured(take)
    if face is None:
        return None
    heard = hear(files.read(data_folder() / "audio" / facegood.CORPUS / f"{take}.opus"))
    frames = min(len(face.weights), len(heard.curves))
    asked = act(heard, Direction(emotion_strength=0.0), fps=FRAME_RATE, start=0.0, extent=Extent(frames=frames)).layers["speech"]
    shown = np.nan_to_num(face.weights[:frames]).astype(np.float32)
    return Material.of(asked, shown, np.arange(frames) / FRAME_RATE, heard.posteriors), heard.posteriors


if __name__ == "__main__":
    main()
