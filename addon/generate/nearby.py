# SPDX-License-Identifier: GPL-3.0-or-later
"""A long line answers a slider at once around the playhead: its face is shown there as it will be, before it is keyed.

What is shown are values alone, set after Blender has evaluated a frame: no key and no record is touched, so that saving, undo and
the artist's own keys know nothing of it. When the slider rests the line is rebuilt as a whole (`later.py`), to the same values
but for blinks and glances, which depend on all that was before.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import bpy
from bpy.app.handlers import persistent
from numpy.typing import NDArray

from ...inference.keying.cut import same
from ...inference.rigging.controllers import address
from ...inference.rigging.cue_track import Spoken
from ...inference.tracks import Tracks
from ..scene import lines, properties, slots, stored
from . import line_keys, perform, plan
from .curves import turned
from .data import Plan

AROUND: Final = 10.0
"""Seconds on either side of the playhead that are shown."""
UP_TO: Final = 1800.0
"""Seconds of sound up to which a line is shown: what must be looked at in a longer one would hold the slider up."""
DRAG: Final = 1.0
"""Seconds within which another move is one of the same drag."""
Which: TypeAlias = tuple[int, str]
"""The identity of a character, and the token of its line."""


@dataclass(frozen=True)
class Shown:
    """Values of a line's curves at the scene's frames from `first` on: what has the property, its path, element and values."""

    scene: Any
    first: int
    count: int
    values: tuple[tuple[Any, str, int, NDArray[Any]], ...]


_shown: dict[Which, Shown] = {}
_drag: list[Any] = []
"""Of the line that a slider moved last: which, when, at which frame, its plan and the curves that may be shown."""


def show(root: Any, line: Any) -> None:
    """Show a line as its sliders stand now, around the playhead. Where an artist's passages or tracks shape it too, it waits.

    So does a line longer than UP_TO. Raises ParlanceError when the character cannot be animated now.
    """
    if lines.placement_of(line).duration > UP_TO:
        return
    scene = lines.scene_of(line)
    planned, free = _known(root, line, scene)
    frames = _near(planned, scene.frame_current, scene)
    if frames is None or planned.edits or planned.retouching.passages:
        forget((root.session_uid, line.token))
        return
    values = tuple(
        (free[owner, path, index], path, index, column)
        for owner, path, index, column in _values(planned, frames)
        if (owner, path, index) in free
    )
    _watch()
    if _drag:
        _drag[1] = time.monotonic()
    _shown[root.session_uid, line.token] = Shown(scene, planned.first + frames.start, frames.stop - frames.start, values)
    apply(scene)


def _known(root: Any, line: Any, scene: Any) -> tuple[Plan, dict[tuple[int, str, int], Any]]:
    """The plan of a line as its sliders stand, and what of it may be shown; while a slider is dragged nothing else changes."""
    which, now, frame = (root.session_uid, line.token), time.monotonic(), scene.frame_current
    if _drag and _drag[0] == which and now - _drag[1] < DRAG and _drag[2] == frame:
        direction = properties.direction_of(line.direction)
        return replace(_drag[3], direction=direction), _drag[4]
    planned = plan.replan(scene, root, line)
    _drag[:] = [which, now, frame, planned, _unedited(root, line)]
    return planned, _drag[4]


def forget(which: Which) -> None:
    """Show a line as it is keyed again, from the next evaluation on."""
    _shown.pop(which, None)


def apply(scene: Any) -> None:
    """Set what is shown of the scene's frame."""
    for which, shown in list(_shown.items()):
        at = scene.frame_current - shown.first
        if shown.scene != scene or not 0 <= at < shown.count:
            continue
        try:
            for owner, path, index, values in shown.values:
                _set(owner, path, index, float(values[at]))
        except (ReferenceError, ValueError):  # something was removed meanwhile
            forget(which)


def _near(planned: Plan, frame: int, scene: Any) -> slice | None:
    """Which frames of the sound are around the playhead; None where none are."""
    reach = round(AROUND * planned.fps)
    first, last = max(frame - reach, planned.core.first), min(frame + reach, planned.core.last)
    inside = planned.core.first <= frame <= planned.core.last
    return slice(int(first - planned.first), int(last - planned.first) + 1) if inside else None


def _values(planned: Plan, frames: slice) -> list[tuple[int, str, int, NDArray[Any]]]:
    """What the curves of a line will be at some frames of its sound: owner, path, index and a value a frame."""
    assert planned.heard is not None
    performance = planned.retouching.revised(planned.heard)
    ahead = planned.lead if planned.idles[0] else 0
    animation = perform.act_line(planned, performance, Tracks(), slice(frames.start + ahead, frames.stop + ahead))
    said_at = animation.times - planned.first / planned.fps + planned.direction.lead
    rigging, spoken = planned.rigging.saying(performance, said_at), Spoken(performance.phones, said_at)
    made: list[tuple[int, str, int, NDArray[Any]]] = [
        (face.owner, face.paths[target], 0, values)
        for face in planned.faces
        for target, values in rigging.apply(face.rig_map, animation.shapes).items()
    ]
    for owner, controls in ((planned.body, rigging.controls), *rigging.elsewhere):
        moved = rigging.apply(controls, animation.shapes, spoken)
        made += [(owner, *address(target), values) for target, values in moved.items()]
    for item in planned.joints:
        rotation = turned(item, animation)
        made += [(item.owner, item.joint.path, index, rotation[:, index]) for index in range(rotation.shape[1])]
    return made


def _unedited(root: Any, line: Any) -> dict[tuple[int, str, int], Any]:
    """The datablocks of the curves that are all ours, by identity, path and element: an artist's changes stay in sight."""
    return {
        (curves.owner.session_uid, place.path, place.element): curves.owner
        for curves, place, record, standing in line_keys.on_line(root, line, slots.Records())
        if curves.owner is not None and not record.edits and same(record.written, standing) and not _locked(curves, place)
    }


def _locked(curves: slots.SlotCurves, place: stored.Place) -> bool:
    curve = curves.find(place)
    return curve is None or bool(curve.lock)


def _set(owner: Any, path: str, index: int, value: float) -> None:
    holder, _, name = path.rpartition(".")
    if name.endswith("]"):  # a property of the artist's
        holder, _, quoted = path.rpartition("[")
        target = owner.path_resolve(holder) if holder else owner
        target[quoted.strip('"]')] = value
        return
    target = owner.path_resolve(holder) if holder else owner
    if target.bl_rna.properties[name].is_array:
        getattr(target, name)[index] = value
    else:
        setattr(target, name, value)


def _watch() -> None:
    handlers = bpy.app.handlers
    for handler, listeners in ((_on_frame, handlers.frame_change_post), (_on_load, handlers.load_pre)):
        if handler not in listeners:
            listeners.append(handler)


@persistent  # type: ignore[untyped-decorator]
def _on_frame(scene: Any, _depsgraph: Any = None) -> None:
    apply(scene)


@persistent  # type: ignore[untyped-decorator]
def _on_load(_file: Any, _unused: Any = None) -> None:
    _shown.clear()
    _drag.clear()


def stop() -> None:
    """Show nothing any more."""
    _shown.clear()
    _drag.clear()
    handlers = bpy.app.handlers
    for handler, listeners in ((_on_frame, handlers.frame_change_post), (_on_load, handlers.load_pre)):
        if handler in listeners:
            listeners.remove(handler)
