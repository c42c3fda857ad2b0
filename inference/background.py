# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in the background: one worker thread, its progress, and a way to stop it. Nothing here knows Blender."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .progress import Progress

T = TypeVar("T")


class Cancelled(Exception):  # noqa: N818  (nothing went wrong)
    """Raised inside the work when the artist has stopped it."""


@dataclass
class Job(Generic[T]):
    """One piece of work on its own thread.

    fraction: 0..1 done. message: what is being done. After `done`, exactly one of outcome, error and cancelled says how it ended.
    """

    label: str
    fraction: float = 0.0
    message: str = ""
    outcome: T | None = None
    error: BaseException | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._done.is_set() or self._stop.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether the artist stopped it."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Stop at the next step; what comes out after that is dropped."""
        self._stop.set()

    def result(self) -> T:
        """What came out of it. Raises what the work raised."""
        if self.error is not None:
            raise self.error
        assert self.outcome is not None
        return self.outcome

    def waited(self) -> T:
        """What comes out of it, when it has ended. Raises what the work raises."""
        self._done.wait()
        return self.result()

    def start(self, work: Callable[[Progress], T]) -> None:
        """Run `work(progress)` on a thread of its own."""
        threading.Thread(target=self._run, args=(work,), name="Parlance", daemon=True).start()

    def _run(self, work: Callable[[Progress], T]) -> None:
        try:
            self.outcome = work(self._progress)
        except Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001  (handed to the main thread, which raises it again)
            self.error = error
        finally:
            self._done.set()

    def _progress(self, fraction: float, message: str) -> None:
        if self._stop.is_set():
            raise Cancelled
        self.fraction, self.message = fraction, message
