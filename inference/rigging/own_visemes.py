# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's own poses as visemes: stored as values of shapes, bones and properties, blended as our visemes are.

Which viseme shows is told by the phones, run into each other as ours are, and how much of it by the 52 curves, so that timing,
coarticulation, sliders and edited phones hold for the artist's poses too. A pose takes the place of what our curves do to the
mouth; visemes that were not posed stay ours.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit, geometry, least_squares, phones
from ..articulation import articulate, shape, to_weights
from ..articulation.shaping import VISEME_BLUR, likelier
from ..errors import ParlanceError
from ..formats.untrusted import number, parse_json
from ..performance import FRAME_RATE, Performance, Phone
from ..smoothing import smooth
from .reduction import SOLVED
from .rig_map import Drive, RigMap
from .visemes import NAMES, OWN, PHONES

FORMAT: Final = "parlance visemes"
VERSION: Final = 1
NO_FILE: Final = "This file holds no visemes; choose one that was saved from the panel Own Visemes."
_MOST: Final = 5000
_LONGEST: Final = 300
_REST: Final = "pose_sil"
_AMONG: Final = tuple(name for name in OWN if name != _REST)
_SAID: Final[dict[str, str]] = {
    "PP": "p b m", "FF": "f v", "TH": "θ ð", "DD": "t d ɾ", "nn": "n l", "SS": "s z", "CH": "ʃ ʒ tʃ dʒ", "RR": "ɹ r ɝ",
    "kk": "k g ŋ ç x", "I": "i ɪ j", "E": "e ɛ æ", "aa": "a ɑ ʌ ə", "O": "ɔ o ø", "U": "ʊ u y w",
}  # fmt: skip
"""The phones of each viseme, after the fifteen of Oculus; h and the glottal stop have none of their own."""
_CLASSES: Final = np.array(
    [[symbol in _SAID[name[5:]].split() for name in _AMONG] + [symbol == "sil"] for symbol in phones.SYMBOLS], np.float32
)
_FULLEST: Final = 1.15
_ENOUGH: Final = 1e-5
_RIDGE: Final = 0.02
_COST: Final = 0.01
_SMOOTHNESS: Final = 0.02
_OPEN_GAP: Final = 0.3
_CLOSED_GAP: Final = -0.7
_LOOSE_ROLL: Final = -1.0
_BITTEN_ROLL: Final = -2.5
"""Millimetres of the lips at which a contact begins and is complete, as in reduction.py."""
_SEEN: Final = np.array([name in SOLVED or name == "tongueOut" for name in arkit.NAMES])


@dataclass(frozen=True)
class Pose:
    """One viseme. `shapes`: values of shape keys by name; `controls`: of bones and properties by data path, whole channels."""

    shapes: Mapping[str, float] = field(default_factory=dict)
    controls: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnVisemes:
    """All visemes that an artist has posed for a character, `poses` by the names of visemes.OWN.

    rest: values of controls when nothing is posed; 0 where not named.
    """

    poses: Mapping[str, Pose] = field(default_factory=dict)
    rest: Mapping[str, float] = field(default_factory=dict)


def drives(own: OwnVisemes, targets: Collection[str], *, controls: bool) -> tuple[Drive, ...]:
    """How poses reach those of their shapes, or controls, that exist: a drive for each viseme that moves one."""
    found = []
    for target in targets:
        rest = own.rest.get(target, 0.0) if controls else 0.0
        values = {source: (pose.controls if controls else pose.shapes).get(target, rest) for source, pose in own.poses.items()}
        moved = {source: value for source, value in values.items() if abs(value - rest) > _ENOUGH}
        low, high = min(rest, *values.values(), rest), max(rest, *values.values(), rest)
        for number_, (source, value) in enumerate(moved.items()):
            offset = rest if number_ == 0 else 0.0
            found.append(Drive(source, target, gain=value - rest, offset=offset, low=low, high=high))
    return tuple(found)


def shape_targets(own: OwnVisemes) -> frozenset[str]:
    """The shape keys that any pose moves."""
    return frozenset(name for pose in own.poses.values() for name, value in pose.shapes.items() if abs(value) > _ENOUGH)


