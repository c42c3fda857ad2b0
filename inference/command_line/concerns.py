# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person should look at, though there is a result."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..audio import Audio, stretches
from ..performance import Performance
from ..text import tagging, transcript
from .line_list import Line


def of(line: Line, audio: Audio, performance: Performance) -> Iterator[str]:
    """What to look at in a line of a batch, each in a few words."""
    yield from tagging.troubles(line.text) if line.text else ()
    if audio.duration < 0.5:
        yield "shorter than half a second"
    if sum(np.count_nonzero(np.abs(part) > 0.999) for part in stretches(audio.samples)) > 1e-3 * len(audio.samples):
        yield "clipped"
    yield from of_hearing(performance)


def of_hearing(performance: Performance) -> Iterator[str]:
    """What to look at in what was heard, each in a few words."""
    if performance.loudness.max() < -45:
        yield "very quiet"
    if performance.speech.max() < 0.5:
        yield "no speech found"
    elif doubts := transcript.doubts(performance):
        yield doubts
    elif confidence(performance) < 0.4:
        yield "sounds uncertain (noise, music or several voices)"


def confidence(performance: Performance) -> float:
    """Mean posterior of the spoken phones, weighted by their length."""
    spoken = [phone for phone in performance.phones if phone.symbol != "sil"]
    lengths = np.array([phone.end - phone.start for phone in spoken])
    return round(float(np.average([phone.confidence for phone in spoken], weights=lengths)), 3) if lengths.sum() > 0 else 0.0
