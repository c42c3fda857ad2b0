# SPDX-License-Identifier: GPL-3.0-or-later
"""Every shape key of a character measured: what it does, whatever it is called."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..geometry import INDEX
from .face_frame import Frame, Known, Vectors, frame, opening
from .landmarks import Landmarks, find, lid_skin, lids
from .measures import measured, resting
from .parts import Face
from .poses import poses
from .search import openers_and_blinks
from .windows import WINDOWS, windowed

DEAD: Final = 0.02
"""Millimetres; a key that moves no vertex by more does nothing."""
_GAP: Final = INDEX["gap"]
_OPENS: Final = 2.0
"""Millimetres between the lips that make a key an opener."""
_ALIKE: Final = 0.999
_SAMPLE: Final = 3000


@dataclass(frozen=True, eq=False)
class Survey:
    """A character's keys, measured together.

    names: the K keys.   reach: float32[K] mm each moves its furthest vertex.   measures: float32[K, M] mm in geometry.MEASURES
    order.   windows: float32[K, W, 3] mm in windows.WINDOWS order.   rest: float32[M].   frame, landmarks: where the face is, as
    numbers of vertices of all parts one after the other.
    twins: pairs of keys that do the same.   opposite: whether the face was found by the opposites of what names say.
    """

    names: tuple[str, ...]
    reach: NDArray[np.float32]
    measures: NDArray[np.float32]
    windows: Vectors
    rest: NDArray[np.float32]
    frame: Frame
    landmarks: Landmarks
    twins: tuple[tuple[str, str], ...]
    opposite: bool = False

    @cached_property
    def index(self) -> dict[str, int]:
        """{key: its row in the arrays}."""
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def dead(self) -> frozenset[str]:
        """Keys that move nothing on any mesh."""
        return frozenset(name for name, reach in zip(self.names, self.reach, strict=True) if reach < DEAD)

    def turned(self, names: Collection[str]) -> Survey:
        """The same survey with the effects of these keys turned round: all that they move goes the other way."""
        sign = np.array([-1.0 if name in names else 1.0 for name in self.names], np.float32)
        return replace(self, measures=self.measures * sign[:, None], windows=self.windows * sign[:, None, None])

    @cached_property
    def likeness(self) -> NDArray[np.float32]:
        """float32[K, L] cosine of every key with every entry of `library`, -1..1."""
        flat = self.windows.reshape(len(self.names), -1).astype(np.float64)  # as in `windowed`
        length = np.linalg.norm(flat, axis=1, keepdims=True)
        return np.asarray(flat @ library().directions.T / np.maximum(length, 1e-6), np.float32)

    def like(self, name: str, source: str) -> float:
        """How far a key does what a source of `library` does, -1 (the opposite) to 1."""
        return float(self.likeness[self.index[name], library().index[source]])


@dataclass(frozen=True, eq=False)
class Library:
    """What sources do to windows on typical heads.

    sources: each a name, or several that together are one key, such as both eyes' blinks joined by “+”.
    directions: float32[L, W * 3] of length 1.   sizes: float32[L] mm.
    """

    sources: tuple[str, ...]
    directions: NDArray[np.float32]
    sizes: NDArray[np.float32]

    @cached_property
    def index(self) -> dict[str, int]:
        """{source: its row in the arrays}."""
        return {name: i for i, name in enumerate(self.sources)}


@lru_cache(maxsize=1)
def library() -> Library:
    """typical_effects.json: the 52 shapes, both halves of the sided ones together, and visemes made of them."""
    raw = json.loads(Path(__file__).with_name("typical_effects.json").read_text(encoding="utf-8"))
    single = np.zeros((arkit.COUNT, len(WINDOWS) * 3), np.float32)
    for name, rows in raw["effects"].items():
        single[arkit.INDEX[name]] = np.ravel(rows)
    entries = {name: single[i] for i, name in enumerate(arkit.NAMES)}
    for name in arkit.NAMES:
        if name.endswith("Left") and name not in {"jawLeft", "mouthLeft"} and not name.startswith("eyeLookIn"):
            if name.startswith("eyeLookOut"):
                continue
            entries[f"{name}+{arkit.mirrored(name)}"] = entries[name] + entries[arkit.mirrored(name)]
    entries["eyeLookOutLeft+eyeLookInRight"] = entries["eyeLookOutLeft"] + entries["eyeLookInRight"]
    entries["eyeLookInLeft+eyeLookOutRight"] = entries["eyeLookInLeft"] + entries["eyeLookOutRight"]
    entries |= {name: pose @ single for name, pose in poses().items() if name != "viseme_sil"}
    rows = np.stack(list(entries.values()))
    sizes = np.linalg.norm(rows, axis=1)
    return Library(tuple(entries), rows / np.maximum(sizes, 1e-6)[:, None], sizes)


def surveyed(face: Face, named: Mapping[str, Mapping[str, float]], known: Known | None = None) -> Survey | None:
    """Measure the keys of a character. None where nothing shows where the mouth is.

    named: what the names of keys propose, {key: {source: gain}}; followed to find the face where it proves right.
    known: where a rig has its eyes.
    """
    found = _located(face, named, known)
    return None if found is None else _measured(face, *found)


def _located(
    face: Face, named: Mapping[str, Mapping[str, float]], known: Known | None
) -> tuple[Frame, Landmarks, dict[str, Vectors], bool] | None:
    """Axes, landmarks and the displacement of the sources that told them: by the names, else by the search alone.

    Where all shapes do the opposite of their names, the face is where those opposites have it: without eyes above the mouth
    the search would take it for one upside down, in which all is as it should be.
    """
    moves = _proposed(face, named)
    blinks = [moves[name] for name in ("eyeBlinkLeft", "eyeBlinkRight") if name in moves]
    opposite = _opposite(face, moves)
    for proposal in (moves, opposite, None):
        sources = openers_and_blinks(face, blinks) if proposal is None else proposal
        axes = frame(face.points, sources, known)
        if axes is not None and _backward(face, axes):
            axes, sources = _turned_round(axes), {arkit.mirrored(source): move for source, move in sources.items()}
        marks = _landmarks(face, sources, axes) if axes else None
        if axes is not None and marks is not None and _parts_lips(sources, axes, marks):
            return axes, marks, sources, proposal is opposite
    return None


def _opposite(face: Face, moves: Mapping[str, Vectors]) -> dict[str, Vectors]:
    """The opposites of what names propose, where those close eyes that lie above the mouth; else nothing."""
    opposite = {name: -move for name, move in moves.items()}
    blinks = [opposite[name] for name in ("eyeBlinkLeft", "eyeBlinkRight") if name in opposite]
    axes = frame(face.points, opposite) if len(blinks) > 1 else None
    fall = [-float(axes.turn(blink)[:, 1].sum()) for blink in blinks] if axes is not None else [0.0]
    return opposite if min(fall) > 0.0 else {}


def _landmarks(face: Face, sources: Mapping[str, Vectors], axes: Frame) -> Landmarks | None:
    """Lips and chin on the part that the mouth is of, rather than on teeth or a beard; each eye's lids on theirs."""
    opener = opening(sources)
    if opener is None or len(np.unique(face.part)) < 2:
        return find(face.points, sources, axes)
    mouth = _main(face, opener)
    marks = find(face.points[mouth], {name: move[mouth] for name, move in sources.items()}, axes)
    if marks is None:
        return None
    marks = marks.moved(mouth)
    eyes, skin = [], lid_skin(sources, len(face.points), axes)
    for side, own in zip(("Left", "Right"), marks.lids, strict=True):
        blink = sources.get(f"eyeBlink{side}")
        around = None if blink is None else _main(face, blink)
        near = face.points[:0] if around is None else face.points[around]
        found = None if blink is None or around is None else lids(axes.place(near), blink[around], axes, skin[around])
        eyes.append(own if found is None or around is None else (int(around[found[0]]), int(around[found[1]])))
    return replace(marks, lids=(eyes[0], eyes[1]))


