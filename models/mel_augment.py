# SPDX-License-Identifier: GPL-3.0-or-later
"""Other voices, rooms and microphones, made on the log-mel axis while training.

The filmed data has two people; the network meets everybody else here. Each function takes and gives log mel power
float32[B, MELS, M] (features.LogMel) and draws from the generator it is given, so a run can be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional

from .features import MELS, hz_to_mel, mel_centres

SILENCE = -20.0
"""Log power written where nothing is left to hear."""


@dataclass(frozen=True)
class Augmentation:
    """How far each change goes and how often it happens (p_…).

    tract: largest relative change of vocal-tract length.  equaliser: nats, deviation of each of 6 knots.  gain: nats.
    reverb: shortest and longest decay constant in mel frames (10 ms).  noise: signal-to-noise range in nats.
    """

    p_tract: float = 0.9
    tract: float = 0.22
    equaliser: float = 1.2
    gain: float = 2.0
    p_reverb: float = 0.35
    reverb: tuple[float, float] = (3.0, 15.0)
    p_noise: float = 0.6
    noise: tuple[float, float] = (0.0, 6.0)
    p_babble: float = 0.2
    p_floor: float = 0.3
    p_low_pass: float = 0.3
    p_high_pass: float = 0.15
    p_band_mask: float = 0.25


def uniform(generator: Generator, count: int, low: float, high: float) -> Tensor:
    """float32[count] between low and high."""
    return torch.rand(count, generator=generator) * (high - low) + low


def chance(generator: Generator, count: int, probability: float) -> Tensor:
    """bool[count] each true with this probability."""
    return torch.rand(count, generator=generator) < probability


def warp_tract(log_mel: Tensor, factor: Tensor) -> Tensor:
    """Scale every resonance by factor[B] in Hz: above 1 a shorter vocal tract, a smaller speaker."""
    centres = torch.from_numpy(mel_centres()).float()
    source = centres[None, :] / factor[:, None]
    mel = torch.from_numpy(hz_to_mel(source.double().numpy())).float()
    grid = torch.from_numpy(hz_to_mel(mel_centres())).float()
    position = ((mel - grid[0]) / (grid[1] - grid[0])).clamp(0.0, MELS - 1.001)
    low = position.floor().long()
    share = (position - low)[:, :, None]
    index = low[:, :, None].expand(-1, -1, log_mel.shape[2])
    return log_mel.gather(1, index) * (1.0 - share) + log_mel.gather(1, index + 1) * share


def equalise(log_mel: Tensor, knots: Tensor) -> Tensor:
    """Add a smooth frequency response given at knots[B, K] (nats), evenly spaced on the mel axis."""
    return log_mel + functional.interpolate(knots[:, None], size=MELS, mode="linear", align_corners=True)[:, 0, :, None]


def reverberate(log_mel: Tensor, decay: Tensor, wet: Tensor) -> Tensor:
    """Mix in an exponential tail of time constant decay[B] (mel frames), wet[B] of the energy."""
    length = 60
    tail = torch.exp(-torch.arange(1, length + 1)[None, :] / decay[:, None])
    tail = wet[:, None] * tail / tail.sum(dim=1, keepdim=True)
    power = torch.exp(log_mel.clamp(max=20.0))
    batch = power.shape[0]
    kernel = tail.flip(1).repeat_interleave(MELS, dim=0)[:, None]
    wide = functional.pad(power.reshape(1, batch * MELS, -1), (length, 0))
    echo = functional.conv1d(wide, kernel, groups=batch * MELS)[:, :, : power.shape[2]]
    return torch.log(power + echo.reshape(power.shape) + 1e-9)


def loudness(log_mel: Tensor) -> Tensor:
    """float32[B] log power of the louder frames: what noise is measured against."""
    return torch.logsumexp(log_mel, dim=1).quantile(0.9, dim=1)


def mix(log_mel: Tensor, other: Tensor, ratio: Tensor) -> Tensor:
    """Add another sound ratio[B] nats below this one."""
    level = loudness(log_mel) - loudness(other) - ratio
    return torch.logaddexp(log_mel, other + level[:, None, None])


def low_pass(log_mel: Tensor, cutoff: Tensor) -> Tensor:
    """Silence what lies above cutoff[B] in Hz, within a band or two, as a telephone or an 8 kHz file does."""
    centres = torch.from_numpy(mel_centres()).float()
    slope = ((centres[None, :] / cutoff[:, None]) - 1.0).clamp(min=0.0) * 60.0
    return torch.logaddexp(log_mel - slope[:, :, None], torch.tensor(SILENCE))


def high_pass(log_mel: Tensor, cutoff: Tensor) -> Tensor:
    """Weaken what lies below cutoff[B] in Hz by 12 dB an octave."""
    centres = torch.from_numpy(mel_centres()).float()
    slope = (torch.log2(cutoff[:, None] / centres[None, :])).clamp(min=0.0) * 2.76
    return log_mel - slope[:, :, None]


def mask_band(log_mel: Tensor, start: Tensor, width: Tensor) -> Tensor:
    """Silence width[B] mel bands from start[B]."""
    bands = torch.arange(MELS)[None, :]
    inside = (bands >= start[:, None]) & (bands < (start + width)[:, None])
    return torch.where(inside[:, :, None], torch.tensor(SILENCE), log_mel)


def augment(log_mel: Tensor, background: Tensor, settings: Augmentation, generator: Generator) -> Tensor:
    """One random voice, room, microphone and noise per clip.

    background: float32[B, MELS, M] other sounds (noise, hum, music) to mix under the speech.
    """
    count = log_mel.shape[0]

    def where(probability: float, changed: Tensor, unchanged: Tensor) -> Tensor:
        return torch.where(chance(generator, count, probability)[:, None, None], changed, unchanged)

    def draw(low: float, high: float) -> Tensor:
        return uniform(generator, count, low, high)

    spread = torch.log(torch.tensor(1.0 + settings.tract)).item()
    x = where(settings.p_tract, warp_tract(log_mel, torch.exp(draw(-spread, spread))), log_mel)
    x = equalise(x, torch.randn(count, 6, generator=generator) * settings.equaliser * draw(0.0, 1.0)[:, None])
    wet = torch.exp(draw(-3.0, 0.3))
    x = where(settings.p_reverb, reverberate(x, draw(*settings.reverb), wet), x)
    crowd = torch.logaddexp(x[torch.randperm(count, generator=generator)], x[torch.randperm(count, generator=generator)])
    x = where(settings.p_babble, mix(x, crowd, draw(2.0, 5.0)), x)
    x = where(settings.p_noise, mix(x, background, draw(*settings.noise)), x)
    floor = (loudness(x) - draw(5.0, 11.0))[:, None, None].expand_as(x)
    x = where(settings.p_floor, torch.logaddexp(x, floor - 4.0), x)
    x = where(settings.p_low_pass, low_pass(x, draw(3300.0, 5000.0)), x)
    x = where(settings.p_high_pass, high_pass(x, draw(150.0, 400.0)), x)
    x = where(settings.p_band_mask, mask_band(x, draw(0, MELS).long(), draw(2, 12).long()), x)
    return x + (torch.randn(count, generator=generator) * settings.gain)[:, None, None]
