# SPDX-License-Identifier: GPL-3.0-or-later
"""An operator whose work goes on in the worker thread, while the artist goes on in Blender."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import bpy

from ...inference import background
from ...inference.errors import ParlanceError
from ...inference.progress import Progress
from .. import running
from ..writing import staged_keys

if TYPE_CHECKING:
    from ..lines.data import Draft

TICK: Final = 0.1
"""Seconds between two looks at the worker."""


class OnWorker:
    """Look after the worker: progress, Escape, Cancel, and what comes of it. An operator calls `_begin` when it is invoked."""

    # Blender looks up what annotations of operators name, and would read those modules when the extension is enabled.
    _timer: Any = None
    _job: Any = None
    _staged: Any = None
    _pieces: Any = None

    def drafts(self, _result: Any) -> Iterable[Draft]:
        """What of the worker's result is to be keyed. Very many keys are set aside, a little at a time, before `receive`."""
        return ()

    def receive(self, context: bpy.types.Context, result: Any) -> set[str]:
        """What is done with the worker's result, on the main thread. May raise ParlanceError."""
        raise NotImplementedError

    def ended(self, outcome: set[str]) -> None:
        """What else is to be done at the end, whatever it was."""

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Everything else goes on as usual until the worker is done."""
        job: background.Job[Any] | None = self._job
        if job is None or job is not running.job:
            return self._end(context, {"CANCELLED"})
        if event.type == "TIMER":
            running.redraw(context)
        if running.is_stopped(context, event):
            running.stop()
            return self._end(context, {"CANCELLED"})
        if not job.done or self._goes_on(job, event):
            return {"PASS_THROUGH"}
        running.job = None
        outcome = {"CANCELLED"}
        try:
            if not job.cancelled:
                outcome = self.receive(context, job.result())
        except ParlanceError as error:
            outcome = self._refuse(error)
        finally:
            self._end(context, outcome)
        return outcome

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender closes the file or the window."""
        if running.job is self._job:
            running.stop()
        self._end(context, {"CANCELLED"})

    def _goes_on(self, job: background.Job[Any], event: bpy.types.Event) -> bool:
        """Do a little of what comes before the end; whether there is more. Half of the time is left to the window."""
        if job.cancelled or job.error is not None:
            return False
        if self._pieces is None:
            self._staged = staged_keys.StagedKeys(*self.drafts(job.result()))
            self._pieces = self._staged.fill()
        if event.type != "TIMER":
            return True
        until = time.monotonic() + TICK / 2
        for share in self._pieces:
            job.fraction, job.message = share, "Writing keys"
            if time.monotonic() > until:
                return True
        return False

    def _begin(self, context: bpy.types.Context, label: str, work: Callable[[Progress], Any]) -> set[str]:
        self._job = running.start(label, work)
        self._timer = context.window_manager.event_timer_add(TICK, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def _refuse(self, error: ParlanceError) -> set[str]:
        running.trouble = str(error)
        self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
        return {"CANCELLED"}

    def _end(self, context: bpy.types.Context, outcome: set[str]) -> set[str]:
        self.ended(outcome)
        if self._pieces is not None:
            self._pieces.close()
            self._staged.remove()
        self._pieces = None
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        running.redraw(context)
        return outcome
