# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle animation: the frames between a character's lines are animated, and animated anew whenever the lines change.

An idle is a line without a sound. Its keys are recorded like those of any line, so that they give way, are merged with what the
artist did to them, and are cleared as theirs are. It owns what the others leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import bpy

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.keying.ranges import Ranges, common, length, without
from .. import running
from ..animation import slots
from ..character import hierarchy
from ..character.lookup_cache import unchanging_scene
from ..lines import clearing, data, frame_transfer, frames, idle_frames, line_keys, lines, moving
from ..lines.results import Result, keep
from ..performing import idle_perform
from ..planning import company, idle_plan, plan
from ..properties import properties
from ..writing import write
from ..writing.staged_keys import StagedKeys
from . import later, rebuilding

_busy: list[bool] = []
"""Not empty while lines are written one after the other: what is between them is filled once, at the end."""
_deferring: list[bool] = []
"""Not empty while a slider of a line is moved."""
LONG: Final = 15.0
"""Seconds of idle that are too much to be made again at every movement of a slider."""


@contextmanager
def long_gaps_deferred() -> Iterator[None]:
    """While a slider is being moved: gaps that are long are filled when it rests."""
    _deferring.append(True)
    try:
        yield
    finally:
        _deferring.pop()


@contextmanager
def filled_after(root: Any, *, force: bool = False) -> Iterator[None]:
    """Several lines are written; what is between them is filled once, afterwards."""
    _busy.append(True)
    try:
        yield
    finally:
        _busy.pop()
    fill_gaps(root, force=force)


def write_line(planned: data.Plan, draft: data.Draft, staged: StagedKeys | None = None) -> Result:
    """Write a line, and let what is between the character's lines follow. Main thread. Raises ParlanceError as `write.write`."""
    result = write.write(planned, draft, staged)
    root = next(each for each in bpy.data.objects if each.session_uid == planned.root)
    if planned.idle is None and fill_gaps(root) and (line := lines.with_token(root, planned.line)) is not None:
        result = result.counted(line_keys.standing(root, line, records=slots.Records()))
        keep(line, result)
    return result


def fill_gaps(root: Any, scene: Any | None = None, *, force: bool = False) -> bool:
    """A character's lines have changed: let its gaps follow, and those in which others listen to it.

    Nothing that is as it should be is made again, unless `force` asks for it. What goes wrong is told in the panel.
    Whether other lines of the character had to be made again for that.
    """
    if _busy or not root.is_editable:
        return False
    _busy.append(True)
    others = False
    try:
        with unchanging_scene():
            others = _settle_all(root, _scene_of(root, scene), force=force)
    except ParlanceError as error:
        running.trouble = str(error)
    finally:
        _busy.pop()
    return others


def _settle_all(root: Any, scene: Any, *, force: bool) -> bool:
    """Settle a character, and those that hear it. Whether other lines of the character had to be made again for that."""
    said = {scene: company.talk(scene)}
    others = _settle(root, scene, said[scene], force=force)
    for other in [each for each in bpy.data.objects if each != root and each.is_editable and len(each.parlance.lines)]:
        place = _scene_of(other, None)
        said[place] = said[place] if place in said else company.talk(place)
        if len(other.parlance.lines) > 1 or idle_frames.line_of(other) or company.stale(other, place, said[place]):
            _settle(other, place, said[place], force=False)
    return others


def generate(root: Any, scene: Any) -> None:
    """Fill a character's gaps as an artist asks for it; lines beside them are settled first.

    Raises ParlanceError where it cannot be animated now.
    """
    _busy.append(True)
    try:
        _follow(root, scene)
        scene = _scene_of(root, scene)
        _settle(root, scene, company.talk(scene), force=True)
    finally:
        _busy.pop()


def rebuild(root: Any) -> None:
    """Fill a character's gaps anew. Raises ParlanceError where it cannot be animated now."""
    _busy.append(True)
    try:
        scene = _scene_of(root, None)
        _follow(root, scene)
        _fill(root, scene, force=True)
    finally:
        _busy.pop()


def _follow(root: Any, scene: Any) -> None:
    """Writing moves lines to where their strips are now: gaps are looked for when that is done."""
    if moving.moved(root, scene):
        moving.all_moved(root, scene)


def _settle(root: Any, scene: Any, said: company.Table, *, force: bool) -> bool:
    """Whether lines had to be made again. said: what is said in the scene that the character idles in."""
    line, others = idle_frames.line_of(root), False
    talks = {each.token for each in company.stale(root, scene, said)}
    if root.parlance.idle == "OFF" and line is None and not talks and not any(each.edges for each in root.parlance.lines):
        return False
    cores = frames.cores(root)
    for token in [each.token for each in root.parlance.lines]:
        each = lines.with_token(root, token)
        if each is None or each.idle or not each.performance or lines.state(each, lines.sequencer_of(each, scene)) != "current":
            continue  # one that is out of date is generated again first
        joins = each.edges != idle_frames.of_line(root, each, cores=cores).text
        if (joins or (token in talks and _looks_elsewhere(root, each))) and not _would_replace(root, each):
            with running.trouble_in_panel():
                _rebuild(root, each)
            others, cores = True, frames.cores(root)
    _fill(root, scene, force=force)
    return others