def _main(face: Face, move: Vectors) -> NDArray[np.intp]:
    """The vertices of the part that a displacement moves most of."""
    moved = np.linalg.norm(move, axis=1)
    strong = moved > 0.1 * moved.max(initial=0.0)
    return np.flatnonzero(face.part == np.bincount(face.part[strong]).argmax())


def _proposed(face: Face, named: Mapping[str, Mapping[str, float]]) -> dict[str, Vectors]:
    moves: dict[str, Vectors] = {}
    alive = {name for name, reach in zip(face.names, face.reach, strict=True) if reach > 0.0}
    for name, gains in named.items():
        if name not in alive:
            continue
        move = face.move(name)
        for source, gain in gains.items():
            both = len(gains) > 1 and source.startswith("eyeBlink")
            moves.setdefault(source, move if gain == 1.0 or both else np.float32(gain) * move)
    left, right = moves.get("eyeBlinkLeft"), moves.get("eyeBlinkRight")
    if left is not None and left is right:
        moves |= _halves(face.points, left)
    return moves


def _halves(points: Vectors, blink: Vectors) -> dict[str, Vectors]:
    """A blink of both eyes as one for each, told by which side of the middle a vertex lies on."""
    weight = np.square(blink).sum(1)
    if not weight.any():
        return {}
    strong = points[weight > 0.05 * weight.max()]
    axis = int(np.argmax(np.ptp(strong, axis=0)))
    middle = (strong[:, axis].min() + strong[:, axis].max()) / 2
    one = np.where((points[:, axis] > middle)[:, None], blink, np.float32(0.0))
    return {"eyeBlinkLeft": one, "eyeBlinkRight": blink - one}


