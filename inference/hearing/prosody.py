# SPDX-License-Identifier: GPL-3.0-or-later
"""Loudness and voice pitch from the waveform, frame by frame. Only the pitch median looks at the whole clip."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..audio import SAMPLE_RATE, span
from ..performance import FRAME_RATE

HOP: Final = round(SAMPLE_RATE / FRAME_RATE)
QUIETEST: Final = -100.0
"""Decibels re full scale that digital silence gets."""
VOICED: Final = 0.5
"""Voicing from which on a frame has a pitch."""

_DECIMATION: Final = 4
_PITCH_RATE: Final = SAMPLE_RATE // _DECIMATION
_CUTOFF: Final = 900.0
"""Hz; the harmonics that carry pitch, without the formants that mislead."""
_LOWEST: Final = 60.0
_HIGHEST: Final = 500.0
"""Hz; creaky men to shouting children."""
_COMPARED: Final = 160
"""Samples at 4 kHz that are compared with themselves one period later: 40 ms, two periods of a low voice."""
_SHORTEST_LAG: Final = int(_PITCH_RATE / _HIGHEST)
_LONGEST_LAG: Final = int(np.ceil(_PITCH_RATE / _LOWEST)) + 1
_FINER: Final = 2
"""Lags per sample; the peaks of high voices are too narrow for less."""
_CANDIDATES: Final = 4
"""Lags a frame that the path is chosen from."""
_HISS: Final = 1e-9 * _COMPARED
"""Energy (-90 dB) below which similarity does not count."""
_FRAMES_AT_ONCE: Final = 8192
"""Frames whose similarities are held at a time, so that hours need no more memory than minutes."""
_SHORTEST_VOICED: Final = 3
"""Frames."""
_LEAP: Final = 0.4
"""Octaves in a frame that no larynx does."""
# Costs of the path through the candidates, in units of normalised correlation (after Talkin 1995, tuned on read speech).
_LONG_LAG_COST: Final = 0.25
_UNVOICED_COST: Final = 0.55
_ONSET_COST: Final = 0.15
_OCTAVE_COST: Final = 0.5


def loudness(samples: NDArray[np.float32], frames: int, *, air: bool = False) -> NDArray[np.float32]:
    """float32[frames] root mean square over the 40 ms around each frame's centre, in decibels re full scale, from QUIETEST up.

    air: of the differenced waveform, which hears the hiss of a breath and not the rumble of a room.
    """
    result = np.empty(frames, np.float32)
    half = HOP // 2
    for start in range(0, frames, _FRAMES_AT_ONCE):
        stop = min(start + _FRAMES_AT_ONCE, frames)
        first, last = start * HOP - half, stop * HOP + half
        piece = np.diff(span(samples, first - 1, last)) if air else span(samples, first, last)
        blocks = piece.reshape(-1, half)
        energy = np.einsum("ij,ij->i", blocks, blocks, dtype=np.float64)
        power = sliding_window_view(energy, 4)[::2].mean(axis=1) / half
        result[start:stop] = 10 * np.log10(np.maximum(power, 10 ** (QUIETEST / 10)))
    return result


def pitch(samples: NDArray[np.float32], frames: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pitch in Hz, 0 where unvoiced, and voicing 0..1, of each frame: float32[frames] both.

    Peaks of the normalised cross-correlation, joined by dynamic programming (Talkin 1995, A robust algorithm for pitch
    tracking).
    """
    lags, peaks = np.empty((frames, _CANDIDATES), np.float32), np.empty((frames, _CANDIDATES), np.float32)
    for start in range(0, frames, _FRAMES_AT_ONCE):
        stop = min(start + _FRAMES_AT_ONCE, frames)
        lags[start:stop], peaks[start:stop] = _peaks(_correlations(samples, start, stop))
    chosen = _path(lags, peaks)
    every = np.arange(frames)
    voiced = _lasting(chosen < _CANDIDATES, np.log2(lags[every, np.minimum(chosen, _CANDIDATES - 1)]))
    best = np.where(voiced, peaks[every, np.minimum(chosen, _CANDIDATES - 1)], peaks.max(axis=1, initial=0.0))
    voicing = np.clip((best - 0.3) / 0.6, 0, 1)
    voicing = np.where(voiced, np.maximum(voicing, VOICED), np.minimum(voicing, VOICED - 0.01))
    hertz = np.where(voiced, _PITCH_RATE / lags[every, np.minimum(chosen, _CANDIDATES - 1)], 0.0)
    return hertz.astype(np.float32), voicing.astype(np.float32)


