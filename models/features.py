# SPDX-License-Identifier: GPL-3.0-or-later
"""The ear of the network: waveform → levelled log-mel frames, inside the exported graph.

Everything is a convolution or a pool, so training, ONNX Runtime and the NumPy executor compute the same thing.
The level is taken from the strongest speech-band frames within a second or so, never from the whole clip: a quiet recording
gives the same frames as a loud one, and a window of a long recording the same frames as the whole.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

SAMPLE_RATE: Final = 16_000
WINDOW: Final = 400
"""25 ms."""
HOP: Final = 160
"""10 ms; two mel frames make one output frame."""
SAMPLES_PER_FRAME: Final = 2 * HOP
FFT: Final = 512
MELS: Final = 80
LOWEST: Final = 50.0
HIGHEST: Final = 7600.0
"""Hz. Mains hum and rumble stay below; nothing above is needed by lips."""
POWER_FLOOR: Final = 1e-9
SPEECH_BAND: Final = (150.0, 3300.0)
"""Hz in which the level is measured: telephone speech has it all, hum and hiss little."""
LEVEL_FLOOR: Final = -9.0
"""Log power under which nothing is made louder: speech some 70 dB below full scale."""
RANGE: Final = 12.0
"""Nats kept below the level (52 dB)."""
PEAK_REACH: Final = 100
MEAN_REACH: Final = 50
"""Mel frames on either side for the level's maximum and for smoothing it: 1 s and .5 s."""
LEFT_PAD: Final = (WINDOW - HOP) // 2
RIGHT_PAD: Final = 439
"""Zero samples that make mel frame k centred on (k + ½)·HOP and the strided stem give exactly ceil(n / 320) frames."""


def hz_to_mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """O'Shaughnessy's mel scale."""
    return 2595.0 * np.log10(1.0 + np.asarray(hz, dtype=np.float64) / 700.0)


def mel_to_hz(mel: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """The inverse of hz_to_mel."""
    return 700.0 * (10.0 ** (np.asarray(mel, dtype=np.float64) / 2595.0) - 1.0)


def mel_centres() -> NDArray[np.float64]:
    """float64[MELS] centre of each mel band in Hz."""
    edges = np.linspace(hz_to_mel(LOWEST), hz_to_mel(HIGHEST), MELS + 2)
    return mel_to_hz(edges)[1:-1]


def _bins() -> NDArray[np.float64]:
    """Centre frequencies of the DFT bins that some mel band hears, in Hz."""
    spacing = SAMPLE_RATE / FFT
    return np.arange(math.floor(LOWEST / spacing), math.ceil(HIGHEST / spacing) + 1, dtype=np.float64) * spacing


def _dft_bases() -> NDArray[np.float32]:
    """float32[2·bins, 1, WINDOW] Hann-windowed cosines, then sines."""
    time = np.arange(WINDOW) / SAMPLE_RATE
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(WINDOW) + 0.5) / WINDOW)
    phase = 2.0 * np.pi * _bins()[:, None] * time[None, :]
    return np.concatenate([np.cos(phase) * window, np.sin(phase) * window])[:, None, :].astype(np.float32)


def _mel_filters() -> NDArray[np.float32]:
    """float32[MELS, 2·bins, 1] triangles, repeated for the cosine and the sine power."""
    edges = mel_to_hz(np.linspace(hz_to_mel(LOWEST), hz_to_mel(HIGHEST), MELS + 2))
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = _bins()[None, :]
    triangles = np.clip(np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)), 0.0, None)
    # The lowest bands are narrower than a bin: give each at least the nearest bin's share, or they would hear nothing.
    width = SAMPLE_RATE / FFT
    near = np.clip(1.0 - np.abs(bins - centre) / width, 0.0, None)
    triangles = np.where(triangles.sum(axis=1, keepdims=True) < 1.0, near, triangles)
    return np.concatenate([triangles, triangles], axis=1)[:, :, None].astype(np.float32)


class LogMel(nn.Module):
    """Waveform float32[B, n] → log mel power float32[B, MELS, M], not levelled. This is what the training cache holds."""

    bases: Tensor
    filters: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("bases", torch.from_numpy(_dft_bases()), persistent=False)
        self.register_buffer("filters", torch.from_numpy(_mel_filters()), persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        """Frames every 10 ms; frame k is centred on sample (k + ½)·HOP."""
        padded = functional.pad(waveform.unsqueeze(1), (LEFT_PAD, RIGHT_PAD))
        spectrum = functional.conv1d(padded, self.bases, stride=HOP)
        return torch.log(functional.conv1d(spectrum * spectrum, self.filters) + POWER_FLOOR)


class Level(nn.Module):
    """Log mel float32[B, MELS, M] → the same relative to the local speech level, about -2..2."""

    band: Tensor

    def __init__(self) -> None:
        super().__init__()
        centres = mel_centres()
        inside = ((centres >= SPEECH_BAND[0]) & (centres <= SPEECH_BAND[1])).astype(np.float32)
        self.register_buffer("band", torch.from_numpy(inside / inside.sum())[None, :, None], persistent=False)

    def level(self, log_mel: Tensor) -> Tensor:
        """float32[B, 1, M] the log level each frame is compared with."""
        loud = functional.conv1d(log_mel, self.band)
        peak = functional.max_pool1d(loud, 2 * PEAK_REACH + 1, stride=1, padding=PEAK_REACH)
        smooth = functional.avg_pool1d(peak, 2 * MEAN_REACH + 1, stride=1, padding=MEAN_REACH, count_include_pad=False)
        return smooth.clamp(min=LEVEL_FLOOR)

    def forward(self, log_mel: Tensor) -> Tensor:
        """Compare with the level, keep RANGE nats below it, and bring to unit size."""
        return ((log_mel - self.level(log_mel)).clamp(min=-RANGE) + RANGE / 2) / 4.0