def _rebuild(root: Any, line: Any) -> None:
    with unchanging_scene():
        write.write(*rebuilding.drafted(root, line))
    running.trouble = ""


def _looks_elsewhere(root: Any, line: Any) -> bool:
    """Whether a line is to look at somebody else than it does, now that others have said something; a long one does so later."""
    try:
        elsewhere = company.looks_elsewhere(line, plan.replan(lines.scene_of(line), root, line))
    except ParlanceError as error:
        running.trouble = str(error)
        return False
    if elsewhere and later.is_long(line):
        later.request(root, line, write_line)
        return False
    return elsewhere


def _would_replace(root: Any, line: Any) -> bool:
    """Whether another line, that is not heard now, would lose its place if this one were made again: nobody asked for that."""
    heard, core = frames.cores(root), lines.span_of(line, line.fps)
    silent = (other for other in root.parlance.lines if not other.idle and other.token not in heard and lines.readable(other))
    return any(common(lines.owned(other), (core,)) for other in silent if other != line)


def _scene_of(root: Any, scene: Any | None) -> Any:
    """The scene that a character idles in: where its lines are."""
    line = idle_frames.line_of(root) or next(iter(root.parlance.lines), None)
    return lines.scene_of(line) if line is not None else scene or bpy.context.scene


def _fill(root: Any, scene: Any, *, force: bool) -> None:
    line = idle_frames.line_of(root)
    if root.parlance.idle == "OFF":
        remove(root)
        return
    gaps = idle_frames.gaps(root, scene)
    planned = idle_plan.of(root, scene) if gaps else None
    if planned is None or planned.idle is None or not planned.idle.gaps:
        _wait(root, line)
        return
    _leave(root, line, gaps)
    wanted = idle_plan.digest(planned)
    if line is not None and line.made_of == wanted and not force:
        return
    if line is not None and _deferring and not bpy.app.background and length(lines.owned(line)) > LONG * planned.fps:
        later.request(root, line, write_line)
        return
    write.write(planned, idle_perform.draft(planned, planned.idle))


def _leave(root: Any, line: Any | None, gaps: Ranges) -> None:
    """Take an idle off the frames that it gives up without another line having them: the artist's keys stay there."""
    if line is None or not lines.readable(line):
        return
    owned = line_keys.owned(root)
    gone = without(owned.pop(line.token), (*gaps, *(span for ranges in owned.values() for span in ranges)))
    if gone:
        records = slots.Records()
        line_keys.heal(root, records)
        others = frame_transfer.reduced(root, "", gone, {line.token: gone}, records)
        frame_transfer.reduce_lines(root, "", gone, others, records)
        records.save()


def _wait(root: Any, line: Any | None) -> None:
    """Nothing is free now: an idle that the artist has worked on waits until something is, another goes."""
    _leave(root, line, ())
    if line is None or len(root.parlance.lines) == 1 or not _is_worked_on(root, line):
        remove(root)
        return
    line.result, line.keyed, line.made_of = "", False, ""


def _is_worked_on(root: Any, line: Any) -> bool:
    """Whether its sliders are moved, or changes of its keys wait for their frames."""
    if not lines.readable(line):
        return False
    known = line_keys.on_line(root, line, slots.Records())
    return properties.direction_of(line.direction) != Direction() or any(record.edits for _, _, record, _ in known)


def remove(root: Any) -> None:
    """Take a character's idle away; keys that the artist made or changed stay."""
    line = idle_frames.line_of(root)
    if line is not None:
        clearing.clear(root, line, hand_made=False)


def on_setting(settings: Any) -> None:
    """An artist says where a character idles."""
    root = hierarchy.root_of(settings.id_data)
    running.trouble = ""
    try:
        _follow(root, _scene_of(root, bpy.context.scene))
    except ParlanceError as error:
        running.trouble = str(error)
    fill_gaps(root, bpy.context.scene)


def on_slider(root: Any, line: Any) -> None:
    """An artist moved a slider of an idle."""
    if later.waits(root, line):
        later.request(root, line, write_line)
        return
    with running.trouble_in_panel():
        rebuild(root)
        running.trouble = ""


def switch_off(root: Any) -> None:
    """Let a character idle no more, without telling anybody."""
    with properties.quietly():
        root.parlance.idle = "OFF"
