# SPDX-License-Identifier: GPL-3.0-or-later
"""Cues: what a face is told to do at a moment, once. A brow raise, a nod, a wink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..arrays import Floats
from ..pose import weights_of
from .sampling import eased

BEGUN: Final = 0.2
"""Share of its rise after which a tenth of a cue is there, and it can be seen."""
DEEP: Final = 0.85
"""How much of a nod goes up and down with its beats."""


@dataclass(frozen=True)
class Cue:
    """Something the face does once.

    start: seconds on the line's clock at which it begins.   rise, hold, fall: seconds.   strength: 1 as it is written.
    units: weights of shapes, pairs of name and 0..1; without Left and Right they mean both.   shut: how far each lid closes.
    head: degrees pitch (down), yaw and roll (to the left).   beats: how often a second the head goes up and down, or sways.
    tag: the direction in the text that has made it, empty where the artist has.
    """

    name: str
    start: float
    rise: float = 0.2
    hold: float = 0.4
    fall: float = 0.4
    strength: float = 1.0
    units: tuple[tuple[str, float], ...] = ()
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    shut: tuple[float, float] = (0.0, 0.0)
    beats: float = 0.0
    sways: bool = False
    tag: str = ""

    @property
    def end(self) -> float:
        """Seconds on the line's clock at which the cue is over."""
        return self.start + self.rise + self.hold + self.fall


def seen_at(cue: Cue, time: float) -> Cue:
    """The cue begun so early that it can be seen at that time: a slow smile is on its word too."""
    return replace(cue, start=time - BEGUN * cue.rise)


def shapes_of(cues: Sequence[Cue], times: NDArray[np.float64]) -> Floats:
    """float32[F, 52] what the cues do to the face at these times, seconds on the line's clock."""
    shapes = np.zeros((len(times), arkit.COUNT), np.float32)
    for cue in cues:
        if cue.units:
            here, form = _form(cue, times)
            shapes[here] += (cue.strength * form)[:, None] * weights_of(dict(cue.units))
    return np.clip(shapes, 0, 1, out=shapes)


def play(cues: Sequence[Cue], times: NDArray[np.float64]) -> tuple[NDArray[np.float64], Floats]:
    """What cues do at these times: to the head, float64[F, 3] degrees, and to the lids (left, right), float32[F, 2] 0..1."""
    head, lids = np.zeros((len(times), 3)), np.zeros((len(times), 2), np.float32)
    for cue in cues:
        here, form = _form(cue, times)
        since = times[here] - cue.start
        turned = form.astype(np.float64)
        if cue.beats:
            beat = np.cos(2 * np.pi * cue.beats * since)
            turned = turned * (np.sin(2 * np.pi * cue.beats * since) if cue.sways else 1 - DEEP * (0.5 + 0.5 * beat))
        head[here] += cue.strength * turned[:, None] * np.array(cue.head)
        for side, depth in enumerate(cue.shut):
            lids[here, side] = np.maximum(lids[here, side], min(cue.strength, 1.0) * depth * form)
    return head, lids


def _form(cue: Cue, times: NDArray[np.float64]) -> tuple[slice, Floats]:
    """The frames in which a cue is made, and how far it is in each."""
    here = slice(*np.searchsorted(times, (cue.start, cue.end + 1e-6)))
    since, until = times[here] - cue.start, cue.end - times[here]
    up = eased((since / max(cue.rise, 1e-3)).astype(np.float32))
    return here, np.minimum(up, eased((until / max(cue.fall, 1e-3)).astype(np.float32)))


def of_row(name: str, row: Any, start: float, strength: float, seconds: float | None) -> Cue:
    """A cue from a row of the table of tags. seconds: how long it lasts in all, None as usual."""
    rise, hold, fall = (float(row.get(part, usual)) for part, usual in (("rise", 0.2), ("hold", 0.4), ("fall", 0.4)))
    if seconds is not None:
        hold = max(seconds - rise - fall, 0.0)
    pitch, yaw, roll = (float(value) for value in row.get("head", (0, 0, 0)))
    left, right = (float(value) for value in row.get("shut", (0, 0)))
    units = tuple((unit, float(weight)) for unit, weight in row.get("units", {}).items())
    return Cue(
        name, start, rise, hold, fall, strength, units, (pitch, yaw, roll), (left, right),
        float(row.get("beats", 0.0)), bool(row.get("sways", False)),
    )  # fmt: skip
