# SPDX-License-Identifier: GPL-3.0-or-later
"""Rebuild long and slow lines on a thread of their own once their slider rests; near the playhead they are shown at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import bpy

from ...inference import background
from ...inference.errors import ParlanceError
from .. import lazy_modules, leaving, running
from ..animation import stored
from ..lines import data, lines
from ..performing import perform
from ..planning import plan
from . import nearby, undo_steps

LONG: Final = 60.0
"""Seconds of sound from which on a rebuild takes a tenth of a second or more: too slow for every movement of a slider."""
SLOW: Final = 0.25
"""Seconds from which on a rebuild lets a slider stutter: a short line may take them among a hundred others."""
REST: Final = 0.15
"""Seconds without a change after which it is made."""
TICK: Final = 0.05

Write = Callable[[data.Plan, data.Draft], object]
"""How a line is written when it is ready. Raises ParlanceError."""


@dataclass(frozen=True)
class _Rebuild:
    """A rebuild that is under way, of the line with a character's identity and a token."""

    which: tuple[int, str]
    planned: data.Plan
    job: background.Job[data.Draft]
    write: Write


_wanted: dict[tuple[int, str], tuple[float, Write]] = {}
"""When each line was last changed, by the identity of its character and its token, and how it is written."""
_running: list[_Rebuild] = []
"""The rebuild that is under way, if one is."""
_expected: list[str] = []
"""The token of the long line that was in hand last."""


_took: dict[tuple[int, str], list[float]] = {}
"""Seconds that the last two rebuilds of a line took while its slider was moved: one alone may have read what others need not."""


def waits(root: Any, line: Any) -> bool:
    """Whether a line waits for its slider to rest: a long one, or one that was slow. A slider that a script sets never waits."""
    took = _took.get((root.session_uid, line.token), [])
    return is_by_mouse() and (is_long(line) or (len(took) > 1 and min(took) > SLOW))


def is_by_mouse() -> bool:
    """Whether a property is being changed in a panel: scripts run in no region, or in the main one of an editor."""
    region = bpy.context.region
    return not bpy.app.background and region is not None and region.type != "WINDOW"


@contextmanager
def timed(root: Any, line: Any) -> Iterator[None]:
    """Note how long a rebuild of a line takes."""
    which, begun = (root.session_uid, line.token), time.perf_counter()
    yield
    _took[which] = [*_took.get(which, ())[-1:], time.perf_counter() - begun]


def is_long(line: Any) -> bool:
    """Whether a line is made again in the background. Background mode does not wait."""
    return not bpy.app.background and lines.readable(line) and lines.placement_of(line).duration > LONG


def expect(line: Any) -> None:
    """A long line is in hand: what was heard of it is read until its sliders move. Panels ask at every redraw."""
    if _expected == [line.token]:
        return
    _expected[:] = [line.token]
    if is_long(line) and line.performance:
        stored.read_ahead(line.performance)


def request(root: Any, line: Any, write: Write) -> None:
    """Rebuild a line as soon as it is not changed any more, and write it so; what is around the playhead is shown now."""
    with running.trouble_in_panel():
        nearby.show(root, line)
    _wanted[root.session_uid, line.token] = time.monotonic(), write
    undo_steps.due(line)
    undo_steps.watch(make_now, give_up)
    leaving.ends_with(stop)
    if not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=REST)


def make_now() -> None:
    """Make the keys that are due at once: the scene is about to be saved."""
    due = _wanted | {rebuild.which: (0.0, rebuild.write) for rebuild in _running}
    give_up()
    for which, (_, write) in due.items():
        nearby.forget(which)
        if (found := _found(which)) is not None:
            with running.trouble_in_panel():
                planned = plan.replan(lines.scene_of(found[1]), *found)
                movement = found[1].keys_due
                write(planned, perform.perform(planned))
                undo_steps.followed(movement)


def give_up() -> None:
    """Forget what was asked for."""
    _wanted.clear()
    _running.clear()


def stop() -> None:
    """Forget what was asked for, and how long lines took."""
    give_up()
    _took.clear()
    nearby.stop()
    undo_steps.stop()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)


def _tick() -> float | None:
    """A timer's callback: seconds until it wants to be called again, None when it is done."""
    if _running:
        if not _running[0].job.done:
            return TICK
        rebuild = _running.pop()
        if rebuild.which not in _wanted:  # else it was changed meanwhile, and is made again
            nearby.forget(rebuild.which)
            _finish(rebuild)
    for which, (since, write) in list(_wanted.items()):
        if running.job is None and time.monotonic() - since >= REST:
            del _wanted[which]
            _start(which, write)
            break
    return TICK if _wanted or _running else None


def _start(which: tuple[int, str], write: Write) -> None:
    found = _found(which)
    if found is None:
        return
    root, line = found
    try:
        planned = plan.replan(lines.scene_of(line), root, line)
    except ParlanceError as error:
        nearby.forget(which)
        running.trouble = str(error)
        return
    lazy_modules.complete()
    job: background.Job[data.Draft] = background.Job(line.title)
    _running.append(_Rebuild(which, planned, job, write))
    job.start(lambda progress: perform.perform(planned, progress))


def _found(which: tuple[int, str]) -> tuple[Any, Any] | None:
    """A character and its line, by identity and token; None where either is gone."""
    root = next((each for each in bpy.data.objects if each.session_uid == which[0]), None)
    line = lines.with_token(root, which[1]) if root is not None else None
    return None if root is None or line is None else (root, line)


def _finish(rebuild: _Rebuild) -> None:
    found = _found(rebuild.which)
    movement = found[1].keys_due if found is not None else ""
    try:
        rebuild.write(rebuild.planned, rebuild.job.result())
        running.trouble = ""
    except ParlanceError as error:
        running.trouble = str(error)
        return
    undo_steps.followed(movement)
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        bpy.ops.ed.undo_push(message="Parlance Slider")
