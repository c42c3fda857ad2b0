# SPDX-License-Identifier: GPL-3.0-or-later
"""Show a long line around the playhead as it will be, at once when a slider moves, before it is keyed.

What is shown are values alone, set after Blender has evaluated a frame: no key and no record is touched, so that saving, undo and
the artist's own keys know nothing of it. When the slider rests the line is rebuilt as a whole (`later.py`), to the same values
but for blinks and glances, which depend on all that was before.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import bpy
import numpy as np
from bpy.app.handlers import persistent
from numpy.typing import NDArray

from ...inference.keying import Record
from ...inference.keying.cut import select
from ...inference.keying.evaluate import evaluate
from ...inference.performance import Performance
from ...inference.rigging.controllers import address
from ...inference.rigging.cue_track import Spoken
from ...inference.tracks import Tracks
from ..animation import slots
from ..lines import line_keys, lines
from ..lines.data import Plan
from ..performing import perform
from ..performing.curves import turned
from ..planning import plan
from ..properties import properties

AROUND: Final = 10.0
"""Seconds on either side of the playhead that are shown."""
MARGIN: Final = 15.0
"""Seconds beyond those that are acted whose phones and events may still change them."""
EVERY: Final = 4
"""Frames between those at which a curve is looked at, whether it stands as it was written."""
UNCHANGED: Final = 1e-4
"""How far a curve may be from what was written, as a share of how far it goes: what single precision loses."""
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


@dataclass(frozen=True)
class Drag:
    """What stays as it is while one slider is moved.

    frames: of its sound, which are shown.   planned: the line as it was planned before; performance: what is said around there.
    free: the datablocks of the curves that may be shown, by identity, path and element.
    """

    which: Which
    frame: int
    frames: slice
    planned: Plan
    performance: Performance
    free: dict[tuple[int, str, int], Any]


_shown: dict[Which, Shown] = {}
_drag: list[Drag] = []
"""The last one; and when it moved last."""
_moved: list[float] = []


def show(root: Any, line: Any) -> None:
    """Show a line as its sliders stand now, around the playhead. Where an artist's passages or tracks shape it too, it waits.

    Raises ParlanceError when the character cannot be animated now.
    """
    drag = _known(root, line)
    if drag is None or drag.planned.edits or drag.planned.retouching.passages:
        forget((root.session_uid, line.token))
        return
    planned = replace(drag.planned, direction=properties.direction_of(line.direction))
    values = tuple(
        (drag.free[owner, path, index], path, index, column)
        for owner, path, index, column in _values(planned, drag)
        if (owner, path, index) in drag.free
    )
    _watch()
    _moved[:] = [time.monotonic()]
    scene, frames = planned.scenes[0], drag.frames
    _shown[drag.which] = Shown(scene, planned.first + frames.start, frames.stop - frames.start, values)
    apply(scene)


def _known(root: Any, line: Any) -> Drag | None:
    """What one move of a slider has in common with the next; None where the playhead is not in the line."""
    scene = lines.scene_of(line)
    which, frame = (root.session_uid, line.token), scene.frame_current
    if _drag and _moved and (_drag[0].which, _drag[0].frame) == (which, frame) and time.monotonic() - _moved[0] < DRAG:
        return _drag[0]
    planned = plan.replan(scene, root, line)
    frames = _near(planned, frame)
    if frames is None or planned.heard is None:
        return None
    start, end = frames.start / planned.fps - perform.WARM - MARGIN, frames.stop / planned.fps + perform.AFTER + MARGIN
    spoken = planned.retouching.revised(planned.heard).around(start, end)
    _drag[:] = [Drag(which, frame, frames, planned, spoken, _unedited(root, line, planned, frames))]
    return _drag[0]


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


def _near(planned: Plan, frame: int) -> slice | None:
    """Which frames of the sound are around the playhead; None where none are."""
    reach = round(AROUND * planned.fps)
    first, last = max(frame - reach, planned.core.first), min(frame + reach, planned.core.last)
    inside = planned.core.first <= frame <= planned.core.last
    return slice(int(first - planned.first), int(last - planned.first) + 1) if inside else None


def _values(planned: Plan, drag: Drag) -> list[tuple[int, str, int, NDArray[Any]]]:
    """What the curves of a line will be at the frames that are shown: owner, path, index and a value a frame."""
    frames, performance, ahead = drag.frames, drag.performance, planned.lead if planned.idles[0] else 0
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


def _unedited(root: Any, line: Any, planned: Plan, frames: slice) -> dict[tuple[int, str, int], Any]:
    """The datablocks of the curves that are all ours in these frames, by identity, path and element.

    An artist's changes stay in sight. Curves are looked at in these frames alone: two hours have millions of keys.
    """
    at = planned.first + np.arange(frames.start, frames.stop, EVERY)
    records, found = slots.Records(), {}
    for curves in line_keys.slot_curves(root):
        known = records.of(curves.action)
        for place in line_keys.places(known, line.token, curves) if curves.owner is not None else ():
            curve = curves.find(place)
            if curve is not None and not curve.lock and _stands(known[place], curve, at):
                found[curves.owner.session_uid, place.path, place.element] = curves.owner
    return found


def _stands(record: Record, curve: Any, at: NDArray[np.int_]) -> bool:
    """Whether a curve runs as it was written at some frames, and no change of the artist's is kept there."""
    if any(edit.start <= at[-1] and edit.end >= at[0] for edit in record.edits):
        return False
    keys = record.written
    inside = np.flatnonzero((keys.frames >= at[0]) & (keys.frames <= at[-1]))
    first, last = (inside[0], inside[-1]) if len(inside) else [int(np.searchsorted(keys.frames, at[0]))] * 2
    near = np.zeros(len(keys), bool)
    near[max(first - 1, 0) : last + 2] = True
    standing = np.array([curve.evaluate(frame) for frame in at.tolist()])
    return bool(np.abs(standing - evaluate(select(keys, near), at)).max() <= UNCHANGED * max(float(np.abs(standing).max()), 1.0))


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
    """Stop showing values that are not keyed."""
    _shown.clear()
    _drag.clear()
    handlers = bpy.app.handlers
    for handler, listeners in ((_on_frame, handlers.frame_change_post), (_on_load, handlers.load_pre)):
        if handler in listeners:
            listeners.remove(handler)
