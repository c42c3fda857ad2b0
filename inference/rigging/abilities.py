# SPDX-License-Identifier: GPL-3.0-or-later
"""What a character will do, said before anything is animated: what opens its mouth, closes and rounds it, and what blinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .. import arkit
from ..geometry import INDEX
from . import visemes
from .calibration import Fault, faint, faults
from .readings import CERTAIN
from .recognition import Recognition
from .rig_map import Drive, RigMap

_GAP: Final = INDEX["gap"]
_OPENS: Final = 1.0
"""Millimetres of an adult's lips that an opener parts at least."""
_FALLS: Final = 2.0
"""Millimetres by which a blink moves anything at least: the cheek below an eye goes less far."""
_TURNS: Final = 4.0
"""Millimetres that a pupil goes at least where a shape turns the eyeball to a side; lids that follow it alone go half as far."""
_SIDEWAYS: Final = ("eyeLookInLeft", "eyeLookOutLeft", "eyeLookInRight", "eyeLookOutRight")
_OPENERS: Final = (
    "jawOpen", "viseme_aa", "viseme_open", "viseme_ae", "viseme_O", "viseme_aw", "viseme_E", "viseme_lip_open",
    "pose_aa", "pose_O", "pose_E",
)  # fmt: skip
ROLES: Final[dict[str, tuple[str, ...]]] = {
    "Opens": (*_OPENERS, *visemes.SWITCHES),
    "Closes": ("mouthClose", visemes.CLOSING, "pose_PP", *visemes.SWITCHES),
    "Rounds": (
        *("mouthPucker", "mouthFunnel", "viseme_U", "viseme_O", "viseme_W", "viseme_tight", "pose_U", "pose_O"),
        *visemes.SWITCHES,
    ),
    "Blinks": ("eyeBlinkLeft", "eyeBlinkRight"),
}
"""What a speaking face needs, and the sources that do it, the best first."""


@dataclass(frozen=True)
class Ability:
    """One of ROLES: the shapes, bones or properties that do it, and the best that could and is not used."""

    role: str
    targets: tuple[str, ...]
    offered: Drive | None = None


@dataclass(frozen=True)
class Abilities:
    """What a character can do with its face, known before anything is animated: an Ability for each of ROLES.

    alive: how many of the 52 move something; visemes beside them.   dead: shapes that would be used and move nothing.
    faults: what else is wrong with the shapes in use.   doubtful: shapes recognised too unsurely to be used.
    beside: visemes that are known and not used, as other shapes speak.   faint: brows and corners that hardly show.
    looks: whether shapes, or what stands for them, turn the eyeballs.
    """

    each: tuple[Ability, ...]
    alive: int
    visemes: int
    dead: tuple[str, ...]
    faults: tuple[Fault, ...]
    doubtful: tuple[str, ...]
    beside: tuple[str, ...] = ()
    faint: tuple[str, ...] = ()
    looks: bool = True

    def of(self, role: str) -> Ability:
        """The ability of a role, one of ROLES."""
        return next(ability for ability in self.each if ability.role == role)


@lru_cache(maxsize=32)
def abilities(maps: tuple[RigMap, ...], controls: RigMap, found: Recognition | None) -> Abilities:
    """What the shapes of a character's meshes, and its bones and properties, will do together."""
    drives = [drive for rig_map in maps for drive in rig_map.drives]
    dead = found.dead if found else frozenset()
    active = [*(drive for drive in drives if not drive.muted and drive.target not in dead), *controls.active]
    spare = [drive for drive in drives if drive.muted and drive.target not in dead]
    together = RigMap("", tuple(dict.fromkeys(drives)))
    told = faults(found.survey, together) if found and found.survey else ()
    empty = [*(fault.target for fault in told if fault.kind == "dead"), *_empty(together, dead)]
    sources = {drive.source for drive in active}
    sure = {drive.target for drive in drives if not drive.muted}
    each = tuple(_ability(role, active, spare, found) for role in ROLES)
    seen = sure | {ability.offered.target for ability in each if ability.offered}
    return Abilities(
        each=each,
        alive=len(sources.intersection(arkit.NAMES)),
        visemes=len(sources.difference(arkit.NAMES)),
        dead=tuple(dict.fromkeys(empty)),
        faults=tuple(fault for fault in told if fault.kind != "dead"),
        doubtful=tuple(dict.fromkeys(drive.target for drive in spare if drive.confidence < CERTAIN and drive.target not in sure)),
        faint=faint(found.survey, together) if found and found.survey else (),
        looks=any(drive.source in _SIDEWAYS and _turns(drive, found) for drive in active),
        beside=tuple(dict.fromkeys(drive.target for drive in spare if _is_silent(drive) and drive.target not in seen)),
    )


def _is_silent(drive: Drive) -> bool:
    return drive.confidence >= CERTAIN and drive.source in visemes.NAMES and drive.source != "viseme_sil"


def _empty(rig_map: RigMap, dead: frozenset[str]) -> Sequence[str]:
    """Dead shapes that nothing else stands in for."""
    alive = {drive.source for drive in rig_map.active if drive.target not in dead}
    return [
        drive.target
        for drive in rig_map.drives
        if drive.target in dead and drive.source not in alive and drive.confidence >= CERTAIN and drive.source != "viseme_sil"
    ]


def _ability(role: str, active: Sequence[Drive], spare: Sequence[Drive], found: Recognition | None) -> Ability:
    able = [drive for drive in active if drive.source in ROLES[role] and _does(role, drive, found)]
    able.sort(key=lambda drive: (ROLES[role].index(drive.source), drive.target))
    missing = set(ROLES[role]) - {drive.source for drive in able} if role == "Blinks" else set(ROLES[role])
    better = [drive for drive in spare if drive.source in missing and _does(role, drive, found)]
    offered = max(better, key=lambda drive: (drive.confidence, drive.target), default=None)
    complete = bool(able) and not (role == "Blinks" and missing)
    return Ability(role, tuple(dict.fromkeys(drive.target for drive in able)), None if complete else offered)


def _turns(drive: Drive, found: Recognition | None) -> bool:
    """Whether it moves more than the lids, where it was measured."""
    survey = found.survey if found else None
    if survey is None or drive.target not in survey.index:
        return True
    return float(survey.reach[survey.index[drive.target]]) * abs(drive.gain or 1.0) > _TURNS


def _does(role: str, drive: Drive, found: Recognition | None) -> bool:
    """Whether a shape does what its role asks, where it was measured."""
    survey = found.survey if found else None
    if role not in {"Opens", "Blinks"} or survey is None or drive.target not in survey.index:
        return True
    if role == "Blinks":
        return float(survey.reach[survey.index[drive.target]]) > _FALLS
    return float(survey.measures[survey.index[drive.target], _GAP]) * (drive.gain or 1.0) > _OPENS