def semitones(hertz: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pitch relative to its median, in semitones; 0 where unvoiced."""
    voiced = hertz > 0
    if not voiced.any():
        return np.zeros(len(hertz), np.float32)
    relative = 12 * np.log2(np.where(voiced, hertz, 1.0) / np.median(hertz[voiced]))
    return np.where(voiced, relative, 0.0).astype(np.float32)


def _correlations(samples: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Normalised cross-correlation of frames start .. stop, float32[frames, lags].

    Lags run in steps of 1 / _FINER from one step below _SHORTEST_LAG to one above _LONGEST_LAG.
    """
    reach = _COMPARED + _LONGEST_LAG + 1
    hop = HOP // _DECIMATION
    low = _lowpassed(samples, start * hop + hop // 2 - reach // 2, (stop - 1) * hop + hop // 2 - reach // 2 + reach)
    segments = sliding_window_view(low, reach)[::hop]
    segments = segments - segments.mean(axis=1, keepdims=True)
    size = 1 << (reach - 1).bit_length()
    spectrum = np.fft.rfft(segments, size)
    spectrum *= np.conj(np.fft.rfft(segments[:, :_COMPARED], size))
    lags = slice(_SHORTEST_LAG * _FINER - 1, _LONGEST_LAG * _FINER + 2)
    products = np.fft.irfft(spectrum, size * _FINER)[:, lags] * _FINER
    energy = np.cumsum(np.pad(segments * segments, ((0, 0), (1, 0))), axis=1)
    energies = energy[:, _COMPARED:] - energy[:, :-_COMPARED]
    nearest = np.arange(lags.start, lags.stop) // _FINER
    energies = (energies[:, nearest] + energies[:, nearest + np.arange(lags.start, lags.stop) % _FINER]) / 2
    return np.asarray(products / np.sqrt((energy[:, _COMPARED, None] + _HISS) * (energies + _HISS)), np.float32)


def _lowpassed(samples: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Samples start .. stop of the audio at 4 kHz, below _CUTOFF (windowed sinc)."""
    reach = 8 * _DECIMATION
    time = np.arange(-reach, reach)
    kernel = np.sinc(2 * _CUTOFF / SAMPLE_RATE * (time + 0.5)) * np.hanning(2 * reach)
    kernel = (kernel / kernel.sum()).astype(np.float32).reshape(-1, _DECIMATION)
    phases = span(samples, start * _DECIMATION - reach, stop * _DECIMATION + reach).reshape(-1, _DECIMATION)
    return np.asarray(sum(np.convolve(phases[:, i], kernel[::-1, i], "valid") for i in range(_DECIMATION)))[: stop - start]


def _peaks(correlation: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lags (samples at 4 kHz, between samples) and heights of each frame's best peaks, float32[T, _CANDIDATES] both."""
    left, middle, right = correlation[:, :-2], correlation[:, 1:-1], correlation[:, 2:]
    favour = (_LONG_LAG_COST * np.linspace(_SHORTEST_LAG / _LONGEST_LAG, 1, middle.shape[1])).astype(np.float32)
    ranked = np.where((middle >= left) & (middle > right), middle - favour, np.float32(-2))
    best = np.argpartition(-ranked, _CANDIDATES - 1, axis=1)[:, :_CANDIDATES]
    a, b, c = (np.take_along_axis(part, best, axis=1) for part in (left, middle, right))
    curvature = np.minimum(a - 2 * b + c, np.float32(-1e-6))
    offset = np.clip(np.float32(0.5) * (a - c) / curvature, -1, 1)
    height = b - np.float32(0.25) * (a - c) * offset
    is_peak = np.take_along_axis(ranked, best, axis=1) > -2
    return (best + offset) / _FINER + np.float32(_SHORTEST_LAG), np.where(is_peak, np.minimum(height, 1), np.float32(-1))


def _path(lags: NDArray[np.float32], peaks: NDArray[np.float32]) -> NDArray[np.int64]:
    """The candidate of each frame on the cheapest path; _CANDIDATES means unvoiced."""
    frames = len(lags)
    if frames == 0:
        return np.zeros(0, int)
    local = np.concatenate([1 - peaks + _LONG_LAG_COST * lags / _LONGEST_LAG, np.full((frames, 1), _UNVOICED_COST)], axis=1)
    height = np.log2(lags)
    back = np.zeros((frames, _CANDIDATES + 1), np.int64)
    cost = local[0]
    every = np.arange(_CANDIDATES + 1)
    for start in range(1, frames, _FRAMES_AT_ONCE):
        stop = min(start + _FRAMES_AT_ONCE, frames)
        jumps = np.full((stop - start, _CANDIDATES + 1, _CANDIDATES + 1), _ONSET_COST)
        jumps[:, :-1, :-1] = _OCTAVE_COST * np.abs(height[start - 1 : stop - 1, :, None] - height[start:stop, None, :])
        jumps[:, -1, -1] = 0.0
        for now in range(start, stop):
            total = cost[:, None] + jumps[now - start]
            back[now] = total.argmin(axis=0)
            cost = total[back[now], every] + local[now]
    path = np.empty(frames, int)
    path[-1] = cost.argmin()
    for now in range(frames - 1, 0, -1):
        path[now - 1] = back[now, path[now]]
    return path


def _lasting(voiced: NDArray[np.bool_], height: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Voiced frames without the specks: stretches between leaps that are too short for a voice to start and stop."""
    leaps = (np.abs(np.diff(height)) > _LEAP) | (voiced[1:] != voiced[:-1])
    starts = np.concatenate([[0], np.flatnonzero(leaps) + 1, [len(voiced)]])
    lengths = np.diff(starts)
    return np.asarray(voiced & np.repeat(lengths >= _SHORTEST_VOICED, lengths))
