# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys in and out of Blender's f-curves, a stretch of frames at a time.

Whatever lies outside the stretch keeps every bit it has: positions, handles, types, selection.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...inference.keying import groups
from ...inference.keying.cut import as_stored, select
from ...inference.keying.keys import Keys, Rounded
from ...inference.keying.ranges import Ranges, distance, holds

FORMER_GROUP: Final = "Parlance"
"""Where every curve was filed before there were groups for the parts of a face."""
SAME_FRAME: Final = 1e-3
"""Frames within which two keys stand on one."""
SLOW: Final = 64
"""Keys more or fewer from which on all are made anew rather than some added or removed one by one."""
FEW: Final = 16
"""Keys that are deselected one by one sooner than all of a curve."""
BENT: Final = 2e-3
"""Change of slope, per frame, from which a key is a corner rather than rounding."""
BEZIER, FREE, ALIGNED, GENERATED, KEYFRAME = 2, 0, 3, 5, 0
"""Blender's numbers for interpolation, handle and key types, as foreach_set takes them."""
PAIRS: Final = ("co", "handle_left", "handle_right")
FLOATS: Final = ("amplitude", "back", "period")
ENUMS: Final = ("interpolation", "easing", "handle_left_type", "handle_right_type", "type")
HANDLES: Final = ("handle_left_type", "handle_right_type")
OF_BEZIER: Final = ("easing", *HANDLES, "type")
"""What an artist sets on keys that are all Bézier: amplitude and the like are of other interpolations."""
FLAGS: Final = ("select_control_point", "select_left_handle", "select_right_handle")
DEFAULTS: Final = {
    "amplitude": 0.8,
    "back": 1.70158,
    "period": 4.1,
    "interpolation": BEZIER,
    "handle_left_type": ALIGNED,
    "handle_right_type": ALIGNED,
    "type": GENERATED,
}


def is_filed(curve: Any | None) -> bool:
    """Whether there is a curve, and its group may stay: none, one of today's, or the artist's."""
    group = curve.group if curve is not None else None
    return curve is not None and (group is None or group.name != FORMER_GROUP)


def find(bag: Any | None, path: str, index: int = 0) -> Any | None:
    """The curve of a property, None where it has none."""
    return bag.fcurves.find(path, index=index) if bag is not None else None


def ensure(bag: Any, path: str, index: int, group: str) -> Any:
    """The curve of a property, made in a group ("" for none) where missing; one that the artist filed elsewhere stays there."""
    found = bag.fcurves.find(path, index=index)
    if found is None:
        found = bag.fcurves.new(path, index=index)
    elif is_filed(found):
        return found
    file(bag, found, group)
    return found


def file(bag: Any, curve: Any, group: str) -> None:
    """Put a curve into a group, that is made where missing; "" for none."""
    if group:
        curve.group = bag.groups.get(group) or bag.groups.new(group)


def remove_empty_groups(bag: Any) -> None:
    """Take away groups of ours in which nothing is filed any more."""
    for group in [group for group in bag.groups if group.name in {*groups.ALL, FORMER_GROUP} and len(group.channels) == 0]:
        bag.groups.remove(group)


def read(fcurve: Any | None, ranges: Ranges | None = None) -> Keys:
    """The keys of a curve, all or those within ranges."""
    points = fcurve.keyframe_points if fcurve is not None else ()
    kinds = _attribute(points, "interpolation")
    keys = Rounded.of(_block(points), None if _is_usual(kinds, "interpolation") else kinds)
    return keys if ranges is None else select(keys, holds(ranges, keys.frames))


def replace(
    fcurve: Any, keys: Keys, ranges: Ranges, *, generated: NDArray[np.bool_] | None = None, standing: Keys | None = None
) -> None:
    """Put keys in place of those within the ranges; every other key keeps every bit.

    A key that was there before, at the same frame and value, keeps its interpolation, easing, selection and so on; one of the
    artist's own does also where its value is another now. Where a key that stays stands on the frame of a new one, it goes
    before the new one.
    generated: which of the keys are Parlance's own (all by default); the others are drawn as the artist's.
    standing: what `read` gave, where nothing has changed since.
    """
    points, merged = fcurve.keyframe_points, keys
    co = as_stored(standing).block[0] if standing is not None else _get(points, "co", np.float32, 2)
    inside = holds(ranges, co[:, 0])
    if inside.all() and standing is not None and standing.kinds is None and keys.kinds is None:
        _put(points, _rows(points, co, merged, inside, generated, asked=OF_BEZIER))
        return
    outside = np.flatnonzero(~inside)
    if len(outside) and len(merged):
        free = distance(merged.frames, co[outside, 0]) > SAME_FRAME
        merged, generated = select(merged, free), generated[free] if generated is not None else None
    _put(points, _rows(points, co, merged, inside, generated))


