# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a sound while it is heard: said once when it begins, and again only after it was right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ..mel import SAMPLE_RATE

NoteKind = Literal["silence", "clipping", "broken", "lost", "late"]
QUIET: Final = 1e-3
"""Peak under which nothing is heard: 60 dB below full scale."""
QUIET_FOR: Final = 8.0
FULL: Final = 0.999
CLIPPED: Final = 20
"""Samples at full scale in a second from which a sound is said to clip."""
FORGIVEN: Final = 5.0
"""Seconds without a fault after which it would be told again."""
_SECOND: Final = SAMPLE_RATE
TEXTS: Final[dict[NoteKind, str]] = {
    "silence": "Nothing has been heard for a while: check that the right input is chosen, plugged in and not muted.",
    "clipping": "The sound is too loud and clips: turn the input down.",
    "broken": "The sound has values that are not numbers; they are heard as silence.",
    "lost": "The input has gone; what was heard until then is kept.",
    "late": "The machine is too slow to keep up: close other programs, or choose fewer frames a second.",
}


@dataclass(frozen=True)
class Note:
    """One sentence. time: seconds of the sound at which it was noticed."""

    kind: NoteKind
    time: float

    @property
    def text(self) -> str:
        """What is wrong and what to do."""
        return TEXTS[self.kind]


class Watch:
    """Looks at samples as they come, a second at a time however they come."""

    def __init__(self) -> None:
        self._heard = 0
        self._peak, self._full = 0.0, 0
        self._quiet_since: float | None = 0.0
        self._told: dict[NoteKind, float] = {}

    def feed(self, samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], list[Note]]:
        """The samples with what is no number as silence, within -1..1, and what is to be told."""
        notes: list[Note] = []
        finite = np.isfinite(samples)
        if not finite.all():
            samples = np.where(finite, samples, np.float32(0.0))
            notes += self._note("broken", self._heard / SAMPLE_RATE)
        start = 0
        while start < len(samples):
            part = samples[start : start + _SECOND - self._heard % _SECOND]
            size = np.abs(part)
            self._peak = max(self._peak, float(size.max()))
            self._full += int((size >= FULL).sum())
            self._heard += len(part)
            start += len(part)
            if self._heard % _SECOND == 0:
                notes += self._of_second(self._heard / SAMPLE_RATE)
        return np.clip(samples, -1.0, 1.0), notes

    def _of_second(self, now: float) -> list[Note]:
        notes: list[Note] = []
        if self._full >= CLIPPED:
            notes += self._note("clipping", now)
        if self._peak >= QUIET:
            self._quiet_since = None
            self._told.pop("silence", None)
        elif self._quiet_since is None:
            self._quiet_since = now - 1.0
        elif now - self._quiet_since >= QUIET_FOR and "silence" not in self._told:
            self._told["silence"] = now
            notes.append(Note("silence", now))
        self._peak, self._full = 0.0, 0
        return notes

    def _note(self, kind: NoteKind, now: float) -> list[Note]:
        """The note, unless the same fault was there within FORGIVEN."""
        fresh = now - self._told.get(kind, -FORGIVEN - 1.0) > FORGIVEN
        self._told[kind] = now
        return [Note(kind, now)] if fresh else []
