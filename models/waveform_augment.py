# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of voice and microphone that the mel axis cannot imitate, made once on copies of the recordings.

A copy keeps its length and timing, so the labels of the original hold. Needs SciPy.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample, resample_poly

Wave: TypeAlias = NDArray[np.float32]
FRAME: Final = 512
HOP: Final = 128


def stretch(wave: Wave, length: int) -> Wave:
    """The same sound in another number of samples, pitch kept: a phase vocoder with 32 ms frames."""
    window = np.hanning(FRAME + 1)[:-1]
    padded = np.pad(wave.astype(np.float64), FRAME)
    ratio = len(wave) / length
    count = int(np.ceil((length + FRAME) / HOP)) + 1
    starts = np.minimum(np.arange(count) * HOP * ratio + FRAME / 2, len(padded) - FRAME - HOP - 1).astype(int)
    take = np.arange(FRAME)[None, :]
    now = np.fft.rfft(padded[starts[:, None] + take] * window)
    before = np.fft.rfft(padded[np.maximum(starts - HOP, 0)[:, None] + take] * window)
    advance = np.angle(now) - np.angle(before)
    phase = np.cumsum(np.vstack([np.angle(now[:1]), advance[1:]]), axis=0)
    frames = np.fft.irfft(np.abs(now) * np.exp(1j * phase), FRAME) * window
    result = np.zeros(count * HOP + FRAME)
    weight = np.zeros_like(result)
    for part in range(FRAME // HOP):
        piece = frames[:, part * HOP : (part + 1) * HOP].reshape(-1)
        result[part * HOP : part * HOP + len(piece)] += piece
        square = np.tile(window[part * HOP : (part + 1) * HOP] ** 2, count)
        weight[part * HOP : part * HOP + len(square)] += square
    offset = FRAME // 2
    return (result / np.maximum(weight, 0.1))[offset : offset + length].astype(np.float32)


def repitch(wave: Wave, factor: float) -> Wave:
    """Pitch times factor with resonances and length kept: a voice box of another size in the same mouth.

    The spectral envelope (cepstrum under 2 ms) is divided out, the rest is resampled and stretched back, the envelope returns.
    """
    frames = _frames(wave)
    envelope = _envelope(frames)
    source = _overlap(frames / envelope, len(wave))
    shorter = resample(source, max(FRAME, round(len(wave) / factor))).astype(np.float32)
    return _overlap(_frames(stretch(shorter, len(wave))) * envelope, len(wave))


def _frames(wave: Wave) -> NDArray[np.complex128]:
    """Short-time spectra complex[frames, FRAME // 2 + 1] every HOP samples."""
    count = int(np.ceil(len(wave) / HOP)) + FRAME // HOP
    padded = np.pad(wave.astype(np.float64), (FRAME, FRAME + count * HOP - len(wave)))
    starts = np.arange(count) * HOP + HOP
    return np.fft.rfft(padded[starts[:, None] + np.arange(FRAME)[None, :]] * _window())


def _window() -> NDArray[np.float64]:
    """Square root of a Hann window, used on the way in and on the way out."""
    return np.sqrt(np.hanning(FRAME + 1)[:-1])


def _overlap(spectra: NDArray[np.complex128], length: int) -> Wave:
    """The wave float32[length] whose short-time spectra these are."""
    frames = np.fft.irfft(spectra, FRAME) * _window()
    parts = FRAME // HOP
    result = np.zeros((len(frames) + parts) * HOP)
    for part in range(parts):
        piece = frames[:, part * HOP : (part + 1) * HOP].reshape(-1)
        result[part * HOP : part * HOP + len(piece)] += piece
    start = FRAME - HOP
    return (result[start : start + length] * (2.0 / parts)).astype(np.float32)


def _envelope(spectra: NDArray[np.complex128], quefrency: int = 32) -> NDArray[np.float64]:
    """The resonances: log spectra smoothed by keeping the cepstrum below 32 samples (2 ms)."""
    cepstrum = np.fft.irfft(np.log(np.abs(spectra) + 1e-5), FRAME)
    cepstrum[:, quefrency : FRAME - quefrency + 1] = 0.0
    return np.asarray(np.exp(np.fft.rfft(cepstrum).real))


def clip(wave: Wave, drive: float) -> Wave:
    """Overload: amplify so that the loudest sample is drive times full scale, then cut."""
    peak = float(np.abs(wave).max()) or 1.0
    return np.asarray(np.clip(wave * (drive / peak), -1.0, 1.0), np.float32)


def telephone(wave: Wave) -> Wave:
    """8 kHz and mu-law 8 bit (ITU-T G.711's curve), back at 16 kHz."""
    narrow = resample_poly(wave, 1, 2)
    peak = float(np.abs(narrow).max()) or 1.0
    squeezed = np.sign(narrow) * np.log1p(255.0 * np.abs(narrow / peak)) / np.log(256.0)
    coarse = np.round(squeezed * 127.0) / 127.0
    opened = np.sign(coarse) * np.expm1(np.abs(coarse) * np.log(256.0)) / 255.0 * peak
    return np.asarray(resample_poly(opened, 2, 1)[: len(wave)], np.float32)


def low_bitrate(wave: Wave, generator: np.random.Generator) -> Wave:
    """What a poor codec does: quiet bands of each frame vanish and the rest is coarse."""
    spectra = _frames(wave)
    loud = np.abs(spectra)
    threshold = loud.max(axis=1, keepdims=True) * 10 ** (-generator.uniform(25, 40) / 20)
    return _overlap(np.where(loud > threshold, spectra * np.exp(generator.normal(0, 0.15, spectra.shape)), 0.0), len(wave))


def another_microphone(wave: Wave, generator: np.random.Generator) -> Wave:
    """Overload, telephone or a poor codec, whichever is drawn."""
    kind = generator.integers(0, 3)
    if kind == 0:
        return clip(wave, float(generator.uniform(2.0, 12.0)))
    return telephone(wave) if kind == 1 else low_bitrate(wave, generator)


def another_voice(wave: Wave, generator: np.random.Generator, lowest: float = 0.7, highest: float = 2.0) -> Wave:
    """The same words at a pitch drawn between the limits (as factors); the resonances are left to mel_augment.warp_tract."""
    return repitch(wave, float(np.exp(generator.uniform(np.log(lowest), np.log(highest)))))
