# SPDX-License-Identifier: GPL-3.0-or-later
"""Measuring a character: what each of its shapes does to its own lips, in millimetres, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from .. import arkit, features
from ..geometry import COUNT, INDEX, Geometry
from . import visemes
from .evidence import is_reversed, joined
from .face_frame import Frame, Vectors
from .landmarks import Landmarks
from .measures import ABSOLUTE
from .parts import Part, united
from .readings import CERTAIN
from .rig_map import RigMap
from .sliders import BLINKS, CLOSED, EXPRESSIVE, OVERLAP, closing, furthest_blinks, is_faint, leaves_open, median, reach
from .survey import Survey, library, surveyed

FaultKind = Literal["dead", "reversed", "swapped", "duplicate", "short"]

_OTHER_SIDE: Final = 0.5
_CLEAR: Final = 1.0
_LONG: Final = 1.2


@dataclass(frozen=True)
class Fault:
    """Something about a shape that an artist should look at.

    dead: it moves nothing.   reversed: it does the opposite of its name.   swapped: it acts on the other side of the face.
    duplicate: it does the same as `other`.   short: a blink that leaves the eye open, where its slider ends.
    """

    kind: FaultKind
    target: str
    other: str = ""

    @property
    def sentence(self) -> str:
        """The fault as a sentence for people."""
        return {
            "dead": f"“{self.target}” moves nothing.",
            "reversed": f"“{self.target}” moves the wrong way round; give it a gain of -1 or sculpt it again.",
            "swapped": f"“{self.target}” moves the other side of the face; swap left and right.",
            "duplicate": f"“{self.target}” does the same as “{self.other}”.",
            "short": f"“{self.target}” leaves the eye open; let its slider go further, or sculpt it again.",
        }[self.kind]


@dataclass(frozen=True, eq=False)
class Calibration:
    """One character measured.

    geometry: its own millimetres per ARKit shape, for the seal and for expressions.
    effects: float32[M] of every source, visemes too.
    frame, landmarks: where the face is on the mesh.   faults: what to look at.
    faint: shapes of brows and corners that hardly show.
    fitted: whether its sources were made to open as far as they should, so that one that opens less is held by a limit.
    """

    geometry: Geometry
    effects: dict[str, NDArray[np.float32]]
    frame: Frame
    landmarks: Landmarks
    faults: tuple[Fault, ...]
    fitted: bool = False
    faint: tuple[str, ...] = ()

    @property
    def widest_gap(self) -> float:
        """Millimetres between the lips when its most open source is at 1, the yardstick for closures."""
        widest = max((effect[INDEX["gap"]] for effect in self.effects.values()), default=0.0)
        return float(self.geometry.neutral[INDEX["gap"]] + max(widest, 0.0))

    @property
    def plausible(self) -> bool:
        """Whether lips that the jaw parts were found; else the reference face is the better guide."""
        opens, rest = self.geometry.effect("jawOpen", "gap"), float(self.geometry.neutral[INDEX["gap"]])
        return opens > _CLEAR and rest < opens

    @property
    def summary(self) -> str:
        """A few sentences for the panel."""
        neutral = self.geometry.neutral
        close = self.geometry.effect("mouthClose", "gap")
        opens = self.geometry.effect("jawOpen", "gap")
        lines = [
            f"Mouth {neutral[INDEX['width']]:.0f} mm wide, opens {self.widest_gap:.0f} mm.",
            f"Lips rest {max(float(neutral[INDEX['gap']]), 0.0):.1f} mm apart.",
        ]
        if close < -_CLEAR and opens > _CLEAR:
            lines.append(f"Lips seal at mouthClose {-opens / close:.2f} of jawOpen.")
        elif opens > _CLEAR:
            lines.append("No mouthClose: lips seal by rolling, pressing and the jaw.")
        lines += [fault.sentence for fault in self.faults]
        lines += [f"“{target}” goes less far than on other faces; let its slider go further." for target in self.faint]
        return "\n".join(lines)


def calibrate(points: Vectors, deltas: Mapping[str, Vectors], rig_map: RigMap) -> Calibration | None:
    """Measure a mesh. None where its shapes do not show where the mouth is, for example on teeth or brows.

    points: float32[V, 3] at rest, in the mesh's own space and unit.   deltas: {target: float32[V, 3]} displacement at value 1.
    rig_map: which shape is which.
    """
    used = tuple(target for target in rig_map.targets if target in deltas)
    if not used:
        return None
    face = united([Part(points, used, np.stack([deltas[target] for target in used]).astype(np.float32))])
    found = surveyed(face, _named(rig_map))
    return None if found is None else calibrated(found, rig_map)


def calibrated(found: Survey, rig_map: RigMap) -> Calibration:
    """What was measured on a character, as its Rig map uses it."""
    effects: dict[str, NDArray[np.float32]] = {}
    moved: dict[str, NDArray[np.float32]] = {}
    for drive in rig_map.active:
        if drive.target in found.index:
            row, gain = found.index[drive.target], np.float32(drive.gain)
            effects[drive.source] = effects.get(drive.source, np.float32(0)) + gain * found.measures[row]
            moved[drive.source] = moved.get(drive.source, np.float32(0)) + gain * found.windows[row]
    jacobian = np.zeros((arkit.COUNT, COUNT), np.float32)
    for source, effect in effects.items():
        if source in arkit.INDEX:
            jacobian[arkit.INDEX[source]] = effect
    own_lids = _own_lids(jacobian, found, rig_map)
    geometry = Geometry(_meeting(own_lids, found.rest), found.rest * ABSOLUTE, features.of_windows(moved))
    return Calibration(geometry, effects, found.frame, found.landmarks, faults(found, rig_map), faint=faint(found, rig_map))


def _own_lids(jacobian: NDArray[np.float32], found: Survey, rig_map: RigMap) -> NDArray[np.float32]:
    """A shape of both eyes is half of its left source and half of its right; but each of them shuts its own eye wholly.

    The two always go together, so that a half of each on both eyes comes to the same, and lids would seem to close half as far.
    """
    for drive in rig_map.active:
        other = arkit.mirrored(drive.source)
        halves = [each for each in rig_map.active if each.target == drive.target and each.source in {drive.source, other}]
        if drive.source not in arkit.INDEX or other == drive.source or len(halves) < 2 or drive.target not in found.index:
            continue
        for side in ("left", "right"):
            own = side == ("left" if drive.source.endswith("Left") else "right")
            part = np.float32(drive.gain) * found.measures[found.index[drive.target], INDEX[f"lid_{side}"]]
            jacobian[arkit.INDEX[drive.source], INDEX[f"lid_{side}"]] += part if own else -part
    return jacobian


def _meeting(jacobian: NDArray[np.float32], rest: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blinks that close the eye or overlap a little were sculpted to meet at 1: not one place of the lids, but all of them.

    The eyes of a face are sculpted alike: where one seems to overlap far and the other does not, a lash was taken for a lid.
    """
    places = [(arkit.INDEX[f"eyeBlink{side}"], INDEX[f"lid_{side.lower()}"]) for side in ("Left", "Right")]
    closed = {place: -float(jacobian[place]) / float(rest[place[1]]) for place in places if rest[place[1]] > 0.0}
    shut = [place for place, share in closed.items() if share >= CLOSED]
    least = min((closed[place] for place in shut), default=0.0)
    for place in shut:
        jacobian[place] = -rest[place[1]] * (max(least / OVERLAP, 1.0) if least > _LONG else 1.0)
    return jacobian