def control_targets(own: OwnVisemes) -> frozenset[str]:
    """The channels of bones and properties that any pose moves."""
    return frozenset(
        path
        for pose in own.poses.values()
        for path, value in pose.controls.items()
        if abs(value - own.rest.get(path, 0.0)) > _ENOUGH
    )


def with_poses(rig_map: RigMap, more: tuple[Drive, ...]) -> RigMap:
    """A map with drives of the artist's poses beside its own; a target that both move may go as far as either."""
    return RigMap(rig_map.convention, (*rig_map.drives, *more)) if more else rig_map


def looks(performance: Performance, times: NDArray[np.float64]) -> NDArray[np.float32]:
    """Which viseme is said at each of the times float64[F] on the performance's clock: float32[F, V] in _AMONG order, 0..1.

    They run into each other as ours do; what is left to 1 is silence. Sounds that leave the lips free, as h, have no viseme.
    """
    posteriors = performance.posteriors
    if not len(posteriors):
        return np.zeros((len(times), len(_AMONG)), np.float32)
    said = _of_classes(smooth(np.asarray(likelier(posteriors) @ _CLASSES, np.float32), VISEME_BLUR * FRAME_RATE))
    heard = performance.times
    return np.stack([np.interp(times, heard, column) for column in said.T], axis=1).astype(np.float32)


def looks_of(said: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same, float32[F, V], of phones float32[F, P] that are run into each other already, as live/window.py gives them."""
    return _of_classes(np.asarray(said @ _CLASSES, np.float32))


def _of_classes(said: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[F, V] shares of the visemes, from those of all classes float32[F, V + 1], the last of them silence."""
    return np.asarray(said / np.maximum(said.sum(1, keepdims=True), 0.05), np.float32)[:, :-1]


def blended(
    shapes: NDArray[np.float32], sources: Iterable[str], said: NDArray[np.float32] | None = None
) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]:
    """What is left of the 52 weights float32[F, 52], and how much of each posed viseme shows, {source: float32[F] 0..1}.

    sources: everything that reaches the character; where nothing of ours moves its mouth, the nearest pose stands in for those
    that are missing.   said: float32[F, V] of `looks`; without, it is told by the curves alone.
    """
    everything = frozenset(sources)
    posed = [name for name in _AMONG if name in everything]
    if any(name in SOLVED or name in NAMES for name in everything):
        shares = _shares(shapes, said)
    else:
        near = _nearest(posed)
        shares = _shares(shapes, said) @ near
    shown = {name: shares[:, _AMONG.index(name)] for name in posed}
    total = sum(shown.values(), np.zeros(len(shapes), np.float32))
    if _REST in everything:
        shown[_REST] = np.clip(1.0 - shares.sum(1), 0.0, 1.0)
    left = shapes.copy()
    left[:, _SEEN] *= (1.0 - total)[:, None]
    return left, {name: np.asarray(share, np.float32) for name, share in shown.items()}


