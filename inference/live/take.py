# SPDX-License-Identifier: GPL-3.0-or-later
"""The frames of a live session, kept until its end: in a temporary file, so that hours take no memory meanwhile."""

from __future__ import annotations

import tempfile
from typing import Final

import numpy as np

from .. import arkit
from ..animation import Animation
from ..errors import ParlanceError
from ..performance import EMOTIONS
from .stream import LiveFrame

_COLUMNS: Final = arkit.COUNT + 5


class Take:
    """Frames in, an Animation out."""

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._file = tempfile.TemporaryFile(prefix="parlance-")  # noqa: SIM115 - it goes when the take does

    def add(self, frame: LiveFrame) -> None:
        """One more frame. Raises ParlanceError where there is no room."""
        try:
            self._file.write(np.concatenate([frame.shapes, frame.head, frame.gaze]).astype(np.float32).tobytes())
        except OSError as error:
            raise ParlanceError(f"There is no room for the curves ({error.strerror}); free some temporary disk.") from error

    def animation(self) -> Animation:
        """All frames, the first at time 0."""
        self._file.seek(0)
        rows = np.frombuffer(self._file.read(), np.float32).reshape(-1, _COLUMNS)
        shapes, head, gaze = np.split(rows, [arkit.COUNT, arkit.COUNT + 3], axis=1)
        nothing = np.zeros(len(rows), np.float32)
        return Animation(
            fps=self._fps,
            start=0.0,
            shapes=shapes,
            layers={},
            emotion=np.zeros((len(rows), len(EMOTIONS)), np.float32),
            arousal=nothing,
            blink=shapes[:, [arkit.INDEX["eyeBlinkLeft"], arkit.INDEX["eyeBlinkRight"]]],
            gaze=gaze,
            head=head,
            anchors=(),
        )