def _named(rig_map: RigMap) -> dict[str, dict[str, float]]:
    named: dict[str, dict[str, float]] = {}
    for drive in rig_map.active:
        if drive.source in visemes.OWN:
            continue
        named.setdefault(drive.target, {})[drive.source] = drive.gain
    return named


def _missed(rig_map: RigMap) -> dict[str, dict[str, float]]:
    """Shapes that would be used, were they sound: certain, muted, and nothing else does what they are for."""
    missed: dict[str, dict[str, float]] = {}
    for drive in rig_map.drives:
        if drive.muted and drive.confidence >= CERTAIN and drive.source not in rig_map.sources:
            missed.setdefault(drive.target, {})[drive.source] = drive.gain
    return missed


def faults(found: Survey, rig_map: RigMap) -> tuple[Fault, ...]:
    """What is wrong with the shapes that a map uses, as far as what they do proves it."""
    named = {target: gains for target, gains in (_missed(rig_map) | _named(rig_map)).items() if target in found.index}
    sound = [target for target in named if target not in found.dead]
    told = [Fault("dead", target) for target in named if target in found.dead and set(named[target]) != {"viseme_sil"}]
    for target in sound:
        entry = joined(named[target])
        if entry and _is_swapped(found, target, entry):
            told.append(Fault("swapped", target))
        elif is_reversed(found, target, named[target]) or (found.opposite and entry and found.like(target, entry) < 0.0):
            told.append(Fault("reversed", target))
    told += [Fault("short", target) for target in _short(found, rig_map)]
    sounds = {target for target in sound if named[target].keys() <= set(visemes.NAMES)}  # of which one shows at a time
    both = ((one, other) for one, other in found.twins if one in sound and other in sound and not {one, other} <= sounds)
    twins = ((one, other) for one, other in both if named[one] != named[other])
    return (*told, *(Fault("duplicate", other, one) for one, other in twins))


def _short(found: Survey, rig_map: RigMap) -> list[str]:
    """Blinks that at their furthest leave the eye open."""
    blinks = [drive for drive in rig_map.active if drive.source in BLINKS and drive.target in found.index]
    furthest = furthest_blinks(((drive.source, drive.target) for drive in blinks), found)
    short = []
    for drive in blinks:
        alone = closing(found, drive.target, drive.source)
        closed = alone * (drive.high if drive.gain > 0.0 else drive.low)
        if leaves_open(closed, alone, furthest[drive.source]):
            short.append(drive.target)
    return list(dict.fromkeys(short))


def faint(found: Survey, rig_map: RigMap) -> tuple[str, ...]:
    """Shapes of brows and hanging corners that go much less far than the head's others, driven as far as they were sculpted."""
    named = {target: gains for target, gains in _named(rig_map).items() if target in found.index}
    shared = Counter(frozenset(gains) for gains in named.values())
    reaches = {target: reach(target, gains, found) for target, gains in named.items()}
    usual = median(reaches.values())
    sculpted = (target for target, gains in named.items() if gains.keys() <= EXPRESSIVE and set(gains.values()) == {1.0})
    return tuple(target for target in sculpted if is_faint(reaches[target] * shared[frozenset(named[target])] ** 0.5, usual))


def _is_swapped(found: Survey, target: str, entry: str) -> bool:
    """Whether a shape of one side acts on the other."""
    other = arkit.mirrored(entry)
    if "+" in entry or other == entry or other not in library().index:
        return False
    own, mirrored = found.like(target, entry), found.like(target, other)
    return mirrored > _OTHER_SIDE and own < mirrored - _OTHER_SIDE