def _put(points: Any, rows: dict[str, NDArray[Any]]) -> None:
    """Let a curve have these keys and no others; none is selected where the rows do not say which.

    Of what the rows do not say every key has the usual already; only keys that are added do not.
    """
    count = len(rows["co"])
    more = count - len(points)
    if abs(more) > SLOW:
        points.clear()
        more = count
    for _ in range(-more):
        points.remove(points[-1], fast=True)
    if more > 0:
        points.add(more)  # selected, and with nothing set
        few = more < FEW and FLAGS[0] not in rows
        for point in points[-more:] if few else ():
            point.select_control_point = point.select_left_handle = point.select_right_handle = False
        unset = (*FLOATS, *ENUMS) if few else _USUAL
        rows = {**{name: np.full(count, _USUAL[name]) for name in unset}, **rows}
    for name, values in rows.items():
        points.foreach_set(name, values.ravel())


def _rows(
    points: Any,
    co: NDArray[np.float32],
    keys: Keys,
    inside: NDArray[np.bool_],
    generated: NDArray[np.bool_] | None,
    *,
    asked: tuple[str, ...] = (*FLOATS, *ENUMS),
) -> dict[str, NDArray[Any]]:
    """What every key of a curve will be: those that stay, and new ones in place of those inside.

    co: float32[n, 2] where its keys are.   asked: of what else something may be said.
    Nothing is said of what is as usual on every key, before and from now on.
    """
    middle: dict[str, NDArray[Any]] = dict(zip(PAIRS, as_stored(keys).block, strict=True))
    bent = _is_bent(keys)
    needed = dict.fromkeys(HANDLES, bool(bent.any()))
    needed |= {"interpolation": keys.kinds is not None, "type": generated is not None and not generated.all()}
    kept: NDArray[np.int_] | None = None
    for name in (*asked, *(FLAGS if not _is_usual(_attribute(points, FLAGS[0]), FLAGS[0]) else ())):
        before, usual = _attribute(points, name), _USUAL[name]
        differs = not _is_usual(before, name)
        if not differs and not needed.get(name):
            continue
        values = np.full(len(keys), usual)
        if differs:
            kept = _survivors(co, keys, inside, generated) if kept is None else kept
            stays = np.flatnonzero(kept >= 0)
            values[stays] = before[kept[stays]]
        if name == "interpolation":
            values = keys.every_kind
        if name in HANDLES:
            values[(values == ALIGNED) & bent] = FREE
        if name == "type" and generated is not None:
            values[(values == GENERATED) & ~generated] = KEYFRAME
            values[generated] = GENERATED
        middle[name] = values
    outside = np.flatnonzero(~inside)
    if not len(outside):
        return middle
    before_of = {name: _get(points, name, np.float32, 2) if name in PAIRS else _attribute(points, name) for name in middle}
    together = {name: np.concatenate((middle[name], before_of[name][outside])) for name in middle}
    order = np.argsort(together["co"][:, 0], kind="stable")
    return {name: values[order] for name, values in together.items()}


def _is_bent(keys: Keys) -> NDArray[np.bool_]:
    """Keys whose two handles do not lie on one line: aligned, Blender would turn one of them."""
    point, left, right = as_stored(keys).block.astype(np.float64)
    before, after = point - left, right - point
    across = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    bent: NDArray[np.bool_] = np.abs(across) > BENT * np.abs(before[:, 0] * after[:, 0]) + 1e-9
    return bent


def _survivors(
    where: NDArray[np.float32], keys: Keys, inside: NDArray[np.bool_], generated: NDArray[np.bool_] | None
) -> NDArray[np.int_]:
    """For each key the point it was before, -1 for a new one. where: float32[n, 2] of the points."""
    kept = np.full(len(keys), -1)
    old = np.flatnonzero(inside)
    if not len(old) or not len(keys):
        return kept
    co = where[old]
    nearest = np.clip(np.searchsorted(co[:, 0], keys.frames), 0, len(old) - 1)
    hand_made = ~generated if generated is not None else np.zeros(len(keys), bool)
    match = (co[nearest, 0] == keys.frames) & (hand_made | (co[nearest, 1] == keys.values))
    kept[match] = old[nearest[match]]
    return kept


