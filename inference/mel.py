# SPDX-License-Identifier: GPL-3.0-or-later
"""The mel scale that every network hears with: its bands, its windows and its filters, as arrays.

Log mel frame m is centred on sample (m + ½)·HOP, looks at WINDOW samples, and is the log power of MELS bands.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 16_000
WINDOW: Final = 400
"""25 ms."""
HOP: Final = 160
"""10 ms; two mel frames make one output frame."""
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
LEFT_PAD: Final = (WINDOW - HOP) // 2
"""Samples that a frame's window begins before its hop."""


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


def bins() -> NDArray[np.float64]:
    """Centre frequencies of the DFT bins that some mel band hears, in Hz."""
    spacing = SAMPLE_RATE / FFT
    return np.arange(math.floor(LOWEST / spacing), math.ceil(HIGHEST / spacing) + 1, dtype=np.float64) * spacing


def window() -> NDArray[np.float64]:
    """float64[WINDOW] Hann."""
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(WINDOW) + 0.5) / WINDOW), np.float64)


def filters() -> NDArray[np.float32]:
    """float32[MELS, bins] triangles."""
    edges = mel_to_hz(np.linspace(hz_to_mel(LOWEST), hz_to_mel(HIGHEST), MELS + 2))
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    heard = bins()[None, :]
    triangles = np.clip(np.minimum((heard - low) / (centre - low), (high - heard) / (high - centre)), 0.0, None)
    # The lowest bands are narrower than a bin: give each at least the nearest bin's share, or they would hear nothing.
    near = np.clip(1.0 - np.abs(heard - centre) / (SAMPLE_RATE / FFT), 0.0, None)
    return np.where(triangles.sum(axis=1, keepdims=True) < 1.0, near, triangles).astype(np.float32)


def speech_band() -> NDArray[np.float32]:
    """float32[MELS] share of each band in the level: the mean over SPEECH_BAND."""
    centres = mel_centres()
    inside = ((centres >= SPEECH_BAND[0]) & (centres <= SPEECH_BAND[1])).astype(np.float32)
    return np.asarray(inside / inside.sum(), np.float32)
