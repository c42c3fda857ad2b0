# SPDX-License-Identifier: GPL-3.0-or-later
"""The live stream: samples in, frames of a face out, each so much later than its sound as was chosen.

Whatever the pieces are in which sound arrives, the frames are the same: everything is made a frame at a time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..acting import speech
from ..acting.opening import alike
from ..arrays import Floats
from ..direction import Direction
from ..errors import ParlanceError
from ..geometry import REFERENCE, Geometry
from ..mel import HOP, SAMPLE_RATE
from ..performance import FRAME_RATE
from ..seal import seal
from .cleaning import Cleaner
from .ear import LOOK_AHEADS, Ear, LiveEngine, live_engine
from .life import Life
from .notes import Note, Watch
from .resample import Resampler
from .spectrum import NEEDED, TOGETHER, Spectrum
from .unclick import LATE
from .window import Mouth, Window

CHOICES: Final = tuple(ahead / FRAME_RATE for ahead in LOOK_AHEADS)
"""Seconds of look-ahead that can be chosen."""
USUAL: Final = CHOICES[2]
"""What looks as good as waiting longer."""
DEFAULT: Final = Direction()
_CENTRE: Final = 0.5 / FRAME_RATE


@dataclass(frozen=True)
class LiveFrame:
    """One frame. time: seconds of the sound that it shows. shapes: float32[52], 0..1.

    head: float32[3] degrees (pitch, yaw, roll) and gaze: float32[2] degrees (yaw, pitch) as in Animation. speech: 0..1.
    said: float32[P] as in Mouth (window.py), for rigs whose visemes the artist posed; None where it is not known.
    """

    index: int
    time: float
    shapes: Floats
    head: Floats
    gaze: Floats
    speech: float
    said: Floats | None = None


class LiveStream:
    """Sound of one voice to frames at `fps`.

    look_ahead: seconds, one of CHOICES: how much is heard of what comes after a frame before it is shown.
    rate: samples a second of what will be fed.   direction: its sliders of jaw, lips, rounding, spread, teeth and tongue shape
        the mouth; those of blinks, eyes, brows, head and expression what the face does of itself.
    alive: whether it does anything of itself.   geometry: of the face that shows it, whose lips meet and open as far as the
        reference face's.
    Raises ParlanceError for other values, and where the weights are missing.
    """

    def __init__(
        self,
        *,
        look_ahead: float = USUAL,
        rate: int = SAMPLE_RATE,
        fps: float = 60.0,
        direction: Direction = DEFAULT,
        alive: bool = True,
        geometry: Geometry = REFERENCE,
        engine: LiveEngine | None = None,
    ) -> None:
        if not 1.0 <= fps <= 240.0:
            raise ParlanceError("Live frames per second lie between 1 and 240.")
        ear = Ear(engine or live_engine())
        ahead = round(look_ahead * FRAME_RATE)
        if ahead not in ear.engine.spec.look_aheads or abs(ahead / FRAME_RATE - look_ahead) > 1e-6:
            known = ", ".join(f"{1000 * each / FRAME_RATE:.0f}" for each in ear.engine.spec.look_aheads)
            raise ParlanceError(f"The look-ahead can be {known} ms, not {1000 * look_ahead:.0f}.")
        self.fps, self.look_ahead = fps, look_ahead
        self.notes: deque[Note] = deque(maxlen=100)
        self._ear, self._window = ear, Window(ear.engine.spec.look_aheads, ahead)
        self._resampler, self._watch, self._cleaner, self._spectrum = Resampler(rate), Watch(), Cleaner(), Spectrum()
        self._gains = speech.gains(direction)
        self._upper = direction.upper_face
        self._life = Life(direction, fps, geometry) if alive else None
        self._geometry = geometry
        self._before: Mouth | None = None
        self._latest: Mouth | None = None
        self._mouths = 0
        self._frames = 0

    @property
    def engine(self) -> LiveEngine:
        """What hears."""
        return self._ear.engine

    @property
    def delay(self) -> float:
        """Seconds by which a frame is later than its sound at most, before any time that is computed or sent."""
        seen = (LATE + TOGETHER * HOP / 2 + NEEDED - TOGETHER * HOP) / SAMPLE_RATE
        return self.look_ahead + seen + 1.0 / FRAME_RATE

    def feed(self, samples: Floats) -> list[LiveFrame]:
        """The frames that can be shown now, for float32[n] more samples, nominally in -1..1."""
        heard, notes = self._watch.feed(self._resampler.feed(np.asarray(samples, np.float32).reshape(-1)))
        self.notes.extend(notes)
        return self._frames_of(self._cleaner.feed(heard))

    def finish(self) -> list[LiveFrame]:
        """The frames that still wait for sound to come after them, as if there were silence."""
        silence = np.zeros(round(self.delay * SAMPLE_RATE) + NEEDED, np.float32)
        return self._frames_of(np.concatenate([self._cleaner.finish(), silence]))

    def _frames_of(self, samples: Floats) -> list[LiveFrame]:
        shown: list[LiveFrame] = []
        for pair in self._spectrum.feed(samples):
            mouth = self._window.hear(self._ear.hear(pair))
            if mouth is None:
                continue
            self._before, self._latest = self._latest, mouth
            self._mouths += 1
            shown += self._until((self._mouths - 1) / FRAME_RATE + _CENTRE)
        return shown

    def _until(self, latest: float) -> list[LiveFrame]:
        """The frames up to the centre of the latest mouth, seconds."""
        shown = []
        while self._frames / self.fps <= latest:
            shown.append(self._frame(self._frames, latest))
            self._frames += 1
        return shown

    def _frame(self, index: int, latest: float) -> LiveFrame:
        time = index / self.fps
        after = self._latest
        assert after is not None
        before = self._before or after
        share = float(np.clip(1.0 - (latest - time) * FRAME_RATE, 0.0, 1.0))
        shapes = before.shapes + np.float32(share) * (after.shapes - before.shapes)
        shapes[list(speech.MOUTH)] *= self._gains
        closure, bite = (self._contact(getattr(before, name), getattr(after, name), share) for name in ("closure", "labiodental"))
        talking = before.speech + share * (after.speech - before.speech)
        contact = np.array([closure], np.float32)
        whole = shapes[None] + np.float32(self._upper) * speech.companions(shapes[None], contact)
        whole = alike(whole, self._geometry, self.fps)
        moment = self._life.at(index, talking) if self._life else None
        if moment is not None:
            whole += moment.shapes
        whole = seal(np.clip(whole, 0.0, 1.0), contact, np.array([bite], np.float32), self._geometry)
        nothing = np.zeros(3, np.float32)
        head, gaze = (moment.head, moment.gaze) if moment else (nothing, nothing[:2])
        said = before.said + np.float32(share) * (after.said - before.said)
        return LiveFrame(index, time, whole[0], head, gaze, talking, said)

    def _contact(self, before: float, after: float, share: float) -> float:
        """A contact between two frames of 20 ms, and as it is at one of them where that is nearer than the next frame shown.

        Else a closure as short as a frame would fall between two.
        """
        between = before + share * (after - before)
        near = 0.5 * FRAME_RATE / self.fps
        return max(between, before if share <= near else 0.0, after if share >= 1.0 - near else 0.0)
