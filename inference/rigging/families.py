# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of several shapes for one thing moves: the family that can speak, the best of rivals, one blink for each eye."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ..geometry import INDEX
from . import visemes
from .evidence import BY_EFFECT
from .readings import CERTAIN, Reading
from .reduction import SOLVED
from .survey import Survey

_CORE: Final = ("mouthClose", "mouthFunnel", "mouthPucker")
_SHUT: Final = frozenset({visemes.CLOSING, "viseme_FF", "viseme_sil"})
"""Visemes that make no family that speaks."""
_ENOUGH: Final = 2
_LEAST_OPENING: Final = 0.2
"""Share of the widest opening on a character below which a shape does not open the mouth."""


def superfluous(readings: Sequence[Reading], dead: Collection[str]) -> frozenset[str]:
    """Targets to mute on one mesh: the unsure, the dead, what a better reading does already. See also `outspoken`."""
    muted = {reading.target for reading in readings if reading.confidence < CERTAIN or reading.target in dead}
    by_source: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.target not in muted:
            for source in reading.gains:
                by_source.setdefault(source, []).append(reading)
    for rivals in by_source.values():
        muted |= _outdone(rivals, by_source)
    return frozenset(muted)


def outspoken(readings: Sequence[Reading], found: Survey | None) -> frozenset[str]:
    """Targets to mute on all meshes: visemes beside ARKit shapes that can speak, or those beside visemes where they cannot.

    readings: those that are certain and alive.
    """
    sources = {source: reading.target for reading in readings for source in reading.gains}
    poses = {reading.target for reading in readings if any(source in visemes.NAMES for source in reading.gains)}
    shapes = sources.keys() - set(visemes.NAMES)
    widest = _widest(readings, found)
    opener = "jawOpen" in shapes and _opens(sources["jawOpen"], widest, found)
    if opener and len(shapes.intersection(_CORE)) >= _ENOUGH:
        return frozenset(poses)
    mouths = {reading.target for reading in readings if reading.target in poses and not _SHUT.issuperset(reading.gains)}
    by_effect = {reading.target for reading in readings if reading.convention == BY_EFFECT}  # a laugh opens as a jaw does
    if ("jawOpen" not in shapes or sources["jawOpen"] in by_effect) and any(_opens(target, widest, found) for target in mouths):
        return frozenset(
            reading.target for reading in readings if reading.target not in poses and SOLVED.issuperset(reading.gains)
        )
    return frozenset()


def speaking_alone(readings: Sequence[Reading]) -> frozenset[str]:
    """Visemes that one mesh has and nothing else for its mouth, as beards have: there they speak beside a head of ARKit shapes.

    readings: those of the mesh that are certain and alive.
    """
    poses = frozenset(reading.target for reading in readings if any(source in visemes.NAMES for source in reading.gains))
    others = (reading for reading in readings if reading.target not in poses)
    return frozenset() if any(not SOLVED.isdisjoint(reading.gains) for reading in others) else poses


def _widest(readings: Sequence[Reading], found: Survey | None) -> float:
    if found is None:
        return 0.0
    rows = [found.index[reading.target] for reading in readings if reading.target in found.index]
    return max((float(found.measures[row, INDEX["gap"]]) for row in rows), default=0.0)


def _opens(target: str, widest: float, found: Survey | None) -> bool:
    if found is None or target not in found.index:
        return True
    return float(found.measures[found.index[target], INDEX["gap"]]) > max(_LEAST_OPENING * widest, 0.5)


def _outdone(rivals: list[Reading], by_source: Mapping[str, list[Reading]]) -> set[str]:
    """Of several shapes for one source, all but those of the best convention; one for each side and part within it.

    A shape for both sides gives way where each side has its own; else the one-sided give way to it.
    """
    combined = [reading for reading in rivals if len(reading.gains) > 1]
    outdone: set[str] = set()
    if combined and len(combined) < len(rivals):
        single = [reading for reading in rivals if len(reading.gains) == 1]
        complete = all(
            any(len(other.gains) == 1 for other in by_source.get(source, ())) for reading in combined for source in reading.gains
        )
        rivals, given_up = (single, combined) if complete else (combined, single)
        outdone = {reading.target for reading in given_up}
    best = max(rivals, key=lambda reading: (reading.confidence, reading.target))
    kept: dict[str, str] = {}
    for reading in sorted(rivals, key=lambda reading: (-reading.confidence, reading.target)):
        same_kind = reading.convention == best.convention and reading.confidence >= best.confidence - 0.05
        if same_kind and reading.part not in kept:
            kept[reading.part] = reading.target
    return outdone | {reading.target for reading in rivals if reading.target not in kept.values()}
