# SPDX-License-Identifier: GPL-3.0-or-later
"""Several whole heads under one armature, such as a hero's and a cheaper one for afar: each is a face of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..arkit import NAMES
from . import visemes
from .face_frame import OPENERS
from .parts import Part, alive, beside_each_other
from .readings import CERTAIN, Reading

_BLINKS: Final = frozenset({"eyeBlinkLeft", "eyeBlinkRight"})
_MOUTHS: Final = frozenset({*OPENERS, *visemes.NAMES}) - frozenset(name for name in NAMES if name != "jawOpen")


def heads(parts: Sequence[Part], readings: Mapping[str, Reading]) -> list[int]:
    """A number for each part, 0 for the head with most shapes and all that is no other head.

    Another one stands apart, opens its mouth and blinks: teeth, eyes and the pieces of a head that is drawn in several do not.
    """
    groups = beside_each_other(parts)
    if len(set(groups)) < 2:
        return [0] * len(parts)
    moving = {group: frozenset[str]() for group in groups}
    for part, group in zip(parts, groups, strict=True):
        moving[group] |= alive(part)
    whole = [group for group, names in moving.items() if _is_whole(names, readings)]
    whole.sort(key=lambda group: -len(moving[group]))
    return [whole.index(group) if group in whole else 0 for group in groups]


def _is_whole(names: frozenset[str], readings: Mapping[str, Reading]) -> bool:
    sure = (readings[name] for name in names if name in readings and readings[name].confidence >= CERTAIN)
    sources = frozenset(source for reading in sure for source in reading.gains)
    return not _MOUTHS.isdisjoint(sources) and not _BLINKS.isdisjoint(sources)
