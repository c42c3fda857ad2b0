# SPDX-License-Identifier: GPL-3.0-or-later
"""From shapes to Rig maps: names propose, what the shapes do decides, and one family of them speaks.

Nothing doubtful moves a face unasked: what is less sure than CERTAIN, and what another shape does better, is offered muted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from .conventions import conventions
from .evidence import is_reversed, weighed
from .families import outspoken, speaking_alone, superfluous
from .heads_apart import heads
from .parts import Part, united
from .readings import CERTAIN, WORTH_OFFERING, Reading, by_names
from .rig_map import Drive, RigMap
from .sliders import Slider, blinking, drives, furthest_blinks, held_back, opening, strengthened, usual_reach
from .survey import DEAD, Survey, surveyed

__all__ = ["CERTAIN", "WORTH_OFFERING", "Recognition", "recognise", "recognise_as", "recognise_parts", "recognise_together"]

_FACE: Final = 150.0
"""Millimetres across what moves in a face, where nothing better tells its scale."""


@dataclass(frozen=True, eq=False)
class Recognition:
    """What was recognised on the meshes of a character.

    maps: the Rig map of each part, in their order.   survey: its shapes measured, None where they do not show a mouth.
    dead: shapes that move nothing on any part.   heads: which head each part is of (heads_apart.py), the surveyed one is 0;
    empty where there is only one.
    """

    maps: tuple[RigMap, ...]
    survey: Survey | None
    dead: frozenset[str]
    heads: tuple[int, ...] = ()

    def renamed(self, names: Mapping[str, str]) -> Recognition:
        """The same where shapes are called otherwise: names tells the new name of each old one that has changed."""

        def new(name: str) -> str:
            return names.get(name, name)

        drives = (tuple(replace(drive, target=new(drive.target)) for drive in each.drives) for each in self.maps)
        maps = tuple(RigMap(each.convention, those) for each, those in zip(self.maps, drives, strict=True))
        survey = self.survey
        if survey is not None:
            twins = tuple((new(a), new(b)) for a, b in survey.twins)
            survey = replace(survey, names=tuple(map(new, survey.names)), twins=twins)
        return Recognition(maps, survey, frozenset(map(new, self.dead)), self.heads)


def recognise(names: Iterable[str]) -> RigMap:
    """How a character with these shape names answers to the 52 shapes, by the names alone.

    Shapes that no reading explains are left out. Two shapes that would do the same thing twice, and visemes beside a full set of
    ARKit shapes, are kept but muted. Works on any names, also none.
    """
    return recognise_together([tuple(names)])[0]


def recognise_together(meshes: Sequence[Iterable[str]]) -> tuple[RigMap, ...]:
    """`recognise` for all meshes of a character, whose names are read together: one map for each, in their order."""
    distinct = [tuple(dict.fromkeys(names)) for names in meshes]
    readings = {name: reading for name, reading in by_names(distinct).items() if reading.gains}
    return _maps(distinct, readings, frozenset(), None)


def recognise_parts(parts: Sequence[Part], chosen: Mapping[str, Mapping[str, float]] | None = None) -> Recognition:
    """The meshes of a character recognised by what their shapes do, with their names as proposals.

    chosen: what the artist says that some shapes are, {name: {source: gain}}; tells where the face is.
    """
    readings = by_names([part.names for part in parts])
    numbers = heads(parts, readings)
    if not any(numbers):
        return _recognised(parts, chosen)
    each = [
        _recognised([part for part, of in zip(parts, numbers, strict=True) if of == head], chosen)
        for head in sorted(set(numbers))
    ]
    maps = [iter(found.maps) for found in each]
    dead = (name for name in frozenset().union(*(found.dead for found in each)) if not _is_alive(name, parts, numbers, each))
    return Recognition(tuple(next(maps[head]) for head in numbers), each[0].survey, frozenset(dead), tuple(numbers))


def _is_alive(name: str, parts: Sequence[Part], numbers: Sequence[int], each: Sequence[Recognition]) -> bool:
    """Whether a shape moves any of the heads that have it."""
    return any(name in part.names and name not in each[head].dead for part, head in zip(parts, numbers, strict=True))


def _recognised(parts: Sequence[Part], chosen: Mapping[str, Mapping[str, float]] | None) -> Recognition:
    """The meshes of one head."""
    sliders = {name: Slider(*limits) for part in parts for name, limits in part.sliders.items()}
    below = frozenset(name for name, slider in sliders.items() if slider.full < 0.0)
    face = united([_as_driven(part, below) for part in parts])
    named = by_names([part.names for part in parts])
    readings = {name: reading for name, reading in named.items() if reading.gains}
    size = (
        float((face.points[face.mobile > 0.0].max(0) - face.points[face.mobile > 0.0].min(0)).max()) if face.mobile.any() else 0.0
    )
    unmoved = DEAD * size / _FACE
    dead = frozenset(name for name, reach in zip(face.names, face.reach, strict=True) if reach <= unmoved)
    certain = {name: reading.gains for name, reading in readings.items() if reading.confidence >= CERTAIN}
    found = surveyed(face, {**certain, **(chosen or {})})
    if found is not None:
        readings = weighed(readings, found, named.keys() - readings.keys())
        dead, found = found.dead, found.turned(below)
    return Recognition(_maps([part.names for part in parts], readings, dead, found, sliders), found, dead)


def _as_driven(part: Part, below: Collection[str]) -> Part:
    """A part whose shapes that only go below zero do at 1 what they do there."""
    turned = [i for i, name in enumerate(part.names) if name in below]
    if not turned:
        return part
    moves = part.moves.copy()
    moves[turned] *= np.float32(-1.0)
    return replace(part, moves=moves)


def recognise_as(key: str, names: Iterable[str]) -> RigMap:
    """The preset of one convention (conventions.py) for a character: only the names it knows, none muted as superfluous."""
    convention = next(each for each in conventions() if each.key == key)
    distinct = tuple(dict.fromkeys(names))
    found = convention.known(distinct, {name: name for name in distinct})
    drives = (Drive(source, name, gain=gain) for name, entry in found.items() for source, gain in entry.gains.items())
    return RigMap(convention.label, tuple(drives))


def _maps(
    meshes: Sequence[tuple[str, ...]],
    readings: Mapping[str, Reading],
    dead: Collection[str],
    found: Survey | None,
    sliders: Mapping[str, Slider] | None = None,
) -> tuple[RigMap, ...]:
    local = [[readings[name] for name in names if name in readings] for names in meshes]
    muted = [superfluous(of_mesh, dead) for of_mesh in local]
    active = {
        reading.target: reading
        for of_mesh, silent in zip(local, muted, strict=True)
        for reading in of_mesh
        if reading.target not in silent
    }
    silenced = outspoken(tuple(active.values()), found)
    label = _most_common([reading for reading in active.values() if reading.target not in silenced])
    limits = sliders or {}
    blinks = furthest_blinks(((source, name) for name, reading in active.items() for source in reading.gains), found)
    shared = Counter(frozenset(reading.gains) for reading in active.values())
    fitted = _Fitting(found, limits, opening(active, found, limits), usual_reach(active, found, limits), blinks, shared)
    return tuple(
        RigMap(label, tuple(drive for reading in of_mesh for drive in fitted.drives(reading, silent | silenced_here)))
        for of_mesh, silent in zip(local, muted, strict=True)
        for silenced_here in [silenced - speaking_alone([reading for reading in of_mesh if reading.target not in silent])]
    )


@dataclass(frozen=True)
class _Fitting:
    """How the shapes of a character are driven: the ranges of their sliders, how strongly its jaw opens, how far they go.

    blinks: the share of each eye that is closed by whichever shape closes most of it.
    shared: how many shapes have the same sources.
    """

    found: Survey | None
    sliders: Mapping[str, Slider]
    strength: float
    usual: float
    blinks: Mapping[str, float]
    shared: Mapping[frozenset[str], int]

    def drives(self, reading: Reading, muted: frozenset[str]) -> Iterable[Drive]:
        target = reading.target
        jaw = reading.gains.keys() <= {"jawOpen", "mouthClose"}
        turned = self.found is not None and is_reversed(self.found, target, reading.gains)
        slider = self.sliders.get(target, Slider())
        by_kind = blinking(reading, self.found, slider, self.blinks) * held_back(reading, self.found, slider, self.usual)
        by_kind *= strengthened(reading, self.found, slider, self.usual, self.shared[frozenset(reading.gains)])
        strength = self.strength if jaw else by_kind
        return drives(reading, target in muted, slider, strength=strength, turned=turned)


def _most_common(readings: Sequence[Reading]) -> str:
    counts = Counter(reading.convention for reading in readings)
    label = counts.most_common(1)[0][0] if counts else ""
    return {"Words": "ARKit in other spelling", "Likeness": "unknown names"}.get(label, label)