def _backward(face: Face, axes: Frame) -> bool:
    """Whether the front is behind: faces bulge forward. So it is where left and right are named from the viewer's side."""
    placed = axes.place(face.points[face.mobile > 0.0])
    aside = np.abs(placed[:, 0])
    return bool(len(placed) > 2 and np.cov(aside, placed[:, 2])[0, 1] > 0.3 * aside.std() * placed[:, 2].std())


def _turned_round(axes: Frame) -> Frame:
    return replace(axes, axes=axes.axes * [[-1.0], [1.0], [-1.0]])


def _parts_lips(moves: Mapping[str, Vectors], axes: Frame, marks: Landmarks) -> bool:
    """Whether what is said to open the mouth opens it."""
    opener = opening(moves)
    if opener is None:
        return False
    return float(measured(opener[None], axes, marks)[0, _GAP]) > _OPENS


def _measured(face: Face, axes: Frame, marks: Landmarks, sources: Mapping[str, Vectors], opposite: bool) -> Survey:
    opener = opening(sources)
    assert opener is not None
    blinks = {side: sources[f"eyeBlink{side}"] for side in ("Left", "Right") if f"eyeBlink{side}" in sources}
    return Survey(
        names=face.names,
        reach=face.reach * np.float32(axes.millimetres),
        measures=measured(face.moves, axes, marks),
        windows=windowed(face, axes, marks, opener, blinks),
        rest=resting(face.points, axes, marks),
        frame=axes,
        landmarks=marks.moved(face.home),
        twins=_twins(face),
        opposite=opposite,
    )


def _twins(face: Face) -> tuple[tuple[str, str], ...]:
    """Pairs of keys with the same displacement, seen on a sample of what moves."""
    moving = np.flatnonzero(face.mobile)
    sample = face.moves[:, moving[:: max(1, len(moving) // _SAMPLE)]].reshape(len(face.names), -1)
    length = np.linalg.norm(sample, axis=1)
    alike = sample @ sample.T / np.maximum(np.outer(length, length), 1e-30)
    same = (alike > _ALIKE) & (np.abs(length[:, None] - length[None]) < 0.01 * length[:, None])
    return tuple((face.names[i], face.names[j]) for i, j in zip(*np.nonzero(np.triu(same, 1)), strict=True))
