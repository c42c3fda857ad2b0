# SPDX-License-Identifier: GPL-3.0-or-later
"""The ear of the network: waveform → levelled log-mel frames, inside the exported graph.

Everything is a convolution or a pool, so training, ONNX Runtime and the NumPy executor compute the same thing.
The level is taken from the strongest speech-band frames within a second or so, never from the whole clip: a quiet recording
gives the same frames as a loud one, and a window of a long recording the same frames as the whole.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ..inference import mel
from ..inference.mel import HOP, LEFT_PAD, LEVEL_FLOOR, MELS, POWER_FLOOR, RANGE, SAMPLE_RATE, WINDOW, hz_to_mel, mel_centres

__all__ = ["HOP", "LEVEL_FLOOR", "MELS", "POWER_FLOOR", "RANGE", "SAMPLE_RATE", "WINDOW", "Level", "LogMel", "hz_to_mel",
           "mel_centres"]  # fmt: skip

SAMPLES_PER_FRAME: Final = 2 * HOP
PEAK_REACH: Final = 100
MEAN_REACH: Final = 50
"""Mel frames on either side for the level's maximum and for smoothing it: 1 s and .5 s."""
RIGHT_PAD: Final = 439
"""Zero samples that make mel frame k centred on (k + ½)·HOP and the strided stem give exactly ceil(n / 320) frames."""


def _dft_bases() -> NDArray[np.float32]:
    """float32[2·bins, 1, WINDOW] Hann-windowed cosines, then sines."""
    time = np.arange(WINDOW) / SAMPLE_RATE
    window = mel.window()
    phase = 2.0 * np.pi * mel.bins()[:, None] * time[None, :]
    return np.concatenate([np.cos(phase) * window, np.sin(phase) * window])[:, None, :].astype(np.float32)


def _mel_filters() -> NDArray[np.float32]:
    """float32[MELS, 2·bins, 1] triangles, repeated for the cosine and the sine power."""
    triangles = mel.filters()
    return np.concatenate([triangles, triangles], axis=1)[:, :, None]


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
        self.register_buffer("band", torch.from_numpy(mel.speech_band())[None, :, None], persistent=False)

    def level(self, log_mel: Tensor) -> Tensor:
        """float32[B, 1, M] the log level each frame is compared with."""
        loud = functional.conv1d(log_mel, self.band)
        peak = functional.max_pool1d(loud, 2 * PEAK_REACH + 1, stride=1, padding=PEAK_REACH)
        smooth = functional.avg_pool1d(peak, 2 * MEAN_REACH + 1, stride=1, padding=MEAN_REACH, count_include_pad=False)
        return smooth.clamp(min=LEVEL_FLOOR)

    def forward(self, log_mel: Tensor) -> Tensor:
        """Compare with the level, keep RANGE nats below it, and bring to unit size."""
        return ((log_mel - self.level(log_mel)).clamp(min=-RANGE) + RANGE / 2) / 4.0