def _shares(shapes: NDArray[np.float32], said: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """How much of each viseme the curves show, float32[F, V], together at most 1; contacts first."""
    if not len(shapes):
        return np.zeros((0, len(_AMONG)), np.float32)
    moved = np.ascontiguousarray(shapes[:, _SEEN])
    if said is None or len(said) != len(shapes):
        found = _told_by_curves(moved)
    else:
        mixture = said @ _patterns()
        size = (moved * mixture).sum(1) / np.maximum((mixture**2).sum(1), 0.02)
        found = said * np.clip(size, 0.0, _FULLEST)[:, None]
    found = found / np.maximum(found.sum(1, keepdims=True), 1.0)
    full = geometry.measure(shapes)
    gap, roll = full[:, geometry.INDEX["gap"]], full[:, geometry.INDEX["lower_roll"]]
    closed = np.clip((_OPEN_GAP - gap) / (_OPEN_GAP - _CLOSED_GAP), 0.0, 1.0)
    if said is not None and len(said) == len(shapes):  # lips that a mood presses together are no p
        closed = closed * np.clip(8.0 * said[:, _AMONG.index("pose_PP")], 0.0, 1.0)
    bitten = np.clip((_LOOSE_ROLL - roll) / (_LOOSE_ROLL - _BITTEN_ROLL), 0.0, 1.0) * (1.0 - closed)
    for name, amount in (("pose_FF", bitten), ("pose_PP", closed)):
        found = found * (1.0 - amount)[:, None]
        found[:, _AMONG.index(name)] += amount
    return np.asarray(found, np.float32)


def _told_by_curves(moved: NDArray[np.float32]) -> NDArray[np.float32]:
    patterns = _patterns()
    return least_squares.solve(
        least_squares.Problem(
            columns=patterns,
            wanted=moved,
            importance=np.ones(patterns.shape[1], np.float32),
            upper=np.ones((len(moved), len(patterns)), np.float32),
            start=np.zeros((len(moved), len(patterns)), np.float32),
            cost=np.full(len(patterns), _COST, np.float32),
            groups=[[i] for i in range(len(patterns))],
            ridge=_RIDGE,
            smoothness=_SMOOTHNESS,
        )
    )


@lru_cache(maxsize=1)
def _patterns() -> NDArray[np.float32]:
    """What our curves show of each viseme in _AMONG while its phone is held, float32[V, S] of the shapes that are seen."""
    times = np.asarray((np.arange(36) + 0.5) / FRAME_RATE, np.float64)
    held = []
    for name in _AMONG:
        symbol = PHONES[OWN[name]]
        said = [Phone(symbol, 0.0, len(times) / FRAME_RATE)]
        posteriors = np.full((len(times), phones.COUNT), 1e-4, np.float32)
        posteriors[:, phones.INDEX[symbol]] = 1.0
        held.append(shape(to_weights(articulate(said, times)), posteriors, said)[len(times) // 2, _SEEN])
    return np.stack(held).astype(np.float32)


@lru_cache(maxsize=64)
def _nearest_table(posed: tuple[str, ...]) -> NDArray[np.float32]:
    table = np.zeros((len(_AMONG), len(_AMONG)), np.float32)
    if posed:
        columns = [_AMONG.index(name) for name in posed]
        apart = np.linalg.norm(_patterns()[:, None] - _patterns()[columns][None], axis=2)
        table[np.arange(len(_AMONG)), np.array(columns)[apart.argmin(1)]] = 1.0
        if "pose_PP" not in posed:
            table[_AMONG.index("pose_PP")] = 0.0
    return table


def _nearest(posed: Sequence[str]) -> NDArray[np.float32]:
    """float32[V, V] which posed viseme stands for each; lips that must meet return to rest where no pose closes them."""
    return _nearest_table(tuple(posed))


def to_json(own: OwnVisemes) -> str:
    """The poses as JSON text, in the form that docs/rig-maps.md describes."""
    rows = {
        name: {kind: values for kind, values in (("shapes", dict(pose.shapes)), ("controls", dict(pose.controls))) if values}
        for name, pose in own.poses.items()
    }
    return json.dumps(
        {"format": FORMAT, "version": VERSION, "rest": dict(own.rest), "visemes": rows}, ensure_ascii=False, indent=1
    )


@lru_cache(maxsize=32)
def from_json(text: str) -> OwnVisemes:
    """Read a file of visemes. Raises ParlanceError that names what is wrong with it."""
    raw = parse_json(text, NO_FILE)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT or not isinstance(raw.get("visemes"), dict):
        raise ParlanceError(NO_FILE)
    if raw.get("version") != VERSION:
        raise ParlanceError("These visemes were saved by a newer Parlance; update the extension to load them.")
    found = {}
    for name, row in raw["visemes"].items():
        if name not in OWN:
            raise ParlanceError(f"“{name}” in this file is no viseme; it must be one of {', '.join(OWN)}.")
        if not isinstance(row, dict) or not row.keys() <= {"shapes", "controls"}:
            raise ParlanceError(f"The viseme “{name}” in this file has unknown fields; save it again.")
        found[name] = Pose(_values(row.get("shapes", {}), name), _values(row.get("controls", {}), name))
    return OwnVisemes(found, _values(raw.get("rest", {}), "rest"))


def _values(raw: Any, name: str) -> dict[str, float]:
    if not isinstance(raw, dict) or len(raw) > _MOST or any(len(target) > _LONGEST for target in raw):
        raise ParlanceError(f"The values of “{name}” in this file are none; save it again.")
    try:
        return {target: number(value) for target, value in raw.items()}
    except ValueError as error:
        raise ParlanceError(f"A value of “{name}” in this file is no number; save it again.") from error
