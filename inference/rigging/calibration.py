# SPDX-License-Identifier: GPL-3.0-or-later
"""Measuring a character: what each of its shapes does to its own lips, in millimetres, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..geometry import COUNT, INDEX, MEASURES, REFERENCE, Geometry
from .face_frame import Frame, Vectors, frame
from .landmarks import Landmarks, find
from .poses import effects as viseme_effects
from .rig_map import RigMap

FaultKind = Literal["dead", "reversed", "swapped", "duplicate"]

_DEAD: Final = 0.02
"""Millimetres; a shape that moves no vertex by more does nothing."""
_TELLING: Final = 0.45
"""Cosine against the reference below whose negative a shape is the wrong way round."""
_ALIKE: Final = 0.999
_CLEAR: Final = 1.0
_SAMPLE: Final = 4000
_ABSOLUTE: Final = np.array([name in {"gap", "width", "bite", "lid_left", "lid_right"} for name in MEASURES], np.float32)
"""Measures that are distances; the others are counted from rest."""


@dataclass(frozen=True)
class Fault:
    """Something about a shape that an artist should look at.

    dead: it moves nothing.   reversed: it does the opposite of its name.   swapped: it acts on the other side of the face.
    duplicate: it does the same as `other`.
    """

    kind: FaultKind
    target: str
    other: str = ""

    @property
    def sentence(self) -> str:
        """For people."""
        return {
            "dead": f"“{self.target}” moves nothing.",
            "reversed": f"“{self.target}” moves the wrong way round; give it a gain of -1 or sculpt it again.",
            "swapped": f"“{self.target}” moves the other side of the face; swap left and right.",
            "duplicate": f"“{self.target}” does the same as “{self.other}”.",
        }[self.kind]


@dataclass(frozen=True, eq=False)
class Calibration:
    """One character measured.

    geometry: its own millimetres per ARKit shape, for the seal.   effects: float32[M] of every source, visemes too.
    frame, landmarks: where the face is on the mesh.   faults: what to look at.   measured: how many sources move the face.
    """

    geometry: Geometry
    effects: dict[str, NDArray[np.float32]]
    frame: Frame
    landmarks: Landmarks
    faults: tuple[Fault, ...]

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
        return "\n".join(lines)


def calibrate(
    points: Vectors,
    deltas: Mapping[str, Vectors],
    rig_map: RigMap,
    *,
    tagged: Landmarks | None = None,
) -> Calibration | None:
    """Measure a mesh. None where its shapes do not show where the mouth is, for example on teeth or brows.

    points: float32[V, 3] at rest, in the mesh's own space and unit.   deltas: {target: float32[V, 3]} displacement at value 1.
    rig_map: which shape is which.   tagged: landmarks chosen by hand; found from the displacements otherwise.
    """
    moves = _moves(deltas, rig_map)
    face = frame(points, moves)
    marks = tagged or (find(points, moves, face) if face else None)
    if face is None or marks is None:
        return None
    rest = _measures(face.place(points), marks)
    effects = {source: _measures(face.place(points + move), marks) - rest for source, move in moves.items()}
    jacobian = np.zeros((arkit.COUNT, COUNT), np.float32)
    for source, effect in effects.items():
        if source in arkit.INDEX:
            jacobian[arkit.INDEX[source]] = effect
    geometry = Geometry(jacobian, rest * _ABSOLUTE)
    return Calibration(geometry, effects, face, marks, _faults(points, deltas, rig_map, effects, face))


def _moves(deltas: Mapping[str, Vectors], rig_map: RigMap) -> dict[str, Vectors]:
    """What each source at weight 1 does to the mesh through all of its drives."""
    moves: dict[str, Vectors] = {}
    for drive in rig_map.active:
        if drive.target in deltas:
            move = deltas[drive.target] if drive.gain == 1.0 else np.float32(drive.gain) * deltas[drive.target]
            moves[drive.source] = moves[drive.source] + move if drive.source in moves else move
    return moves


def _measures(placed: NDArray[np.float64], marks: Landmarks) -> NDArray[np.float32]:
    """The measures of geometry.MEASURES, absolute, float32[M] mm. Without teeth and tongue, bite follows the lower lip."""
    upper, lower = placed[list(marks.upper)], placed[list(marks.lower)]
    right, left = placed[list(marks.corners)]
    outer_lower = placed[marks.lower_outer]
    values = {
        "gap": float((upper[:, 1] - lower[:, 1]).mean()),
        "width": float(left[0] - right[0]),
        "upper_protrusion": float(placed[marks.upper_outer, 2]),
        "lower_protrusion": float(outer_lower[2]),
        "chin": float(-placed[marks.chin, 1]),
        "corner": float((left[1] + right[1]) / 2),
        "lower_roll": float(lower[:, 2].mean() - outer_lower[2]),
        "bite": float(upper[:, 1].mean() - lower[:, 1].mean() - 2.0),
    }
    for name, lids in zip(("lid_left", "lid_right"), marks.lids, strict=True):
        values[name] = float(placed[lids[0], 1] - placed[lids[1], 1]) if lids else 0.0
    return np.array([values.get(name, 0.0) for name in MEASURES], np.float32)


def _faults(
    points: Vectors,
    deltas: Mapping[str, Vectors],
    rig_map: RigMap,
    effects: Mapping[str, NDArray[np.float32]],
    face: Frame,
) -> tuple[Fault, ...]:
    used = [target for target in rig_map.targets if target in deltas]
    sources = {target: {drive.source for drive in rig_map.active if drive.target == target} for target in used}
    reach = {target: float(np.abs(deltas[target]).max(initial=0.0)) * face.millimetres for target in used}
    dead = [target for target in used if reach[target] < _DEAD and sources[target] != {"viseme_sil"}]
    faults = [Fault("dead", target) for target in dead]
    alive = [target for target in used if target not in dead and reach[target] >= _DEAD]
    placed = face.place(points)
    for target in alive:
        (source, *others) = sources[target]
        if not others and _is_swapped(placed, deltas[target], source):
            faults.append(Fault("swapped", target))
        elif not others and _is_reversed(effects[source], source):
            faults.append(Fault("reversed", target))
    return (*faults, *_duplicates(alive, deltas, sources))


def _is_reversed(effect: NDArray[np.float32], source: str) -> bool:
    """Whether a source does the opposite of the reference, on measures where that is clear."""
    if source.startswith("eyeLook"):
        return False
    expected = REFERENCE.jacobian[arkit.INDEX[source]] if source in arkit.INDEX else viseme_effects()[source]
    told = np.abs(expected) > _CLEAR
    size = float(np.linalg.norm(effect[told]) * np.linalg.norm(expected[told]))
    return bool(told.any() and size > 0.0 and float(effect[told] @ expected[told]) / size < -_TELLING)


def _is_swapped(placed: NDArray[np.float64], move: Vectors, source: str) -> bool:
    """Whether a shape of one side acts on the other."""
    side = 1.0 if source.endswith("Left") else -1.0 if source.endswith("Right") else 0.0
    if not side or source in {"jawLeft", "jawRight", "mouthLeft", "mouthRight"} or source.startswith("eyeBlink"):
        return False
    weight = np.square(move.astype(np.float64)).sum(1)
    centre = float(weight @ placed[:, 0]) / max(float(weight.sum()), 1e-30)
    return side * centre < -5.0


def _duplicates(targets: list[str], deltas: Mapping[str, Vectors], sources: Mapping[str, set[str]]) -> list[Fault]:
    """Shapes with the same displacement though they should differ; seen on a sample of the vertices."""
    if len(targets) < 2:
        return []
    step = max(1, len(deltas[targets[0]]) // _SAMPLE)
    flat = np.stack([deltas[target][::step].ravel() for target in targets])
    length = np.linalg.norm(flat, axis=1)
    alike = flat @ flat.T / np.maximum(np.outer(length, length), 1e-30)
    close = (alike > _ALIKE) & (np.abs(length[:, None] - length[None]) < 0.01 * length[:, None])
    return [
        Fault("duplicate", targets[j], targets[i])
        for i, j in zip(*np.nonzero(np.triu(close, 1)), strict=True)
        if sources[targets[i]] != sources[targets[j]]
    ]
