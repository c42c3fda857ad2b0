# SPDX-License-Identifier: GPL-3.0-or-later
"""Lids of several controls: how far each of them goes, so that the eye closes along its whole breadth and no further.

An upper lid is widest open in its middle and nearly closed at its ends. Where three bones carry it, one strength for all lets it
lap over at one place before it meets at another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .landmarks import lid_skin, lids
from .parts import Face
from .sliders import OVERLAP
from .survey import Survey

_ALONG: Final = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
"""Places along a lid, 0..1, that are to meet; its very ends are nearly closed at rest."""
_OPEN: Final = 0.4
"""Share of the widest place's opening below which a place tells nothing."""
_AS_ONE: Final = 0.02
"""How much each control's going as far as the others counts beside the lids' meeting."""
_RANGE: Final = (0.4, 2.0)
_PASSES: Final = 60


def shares(face: Face, found: Survey, blink: str, controls: Mapping[str, str]) -> dict[str, float]:
    """By how much each control goes further than all would go for the middle of the lid to meet, {control: factor}.

    face: meshes whose moves are those of `blink` and of each of its controls alone.   controls: {control: name of its move}.
    Empty where there is one control, or the lids are not seen.
    """
    middle = found.landmarks.lids[0 if blink == "eyeBlinkLeft" else 1]
    known = {control: name for control, name in controls.items() if name in face.names}
    if len(known) < 2 or middle is None:
        return {}
    placed = found.frame.place(face.points)
    skin = lid_skin(dict(zip(face.names, face.moves, strict=True)), len(placed), found.frame)
    seen = {lids(placed, face.move(blink), found.frame, skin, along) for along in _ALONG} - {None}
    pairs = np.array([np.searchsorted(face.home, middle), *sorted(pair for pair in seen if pair)])
    gaps = placed[pairs[:, 0], 1] - placed[pairs[:, 1], 1]
    wide = gaps > _OPEN * gaps.max()
    wide[0] = True
    pairs, gaps = pairs[wide], gaps[wide]
    together = _closing(face, found, blink, pairs)
    alone = np.stack([_closing(face, found, name, pairs) for name in known.values()], axis=1)
    total = alone.sum(1)
    if together[0] <= 0.0 or gaps[0] <= 0.0 or (total <= 0.0).any():
        return {}
    each = alone * (together / total)[:, None]  # stretched between them, bones together do less than one by one
    strength = OVERLAP * float(gaps[0]) / float(together[0])
    factors = _even(strength * each / float(gaps.max()), gaps / float(gaps.max()))
    return dict(zip(known, factors.tolist(), strict=True))


def _closing(face: Face, found: Survey, name: str, pairs: NDArray[np.intp]) -> NDArray[np.float64]:
    """Millimetres by which a move closes each place, float64[P]."""
    fall = -found.frame.turn(face.move(name))[:, 1]
    return np.asarray(fall[pairs[:, 0]] - fall[pairs[:, 1]])


def _even(closing: NDArray[np.float64], opening: NDArray[np.float64]) -> NDArray[np.float64]:
    """Factors float64[C] with which the closing of places by controls, float64[P, C], comes to their opening, float64[P]."""
    places, count = closing.shape
    rows = np.concatenate([closing / np.sqrt(places), np.sqrt(_AS_ONE / count) * np.eye(count)])
    wanted = np.concatenate([opening / np.sqrt(places), np.full(count, np.sqrt(_AS_ONE / count))])
    factors = np.ones(count)
    for _ in range(_PASSES):  # one control after another, each within its range
        for i in range(count):
            rest = wanted - rows @ factors + rows[:, i] * factors[i]
            factors[i] = np.clip(rows[:, i] @ rest / (rows[:, i] @ rows[:, i]), *_RANGE)
    return factors