def _attribute(points: Any, name: str) -> NDArray[Any]:
    count = len(points)
    values = np.empty(count, _TYPES[name])
    if count:
        points.foreach_get(name, values)
    return values


def _is_usual(values: NDArray[Any], name: str) -> bool:
    """Whether every key has what keys usually have. Bytes are compared ten times as fast as numbers."""
    return bool(values.tobytes() == _USUAL_BYTES[name] * len(values))


def _block(points: Any) -> NDArray[np.float32]:
    """float32[3, n, 2] the points and their handles, as `Rounded` has them."""
    block = np.empty((len(PAIRS), len(points), 2), np.float32)
    for pairs, name in zip(block, PAIRS, strict=True) if len(points) else ():
        points.foreach_get(name, pairs.reshape(-1))
    return block


_TYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(FLOATS, np.float32),
    **dict.fromkeys(ENUMS, np.uint8),
    **dict.fromkeys(FLAGS, np.bool_),
}
"""As Blender has them: copied, not converted."""
_USUAL: Final = {name: of_type(DEFAULTS.get(name, 0)) for name, of_type in _TYPES.items()}
_USUAL_BYTES: Final[dict[str, bytes]] = {name: usual.tobytes() for name, usual in _USUAL.items()}


def _get(points: Any, name: str, dtype: Any, width: int) -> NDArray[Any]:
    values = np.empty(len(points) * width, dtype)
    if len(points):
        points.foreach_get(name, values)
    return values.reshape(-1, width)


def generated(fcurve: Any) -> NDArray[np.bool_]:
    """bool[n]: which keys Blender draws as generated, which is how we mark ours."""
    return np.asarray(_attribute(fcurve.keyframe_points, "type") == GENERATED)


def selected(fcurve: Any) -> NDArray[np.bool_]:
    """bool[n]: which keys an artist has selected."""
    return np.asarray(_attribute(fcurve.keyframe_points, "select_control_point"))


def make_hand_made(fcurve: Any, chosen: NDArray[np.bool_]) -> None:
    """Draw these keys, bool[n], as the artist's own: generated ones that were changed, and stay when their line goes."""
    points = fcurve.keyframe_points
    kinds = _attribute(points, "type")
    if (ours := chosen & (kinds == GENERATED)).any():
        kinds[ours] = KEYFRAME
        points.foreach_set("type", kinds)


def keep_only(fcurve: Any, kept: NDArray[np.bool_]) -> None:
    """Take away every key but these, bool[n]; those keep every bit."""
    points = fcurve.keyframe_points
    pairs = {"co": (np.float32, 2), "handle_left": (np.float32, 2), "handle_right": (np.float32, 2)}
    rows = {name: _get(points, name, *kind)[kept] for name, kind in pairs.items()}
    rows |= {name: _attribute(points, name)[kept] for name in (*FLOATS, *ENUMS, *FLAGS)}
    points.clear()
    points.add(int(kept.sum()))
    for name, values in rows.items():
        points.foreach_set(name, values.ravel())


def move(fcurve: Any, moves: Iterable[tuple[NDArray[np.bool_], float, float]]) -> None:
    """Move keys, handles and all: for each mask bool[n], offset and scale, every frame f becomes f * scale + offset.

    All at once, so that keys may change places. A key that stays is not overrun: what lands on its frame goes away.
    """
    points = fcurve.keyframe_points
    was = {name: _get(points, name, np.float32, 2) for name in ("co", "handle_left", "handle_right")}
    stays = np.ones(len(points), bool)
    for mask, offset, scale in moves:
        stays &= ~mask
        for values in was.values():
            values[mask, 0] = values[mask, 0] * scale + offset
    for name, values in was.items():
        points.foreach_set(name, values.ravel())
    frames = was["co"][:, 0]
    landed = np.flatnonzero(~stays)
    if stays.any() and len(landed):
        overrun = distance(frames[landed], frames[stays]) <= SAME_FRAME
        if overrun.any():
            keep_only(fcurve, ~np.isin(np.arange(len(points)), landed[overrun]))
    points.sort()
