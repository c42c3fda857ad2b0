# SPDX-License-Identifier: GPL-3.0-or-later
"""What a confidence means: of the vocal sounds that `hear` lists with it, how many are right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from ...inference.hearing.vocal_evidence import RARITY
from .heard import Listened
from .product import found

BANDS: Final = (0.35, 0.5, 0.6, 0.7, 0.8, 1.01)


def tell(sounds: Sequence[Listened], split: str) -> None:
    """Of recordings and speech of a split, by kind and confidence: how many are right, of how many; breaths between words aside.

    And their share where each kind comes as often as RARITY says beside that speech: among the recordings are more efforts than
    in anything that people say.
    """
    mine = [
        sound for sound in sounds if (sound.split == "test") == (split == "test") and not sound.made and sound.group != "songs"
    ]
    hours = sum(sound.seconds for sound in mine if sound.kind == "speech") / 3600
    counts = Counter(sound.kind for sound in mine)
    weight = {kind: RARITY[kind] * hours / counts[kind] for kind in RARITY if counts[kind]}
    shown: dict[str, list[tuple[float, bool, float]]] = defaultdict(list)
    for sound in mine:
        for event in found(sound):
            if event.kind != "breath":
                shown[event.kind].append((event.confidence, event.kind == sound.kind, weight.get(sound.kind, 1.0)))
    for kind in sorted(shown):
        sure, right, heavy = (np.array(column) for column in zip(*shown[kind], strict=True))
        row = []
        for low, high in pairwise(BANDS):
            inside = (sure >= low) & (sure < high)
            if inside.any():
                share = heavy[inside & right].sum() / heavy[inside].sum()
                row.append(f"from {low:.2f}: {(inside & right).sum()} of {inside.sum()} ({share:.2f})")
        print(f"  {kind:7}{'; '.join(row)}")
