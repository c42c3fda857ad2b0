# SPDX-License-Identifier: GPL-3.0-or-later
"""How far each shape goes: the range and sign of its slider, and an opening that fits the face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from .. import arkit
from ..geometry import INDEX, REFERENCE
from .evidence import joined
from .readings import Reading
from .rig_map import Drive
from .survey import Survey, library

_GAP: Final = INDEX["gap"]
_WIDTH: Final = INDEX["width"]
_NARROWEST: Final = 0.3
_WIDEST: Final = 1.2
"""Mouths of other widths than the reference face's open by the same share of theirs, within these bounds."""
_SOFTEST: Final = 0.5
_STRONGEST: Final = 1.6
_ENOUGH: Final = 0.12
"""How far from the wanted opening a jaw may be without being corrected."""
CLOSED: Final = 0.95
"""Share of the eye that a blink closes, to be one."""
BLINKS: Final = frozenset(("eyeBlinkLeft", "eyeBlinkRight"))
OVERLAP: Final = 1.06
"""Share of the eye that a blink goes, so that lids measured in the middle meet over the whole of it."""
_OTHERS: Final = 12
"""Shapes of a head that tell how far its own shapes usually go."""
_STEADY: Final = frozenset(
    ("mouthSmileLeft", "mouthSmileRight", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight")
)
"""On four heads by three makers these go .5 to 1.3 times the median of a head's shapes; presses, sneers, tongues up to 3.2."""
EXPRESSIVE: Final = frozenset(name for name in arkit.NAMES if name.startswith(("brow", "mouthFrown")))
"""Shapes that expressions live on; on four heads by three makers they go .41 to 1.51 times as far as on typical ones."""
_FAINT: Final = 0.75
"""Share of how far a head's other shapes go below which one of these is faint."""
_AIM: Final = 1.25
"""How far it is to go instead, as a share of the same, and never further than on typical heads."""
_STRONGER: Final = 1.8
"""How many times as far as sculpted it goes at most: brows whose tails rise much further than their heads look angry."""
FURTHEST: Final = 2.0
"""Where the slider of a shape ends that went too short."""
_ROUNDING: Final = frozenset({"mouthPucker", "mouthFunnel", "viseme_U", "viseme_W"})
_TOO_NARROW: Final = 0.55
"""Share of the mouth's width that it narrows by where lips would fold into each other; on those four heads .44 at most."""
_NARROW: Final = 0.45
_FAR: Final = 1.6
_HALF: Final = 0.5
_LEAST_BLINK: Final = 0.3
"""Share of the eye that a shape closes to be a blink beside another; lashes and other parts of a face go along with one."""
_HARDLY: Final = 0.03
"""Share of the eye that is no movement of its lids."""


@dataclass(frozen=True)
class Slider:
    """The range a shape's value is held to. A shape is full at 1, or where its slider ends before."""

    low: float = 0.0
    high: float = 1.0

    @property
    def full(self) -> float:
        """The value at which the shape is fully shown; negative where the slider goes only that way."""
        if self.high <= 0.0 < -self.low:
            return max(self.low, -1.0)
        return min(self.high, 1.0) if self.high > 0.0 else 1.0


def drives(reading: Reading, muted: bool, slider: Slider, *, strength: float = 1.0, turned: bool = False) -> Iterator[Drive]:
    """The drives of a reading, within its slider. turned: the shape was sculpted the wrong way round."""
    full = slider.full
    if turned and slider.low < 0.0:
        full = max(slider.low, -1.0)
    low, high = min(full, 0.0), max(full, 0.0)
    if strength > 1.0:
        low, high = max(slider.low, strength * low), min(max(slider.high, high), strength * high)
    for source, gain in reading.gains.items():
        yield Drive(
            source,
            reading.target,
            gain=round(gain * full * strength, 4),
            low=round(low, 4),
            high=round(high, 4),
            muted=muted or (turned and slider.low >= 0.0),
            confidence=round(reading.confidence, 2),
        )


def opening(readings: Mapping[str, Reading], found: Survey | None, sliders: Mapping[str, Slider]) -> float:
    """Factor on jawOpen, and on mouthClose with it, that lets all faces open alike; 1 where they nearly do as sculpted.

    A jaw on a face whose size nothing tells is taken for sculpted as others are.
    """
    jaw = next((reading.target for reading in readings.values() if set(reading.gains) == {"jawOpen"}), "")
    if found is None or found.frame.guessed or jaw not in found.index:
        return 1.0
    own = float(found.measures[found.index[jaw], _GAP]) * sliders.get(jaw, Slider()).full
    share = float(found.rest[_WIDTH] / REFERENCE.neutral[_WIDTH])
    wanted = REFERENCE.effect("jawOpen", "gap") * min(max(share, _NARROWEST), _WIDEST)
    if own <= 0.0:
        return 1.0
    strength = min(max(wanted / own, _SOFTEST), _STRONGEST)
    return strength if abs(strength - 1.0) > _ENOUGH else 1.0


def usual_reach(readings: Mapping[str, Reading], found: Survey | None, sliders: Mapping[str, Slider]) -> float:
    """How far the shapes of a head go, as a share of what they do on typical heads: their median; 0 where too few tell."""
    if found is None:
        return 0.0
    return median([_reach(reading, found, sliders.get(reading.target, Slider())) for reading in readings.values()])


def median(reaches: Iterable[float]) -> float:
    """The median of how far shapes go, of those that are known; 0 where too few are."""
    known = [share for share in reaches if share]
    return float(np.median(known)) if len(known) > _OTHERS else 0.0


def held_back(reading: Reading, found: Survey | None, slider: Slider, usual: float) -> float:
    """Factor, at most 1, on a shape that alone goes much further than the others, or halves the width of the mouth.

    On a cartoon face all go far, and none is held back.
    """
    if found is None or not reading.gains or reading.target not in found.index:
        return 1.0
    if reading.gains.keys() <= _ROUNDING:
        narrower = -float(found.measures[found.index[reading.target], _WIDTH]) * abs(slider.full) / float(found.rest[_WIDTH])
        return _NARROW / narrower if narrower > _TOO_NARROW else 1.0
    if not usual or not reading.gains.keys() <= _STEADY:
        return 1.0
    share = _reach(reading, found, slider) / usual
    return max(1.0 / share, _HALF) if share > _FAR else 1.0


def strengthened(reading: Reading, found: Survey | None, slider: Slider, usual: float, shared: int) -> float:
    """Factor, at least 1, on a faint shape of brows or hanging corners, as far as its slider goes.

    shared: how many shapes have its sources, such as two halves of browInnerUp.
    """
    if found is None or not reading.gains.keys() <= EXPRESSIVE:
        return 1.0
    return min(_further(_reach(reading, found, slider) * shared**0.5, usual), max(slider.high / slider.full, 1.0))


def is_faint(reach: float, usual: float) -> bool:
    """Whether an expressive shape goes much less far than the head's others do, or than is typical where all go far."""
    return _further(reach, usual) > 1.0


def _further(reach: float, usual: float) -> float:
    usual = min(usual, 1.0)
    return min(min(_AIM * usual, 1.0) / reach, _STRONGER) if 0.0 < reach < _FAINT * usual else 1.0


def _reach(reading: Reading, found: Survey, slider: Slider) -> float:
    return reach(reading.target, reading.gains, found) * abs(slider.full)


def reach(target: str, gains: Mapping[str, float], found: Survey) -> float:
    """How far a shape goes at 1 as a share of what its sources do on typical heads; 0 where that is not known."""
    entry = joined(gains)
    if not entry or target not in found.index or target in found.dead:
        return 0.0
    return float(np.linalg.norm(found.windows[found.index[target]])) / float(library().sizes[library().index[entry]])


def closing(found: Survey, target: str, source: str) -> float:
    """Share of the eye of a blink's source that a shape closes at 1; 0 where no eye was found."""
    lid = INDEX[f"lid_{source.removeprefix('eyeBlink').lower()}"]
    opening = float(found.rest[lid])
    return -float(found.measures[found.index[target], lid]) / opening if opening > 0.0 else 0.0


def furthest_blinks(targets: Iterable[tuple[str, str]], found: Survey | None) -> dict[str, float]:
    """{source: share of its eye} that the shape closes which closes most. targets: (source, shape) of blinks and others."""
    furthest: dict[str, float] = {}
    for source, target in targets:
        if found is not None and source in BLINKS and target in found.index:
            furthest[source] = max(furthest.get(source, 0.0), closing(found, target, source))
    return furthest


def leaves_open(closed: float, alone: float, furthest: float) -> bool:
    """Whether a blink that closes this share of the eye leaves it open, and nothing else is there to close it.

    alone: the share that it closes at 1.   furthest: that of whichever closes the eye most.
    """
    return closed < CLOSED and (closed > _LEAST_BLINK or alone >= furthest > _HARDLY)


def blinking(reading: Reading, found: Survey | None, slider: Slider, furthest: Mapping[str, float]) -> float:
    """Factor, at least 1, on a blink that lets the lids meet, as far as its slider goes."""
    if found is None or reading.target not in found.index or not reading.gains.keys() <= BLINKS:
        return 1.0
    alone, source = min((closing(found, reading.target, source), source) for source in reading.gains)
    closed = alone * slider.full
    if not leaves_open(closed, alone, furthest.get(source, 0.0)):
        return 1.0
    return min(OVERLAP / closed, max(slider.high / slider.full, 1.0))
