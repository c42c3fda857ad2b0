# SPDX-License-Identifier: GPL-3.0-or-later
"""One face shown live: a thread hears, a timer shows. Only the timer touches Blender's data."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.live.sources import GrowingFile, Source
from ...inference.live.stream import LiveFrame, LiveStream
from ...inference.live.udp import Receiver
from ...inference.live.wav import Recorder as Wav
from .. import lazy_modules, leaving
from .puppet import Puppet

TICK: Final = 1.0 / 60.0
NAP: Final = 0.005
PIECE: Final = 0.04
"""Seconds that are heard before what is newest can be shown: a machine that lags behind still shows every movement."""
current: Session | None = None
"""The session that runs; there is one at most."""
trouble = ""
"""Why the last one ended, or what is wrong with its sound."""


class Session:
    """A character and what it is heard from: a Source of sound, or a Receiver of faces.

    kept: where the sound is recorded; None for nowhere. done: told when it has ended by itself or was stopped, not when a file is
    closed: then nothing of the scene is there any more.
    """

    def __init__(
        self, puppet: Puppet, heard: Source | Receiver, *, direction: Direction, look_ahead: float, kept: Path | None = None,
        done: Callable[[Session], None] | None = None,
    ) -> None:  # fmt: skip
        self.puppet, self.kept, self.frame = puppet, kept, bpy.context.scene.frame_current
        self.shown, self.ended = 0, ""
        self._heard, self._done = heard, done
        self._latest: LiveFrame | None = None
        self._fresh = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        if not isinstance(heard, Receiver):
            self._stream = LiveStream(look_ahead=look_ahead, rate=heard.rate, direction=direction, geometry=puppet.geometry)
            self._wav = Wav(kept, heard.rate) if kept is not None else None
            lazy_modules.complete()
            self._thread = threading.Thread(target=self._listen, args=(heard,), name="Parlance live", daemon=True)
            self._thread.start()

    @property
    def seconds(self) -> float:
        """How much has been recorded."""
        return self._wav.seconds if self._thread is not None and self._wav is not None else 0.0

    def tick(self) -> bool:
        """Show what is newest; False once it has ended. Main thread."""
        if isinstance(self._heard, Receiver):
            packets = self._heard.latest()
            if packets:
                self._show(packets[-1])
        elif self._fresh and self._latest is not None:
            self._fresh = False
            self._show(self._latest, self._latest.said)
        return not self.ended

    def stop(self, *, closing: bool = False) -> None:
        """End it: the face is as it was. closing: the file goes away, and its data with it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2.0)
        self._heard.close()
        if self._thread is not None and self._wav is not None:
            self._wav.close()
        if not closing:
            self.puppet.leave()
            if self._done is not None:
                self._done(self)

    def _show(self, frame: Any, said: NDArray[np.float32] | None = None) -> None:
        self.puppet.show(frame.shapes, frame.head, frame.gaze, said)
        self.shown += 1

    def _listen(self, source: Source) -> None:
        """On its own thread: nothing of Blender's is touched."""
        still = time.monotonic()
        try:
            while not self._stop.is_set():
                block = source.read()
                if block is None:
                    break
                if not len(block):
                    if isinstance(source, GrowingFile) and source.waited(time.monotonic() - still):
                        break
                    still = time.monotonic()
                    time.sleep(NAP)
                    continue
                still = time.monotonic()
                if self._wav is not None:
                    self._wav.write(block)
                piece = max(round(PIECE * source.rate), 1)
                for begin in range(0, len(block), piece):
                    self._newest(self._stream.feed(block[begin : begin + piece]))
                while self._stream.notes:
                    _tell(self._stream.notes.popleft().text)
            self._newest(self._stream.finish())
            if source.gone:
                _tell(f"The input has gone: {source.gone}.")
        except ParlanceError as error:
            _tell(str(error))
        finally:
            self.ended = "over"

    def _newest(self, frames: list[LiveFrame]) -> None:
        if frames:
            self._latest, self._fresh = frames[-1], True


def _tell(text: str) -> None:
    """Show a sentence in the panel."""
    global trouble  # noqa: PLW0603
    trouble = text


def start(session: Session) -> None:
    """Start a session. Raises ParlanceError where one runs already."""
    global current  # noqa: PLW0603
    if current is not None:
        raise ParlanceError("A face is shown live already; stop it first.")
    current = session
    leaving.ends_with(stop)
    _tell("")
    bpy.app.timers.register(_tick, first_interval=TICK)


def stop(*, closing: bool = False) -> None:
    """End the one that runs, if one does."""
    global current
    session, current = current, None
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    if session is not None:
        session.stop(closing=closing)


def _tick() -> float | None:
    """A timer's callback: seconds until the next look, None at the end."""
    if current is None:
        return None
    try:
        runs = current.tick()
    except ReferenceError:  # the character was removed
        stop(closing=True)
        return None
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in ("VIEW_3D", "SEQUENCE_EDITOR"):
                area.tag_redraw()
    if not runs:
        stop()
        return None
    return TICK
