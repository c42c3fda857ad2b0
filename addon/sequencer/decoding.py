# SPDX-License-Identifier: GPL-3.0-or-later
"""Decode a sound file piece by piece, so that nobody waits for the whole.

Blender's `aud` holds Python's interpreter while it decodes: the window would stand still for seconds. Between two pieces the
window gets its turn, progress is told, and the work can be cancelled. Pieces meet in whole seconds, where the old and the new
sample rate are in step, and overlap, so that the resampler's edges are cut off: what comes out is what decoding at once gives.

A reader of compressed sound that is sent to a place in its file misses it by up to a packet (21 ms in a common OGG file), each
time differently. So each piece is laid over the loudest moment that the piece before has in common with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ...inference.errors import ParlanceError
from ...inference.formats.wave_file import WaveFile, open_wave
from ...inference.spool import evict, zeros

Samples: TypeAlias = NDArray[np.float32]
Progress: TypeAlias = Callable[[float], None]

PIECE: Final = 5
WAVE_PIECE: Final = 3
"""Seconds decoded in one go, 5 to 20 ms of work; opening a file that is not a WAV takes as long again."""
LONGEST_PIECE: Final = 40
"""Seconds; some files must be searched from their start for every piece, and the search gets longer than the piece."""
PAUSE: Final = 0.002
"""Seconds given to the window between two pieces."""
MARGIN: Final = 0.2
"""Seconds decoded on both sides of a piece for the resampler's filter, and for the packets before that a codec leans on."""
FURTHEST_BACK: Final = 4
"""Seconds before a piece in which it may have a loud moment in common with the one before it."""
LARGEST_LAG: Final = round(0.05 * SAMPLE_RATE)
"""Samples by which a reader may miss its place: a packet of the common codecs, and a bit."""
COMPARED: Final = round(0.1 * SAMPLE_RATE)
"""Samples on either side of that moment which are compared."""
AUDIBLE: Final = 3e-3
"""Amplitude of a moment that is loud enough to be recognised."""
RESAMPLE_QUALITY: Final = 1
"""Audaspace's low setting: still a windowed sinc, five times faster than its best."""


def decode(path: Path, rate: float, first: float, last: float, *, channel: int | None, progress: Progress) -> Samples:
    """float32[n], mono at SAMPLE_RATE: seconds `first` .. `last` of a file, less where it ends. Any thread.

    rate: the file's own sample rate. channel: counted from 0; None mixes all.
    progress: told the fraction done; what it raises cancels.
    Raises ParlanceError when the file goes away meanwhile.
    """
    wave = open_wave(path)
    origin, end = int(first * rate), int(last * rate)
    result = zeros((round((end - origin) / rate * SAMPLE_RATE) + SAMPLE_RATE,))
    length = WAVE_PIECE if wave else PIECE
    at, filled, lag, quickest = 0, 0, 0, np.inf
    while True:
        progress(min(at * rate / max(end - origin, 1), 1.0))
        moment = None if wave else _loud_moment(result[:filled])
        before = MARGIN if wave else _seconds_back(filled, moment)
        before = min(before, at)
        stop = origin + (at + length + MARGIN) * rate
        begun = time.thread_time()  # of this thread alone: a busy machine is no reason to read longer pieces
        piece = _piece(path, wave, rate, origin + (at - before) * rate, min(stop, end), channel=channel)
        taken = (time.thread_time() - begun) / length
        quickest = min(quickest, taken)
        skip = round(before * SAMPLE_RATE)
        if moment is not None:
            lag = _lag(result[moment - COMPARED : moment + COMPARED], piece, skip - filled + moment)
        begin = max(skip + lag, 0) if at else 0
        own = piece[begin:] if stop >= end else piece[begin : begin + length * SAMPLE_RATE]
        own = own[: len(result) - filled]
        result[filled : filled + len(own)] = own
        filled += len(own)
        evict(result)
        if stop >= end or len(own) < length * SAMPLE_RATE:
            return result[:filled]
        at += length
        if wave is None and taken > 2 * quickest:
            length = min(2 * length, LONGEST_PIECE)
        time.sleep(PAUSE)


def channels(path: Path, rate: float, first: float, last: float) -> Samples:
    """float32[n, channels]: seconds `first` .. `last` of a file as they are, without the work of resampling. Any thread."""
    import aud

    wave = open_wave(path)
    if wave is not None:
        return wave.read(round(first * rate), round(last * rate))
    return np.asarray(aud.Sound(str(path)).limit(first, last).data(), np.float32)


def _seconds_back(filled: int, moment: int | None) -> int:
    """Whole seconds before the end of what is there, so that the moment and what leads to it are inside."""
    back = 0 if moment is None else filled - moment + COMPARED + LARGEST_LAG
    return int(np.ceil(back / SAMPLE_RATE + MARGIN))


def _loud_moment(known: Samples) -> int | None:
    """Where the sound of the last seconds is loudest, the latest of those where it is loud enough; None in silence."""
    for second in range(FURTHEST_BACK):
        stop = len(known) - second * SAMPLE_RATE
        part = np.abs(known[max(stop - SAMPLE_RATE, COMPARED) : stop - COMPARED])
        if len(part) and part.max() > AUDIBLE:
            return max(stop - SAMPLE_RATE, COMPARED) + int(part.argmax())
    return None


def _lag(known: Samples, piece: Samples, there: int) -> int:
    """By how many samples a piece comes late, whose sample `there` should be the middle of what is known (least squares)."""
    around = piece[max(there - COMPARED - LARGEST_LAG, 0) : there + COMPARED + LARGEST_LAG].astype(np.float64)
    if len(around) < len(known):
        return 0
    energy = np.convolve(np.square(around), np.ones(len(known)), "valid")
    error = energy - 2 * np.correlate(around, known.astype(np.float64), "valid")
    return int(error.argmin()) - min(LARGEST_LAG, there - COMPARED)


def _piece(path: Path, wave: WaveFile | None, rate: float, first: float, last: float, *, channel: int | None) -> Samples:
    """Samples first .. last of a file at its own rate, resampled."""
    import aud

    if wave is not None:
        body = wave.read(round(first), round(last))
        return _resampled(aud.Sound.buffer(body, wave.rate), channel) if len(body) else np.zeros(0, np.float32)
    if not path.is_file():  # a reader without a file ends Blender 4.5 and 5.0
        raise ParlanceError(f"The sound file “{path.name}” went away while it was read; put it back and generate again.")
    half = 0.5 / rate  # the limits are cut to whole samples; and a start beyond zero, however small, makes a reader search
    start = round(first) / rate + half if first else 0.0
    return _resampled(aud.Sound(str(path)).limit(start, last / rate + half), channel)


def _resampled(sound: Any, channel: int | None) -> Samples:
    sound = sound.rechannel(1) if channel is None else sound
    samples = sound.resample(SAMPLE_RATE, RESAMPLE_QUALITY).data()[:, channel or 0]
    clean: Samples = np.nan_to_num(samples, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return clean
