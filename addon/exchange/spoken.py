# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the phones of a file for what was heard of a sound: the lips follow them, all else stays as it was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...inference.from_phones import performance_from
from ...inference.performance import Performance, Phone
from ..animation import stored
from ..lines import lines
from ..sequencer import strips


def performance(phones: Sequence[Phone], line: Any | None, placement: strips.Placement) -> Performance:
    """Phones on the clock of a sound, as its strip plays it: cut and filled with silence to the strip's length.

    line: what was heard of the same stretch before, whose voice is kept. Raises ParlanceError where there are no phones.
    """
    made = performance_from(fitted(phones, placement.start - placement.origin, placement.end - placement.start))
    before = stored.unpack(line.performance) if line is not None and lines.readable(line) else None
    if before is None or not lines.placement_of(line).plays_same(placement):
        return made
    frames = len(made.curves)
    accents = [event for event in before.events if event.kind == "accent"]
    events = sorted((*made.events, *accents), key=lambda event: event.time)
    return replace(
        made,
        emotion=_of_length(before.emotion, frames),
        arousal=_of_length(before.arousal, frames),
        loudness=_of_length(before.loudness, frames),
        pitch=_of_length(before.pitch, frames),
        voicing=_of_length(before.voicing, frames),
        events=tuple(events),
    )


def fitted(phones: Sequence[Phone], into: float, duration: float) -> tuple[Phone, ...]:
    """The phones from `into` seconds on, for `duration` seconds; what they leave open is silence."""
    inside = [
        replace(phone, start=max(phone.start - into, 0.0), end=min(phone.end - into, duration))
        for phone in phones
        if phone.end > into and phone.start - into < duration
    ]
    if not inside or inside[0].start > 1e-6:
        inside.insert(0, Phone("sil", 0.0, inside[0].start if inside else duration))
    if inside[-1].end < duration - 1e-6:
        inside.append(Phone("sil", inside[-1].end, duration))
    return tuple(inside)


def _of_length(track: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    missing = max(frames - len(track), 0)
    return np.pad(track[:frames], [(0, missing), *[(0, 0)] * (track.ndim - 1)], mode="edge" if len(track) else "constant")
