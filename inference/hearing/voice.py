# SPDX-License-Identifier: GPL-3.0-or-later
"""What vocal sounds are told from words by, frame by frame: loudness, air, pitch, spectrum, and how sure the phones are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .. import phones as inventory
from ..arrays import Floats
from ..audio import SAMPLE_RATE, span
from ..performance import FRAME_RATE
from ..smoothing import smooth
from .floor import passing

BANDS: Final = 20
LOW: Final = slice(0, 7)
MIDDLE: Final = slice(7, 13)
HIGH: Final = slice(13, BANDS)
"""Bands below 900 Hz, from there to 2.5 kHz, and above."""
DIP: Final = 3.0
"""Decibels between two bursts at least."""
DEEP: Final = 45.0
"""Decibels below the loudest that are looked at."""
_SIZE: Final = 512
_TOGETHER: Final = 46.0
"""Decibels by which the bands of a sound are together above its loudness: of a tone as of noise."""
_AT_ONCE: Final = 16_384
_LIKE_A_LAUGH: Final = ("sil", "h", "ʔ", "x", "a", "æ", "ɑ", "ʌ", "ə", "ɛ", "ɪ", "e", "i", "ɝ", "ɔ")
HARD: Final = [inventory.INDEX[symbol] for symbol in inventory.SYMBOLS if symbol not in _LIKE_A_LAUGH]
"""Phones that hardly come in vocal sounds: what takes the tongue tip or round lips."""


@dataclass(frozen=True)
class Voice:
    """What is known of a sound, T frames.

    bands: float32[T, BANDS] of spectrum(). posteriors: float32[T, P] of phones. speech: float32[T] probability that somebody
    speaks.
    loudness, air: float32[T] decibels of the waveform, and of the differenced one, which hears breath and not rumble.
    hertz: float32[T] pitch, 0 where there is none, whether somebody speaks or not. voicing: float32[T] 0..1.
    """

    bands: Floats
    posteriors: Floats
    speech: Floats
    loudness: Floats
    air: Floats
    hertz: Floats
    voicing: Floats

    @property
    def frames(self) -> int:
        """T."""
        return len(self.loudness)

    @cached_property
    def passing(self) -> Floats:
        """float32[T] loudness of what comes and goes."""
        return passing(self.loudness, self.bands)

    @cached_property
    def level(self) -> Floats:
        """float32[T] loudness without its ripple."""
        return smooth(self.loudness, 1.0)

    @cached_property
    def clear(self) -> Floats:
        """float32[T] loudness of what is in the bands, without its ripple: no room that rumbles has bursts in it."""
        found = np.empty(self.frames, np.float32)
        for start in range(0, self.frames, _AT_ONCE):
            power = (10 ** (0.1 * self.bands[start : start + _AT_ONCE])).sum(axis=1)
            found[start : start + _AT_ONCE] = 10 * np.log10(power) - _TOGETHER
        return smooth(found, 1.0)

    @cached_property
    def semitones(self) -> Floats:
        """float32[T] pitch above 1 Hz, NaN where there is none."""
        return np.where(self.hertz > 0, 12 * np.log2(np.maximum(self.hertz, 1.0)), np.nan).astype(np.float32)

    @cached_property
    def sure(self) -> Floats:
        """float32[T] probability of the likeliest phone."""
        return np.asarray(self.posteriors.max(axis=1, initial=0.0))

    @cached_property
    def hard(self) -> Floats:
        """float32[T] probability of HARD phones."""
        return np.asarray(self.posteriors[:, HARD].sum(axis=1))

    @cached_property
    def doubt(self) -> Floats:
        """float32[T] nats: how little is known of which phone it is, if it is not silence."""
        found = np.empty(self.frames, np.float32)
        for start in range(0, self.frames, _AT_ONCE):
            spoken = self.posteriors[start : start + _AT_ONCE, 1:].astype(np.float32)
            spoken = spoken / np.maximum(spoken.sum(axis=1, keepdims=True), 1e-6)
            found[start : start + _AT_ONCE] = -(spoken * np.log(spoken + 1e-6)).sum(axis=1)
        return found

    @cached_property
    def peaks(self) -> NDArray[np.int64]:
        """Frames of bursts: peaks of the level that stand DIP above the valleys on both sides."""
        return np.array(bursts(self.level), np.int64)

    @cached_property
    def crests(self) -> NDArray[np.int64]:
        """The same of what is clear."""
        return np.array(bursts(self.clear), np.int64)


def spectrum(samples: Floats, frames: int) -> Floats:
    """float32[frames, BANDS] decibels between 150 Hz and 7 kHz, in bands of equal width on the mel scale, around each frame."""
    hertz = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    mel = 1127 * np.log1p(hertz / 700)
    edges = np.linspace(1127 * np.log1p(150 / 700), 1127 * np.log1p(7000 / 700), BANDS + 2)
    width = edges[1] - edges[0]
    weights = np.clip(np.minimum(mel[:, None] - edges[:-2], edges[2:] - mel[:, None]) / width, 0, None).astype(np.float32)
    hop = round(SAMPLE_RATE / FRAME_RATE)
    before = (_SIZE - hop) // 2
    bell = np.hanning(_SIZE).astype(np.float32)
    result = np.empty((frames, BANDS), np.float32)
    for start in range(0, frames, 2048):
        stop = min(start + 2048, frames)
        near = span(samples, start * hop - before, (stop - 1) * hop - before + _SIZE)
        power = np.abs(np.fft.rfft(sliding_window_view(near, _SIZE)[::hop] * bell)) ** 2
        result[start:stop] = 10 * np.log10(power @ weights + 1e-9)
    return result


def bursts(level: Floats) -> list[int]:
    """Where a level peaks, DIP above the valleys on both sides."""
    if not len(level):
        return []
    found: list[int] = []
    lowest, highest, at, rising = float(level[0]) - DIP, -np.inf, 0, True
    for now, value in enumerate(level.tolist()):
        if rising:
            if value > highest:
                highest, at = value, now
            elif value < highest - DIP:
                found.append(at)
                rising, lowest = False, value
        else:
            lowest = min(lowest, value)
            if value > lowest + DIP:
                rising, highest, at = True, value, now
    return [*found, at] if rising else found


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First frame and end of every stretch that is flagged."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
