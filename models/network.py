# SPDX-License-Identifier: GPL-3.0-or-later
"""The network: log mel → phones, lips, speech, emotion. Plain convolutions with a bounded look-around.

A trunk of residual dilated convolutions at 50 Hz sees about ±.4 s. The phone head reads it; the lips read it together with the
phone posterior, so what is heard as p, b or m can be closed on any voice. Speech and emotion have small heads of their own; the
emotion branch pools over a few seconds, because a feeling outlasts a syllable. Heads that exist only to teach the trunk are
dropped at export.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from .features import HOP, MEAN_REACH, MELS, PEAK_REACH, SAMPLE_RATE, WINDOW, Level, LogMel

STEM_KERNEL: Final = 6
FRAME_RATE: Final = 50
POOL_REACH: Final = 100
"""Frames on either side that the emotion branch pools over: 2 s."""
LOWEST_WEIGHT: Final = -0.05
HIGHEST_WEIGHT: Final = 1.05
"""The lips' sigmoid spans a little more than 0..1, so that a shape can rest at exactly 0."""


@dataclass(frozen=True)
class NetworkConfig:
    """Sizes. phones, curves, emotions, rig: number of outputs of each head (rig: FACEGOOD's channels, training only)."""

    phones: int
    curves: int
    emotions: int
    rig: int
    width: int = 256
    lips: int = 160
    feeling: int = 64
    dilations: tuple[int, ...] = (1, 2, 4, 1, 2, 4, 8, 1, 2, 4, 1, 2)
    dropout: float = 0.05


@dataclass(frozen=True)
class Heard:
    """Everything the network says, frames last. T frames at 50 Hz.

    phones: [B, P, T] logits.  curves: [B, C, T] weights, not yet clipped to 0..1.  rig: [B, R, T].
    speech: [B, T] logit.  emotion: [B, E + 1, T] logits, neutral first.  arousal: [B, T].
    """

    phones: Tensor
    curves: Tensor
    rig: Tensor
    speech: Tensor
    emotion: Tensor
    arousal: Tensor


class Residual(nn.Module):
    """x + W·silu(norm(dilated conv of x))."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.spread = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(width)
        self.drop = nn.Dropout1d(dropout)
        self.mix = nn.Conv1d(width, width, 1)
        nn.init.zeros_(self.mix.bias)  # type: ignore[arg-type]
        self.mix.weight.data *= 0.5

    def forward(self, x: Tensor) -> Tensor:
        """[B, width, T] → [B, width, T]."""
        y: Tensor = x + self.mix(self.drop(functional.silu(self.norm(self.spread(x)))))
        return y


class Feeling(nn.Module):
    """Level mel and speech probability → emotion logits and arousal, pooled over some seconds of speech."""

    def __init__(self, width: int, emotions: int) -> None:
        super().__init__()
        self.hear = nn.Sequential(
            nn.Conv1d(MELS, width, STEM_KERNEL, stride=2, padding=2),
            nn.SiLU(),
            nn.Conv1d(width, width, 5, padding=2),
            nn.SiLU(),
            nn.Conv1d(width, width, 5, padding=8, dilation=4),
            nn.SiLU(),
        )
        self.judge = nn.Sequential(nn.Dropout(0.3), nn.Conv1d(2 * width, emotions + 2, 1))

    def forward(self, mel: Tensor, speech: Tensor) -> tuple[Tensor, Tensor]:
        """Mel [B, MELS, M] and speech probability [B, 1, T] → [B, E + 1, T], [B, T]."""
        heard = self.hear(mel)
        weight = _pool(speech) + 1e-3
        mean = _pool(heard * speech) / weight
        square = _pool(heard * heard * speech) / weight
        spread = torch.sqrt((square - mean * mean).clamp(min=1e-4))
        judged: Tensor = self.judge(torch.cat([mean, spread], dim=1))
        return judged[:, :-1], judged[:, -1]


def _pool(x: Tensor) -> Tensor:
    """Mean over ±POOL_REACH frames."""
    return functional.avg_pool1d(x, 2 * POOL_REACH + 1, stride=1, padding=POOL_REACH, count_include_pad=False)


class Network(nn.Module):
    """Log mel (training) or, wrapped by Shipped, waveform (export) → Heard."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.level = Level()
        self.stem = nn.Sequential(
            nn.Conv1d(MELS, width, STEM_KERNEL, stride=2, padding=2, bias=False),
            nn.BatchNorm1d(width),
            nn.SiLU(),
        )
        self.trunk = nn.Sequential(*[Residual(width, dilation, config.dropout) for dilation in config.dilations])
        self.phones = nn.Conv1d(width, config.phones, 1)
        self.speech = nn.Conv1d(width, 1, 1)
        self.lips = nn.Sequential(
            nn.Conv1d(width + config.phones, config.lips, 3, padding=1), nn.SiLU(), nn.Dropout(config.dropout)
        )
        self.curves = nn.Conv1d(config.lips, config.curves, 3, padding=1)
        self.rig = nn.Conv1d(config.lips, config.rig, 1)
        self.feeling = Feeling(config.feeling, config.emotions)
        nn.init.constant_(self.curves.bias, -2.0)  # type: ignore[arg-type]

    def forward(self, log_mel: Tensor) -> Heard:
        """Log mel [B, MELS, M] → Heard over M // 2 frames."""
        mel = self.level(log_mel)
        trunk = self.trunk(self.stem(mel))
        phones = self.phones(trunk)
        speech = self.speech(trunk)
        lips = self.lips(torch.cat([trunk, torch.softmax(phones, dim=1)], dim=1))
        weights = torch.sigmoid(self.curves(lips)) * (HIGHEST_WEIGHT - LOWEST_WEIGHT) + LOWEST_WEIGHT
        emotion, arousal = self.feeling(mel, torch.sigmoid(speech).detach())
        return Heard(phones, weights, self.rig(lips), speech[:, 0], emotion, arousal)

    @property
    def context(self) -> float:
        """Seconds on either side that can influence a frame."""
        trunk = sum(self.config.dilations) + 2
        feeling = POOL_REACH + 2 + 8
        frames = max(trunk, trunk + POOL_REACH, feeling)
        mel_frames = PEAK_REACH + MEAN_REACH + STEM_KERNEL
        return frames / FRAME_RATE + (mel_frames * HOP + WINDOW) / SAMPLE_RATE


class Shipped(nn.Module):
    """What is exported: waveform float32[1, n] → the named outputs of ModelSpec, frames before channels."""

    def __init__(self, network: Network, opening: nn.Module | None = None) -> None:
        """opening: what has the last word on the curves (opening.Opening); None leaves them as they are."""
        super().__init__()
        self.log_mel = LogMel()
        self.network = network
        self.opening = opening

    def forward(self, waveform: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Returns phones [1, T, P], curves [1, T, C], speech [1, T], emotion [1, T, E], arousal [1, T]."""
        heard = self.network(self.log_mel(waveform))
        phones = torch.softmax(heard.phones, dim=1)
        curves = heard.curves.clamp(0.0, 1.0)
        if self.opening is not None:
            curves = self.opening(curves, phones).clamp(0.0, 1.0)
        return (
            phones.transpose(1, 2),
            curves.transpose(1, 2),
            torch.sigmoid(heard.speech),
            torch.softmax(heard.emotion, dim=1)[:, 1:].transpose(1, 2),
            torch.tanh(heard.arousal),
        )
