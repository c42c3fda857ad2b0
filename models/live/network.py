# SPDX-License-Identifier: GPL-3.0-or-later
"""The live network: log mel → phones, lips, speech and emotion of frames that have just been, said with more and less delay.

All convolutions look back only, so what they need is carried from call to call as one state. A branch for each look-ahead sees
both sides of the frame that many frames ago, in blocks that are late by a part of it each; its head answers from the branch and
from the trunk now. One network, one pass, every look-ahead at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...inference.live.ear import LOOK_AHEADS
from ...inference.live.level import QUIETEST, RELEASE, START
from ..features import LEVEL_FLOOR, MELS, RANGE, Level
from ..network import HIGHEST_WEIGHT, LOWEST_WEIGHT, STEM_KERNEL
from ..opening import Opening

MEL_HISTORY: Final = STEM_KERNEL - 2
"""Mel frames before the newest two that a frame is heard with."""
TAPS: Final = 5
"""Frames that a block of a branch sees at once, on both sides of its own."""


@dataclass(frozen=True)
class LiveConfig:
    """Sizes: outputs of each kind, channels of the trunk and of the lips, and the reach of each block."""

    phones: int
    curves: int
    emotions: int
    width: int = 128
    lips: int = 64
    around: int = 256
    dilations: tuple[int, ...] = (1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8)
    look_aheads: tuple[int, ...] = LOOK_AHEADS
    dropout: float = 0.05

    @property
    def memory(self) -> int:
        """How many columns the state has that is handed from call to call."""
        branches = [dilation for ahead in self.look_aheads for dilation, _ in late(ahead)]
        return 2 * sum(self.dilations) + (TAPS - 1) * sum(branches)


def late(ahead: int) -> tuple[tuple[int, int], ...]:
    """Dilation and delay in frames of each block of the branch for a look-ahead. The delays sum to it."""
    delays = (ahead // 4, ahead // 4, ahead - 2 * (ahead // 4)) if ahead else ()
    return tuple(((delay + 1) // 2, delay) for delay in delays)


@dataclass(frozen=True)
class LiveHeard:
    """What is said now about frames `look_aheads` ago, frames last. H look-aheads.

    phones: [B, H, P, T] logits.  curves: [B, H, C, T] weights, not clipped.  speech: [B, H, T] logits.
    emotion: [B, E + 1, T] logits, neutral first.  arousal: [B, T]. Both of now.
    """

    phones: Tensor
    curves: Tensor
    speech: Tensor
    emotion: Tensor
    arousal: Tensor


class CausalLevel(Level):
    """Log mel → the same relative to the speech level so far: it rises at once and falls by RELEASE. inference/live/level.py."""

    def forward(self, log_mel: Tensor, before: Tensor | None = None) -> Tensor:
        """[B, MELS, M] → the same. before: [B] the level before the first frame; START where nothing was heard."""
        loud = functional.conv1d(log_mel, self.band)[:, 0]
        fallen = RELEASE * torch.arange(1, loud.shape[1] + 1, device=loud.device)
        start = torch.full_like(loud[:, 0], START) if before is None else before
        highest = torch.cummax(torch.cat([start[:, None], loud + fallen], dim=1), dim=1).values[:, 1:]
        level = (highest - fallen).clamp(min=LEVEL_FLOOR)[:, None]
        return ((log_mel - level).clamp(min=-RANGE) + RANGE / 2) / 4.0


class Causal(nn.Module):
    """x + W·silu(norm(dilated conv of x and of what was before it)), `delay` frames late.

    inner: channels between the two, `width` where none are said.
    """

    def __init__(self, width: int, dilation: int, dropout: float, *, taps: int = 3, inner: int = 0, delay: int = 0) -> None:
        super().__init__()
        self.span, self.delay = (taps - 1) * dilation, delay
        inner = inner or width
        self.spread = nn.Conv1d(width, inner, taps, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(inner)
        self.drop = nn.Dropout1d(dropout)
        self.mix = nn.Conv1d(inner, width, 1)
        nn.init.zeros_(self.mix.bias)  # type: ignore[arg-type]
        self.mix.weight.data *= 0.5

    def forward(self, wide: Tensor) -> Tensor:
        """[B, width, span + T], the state before x and x → [B, width, T], of frames `delay` ago."""
        x = wide[:, :, self.span - self.delay : -self.delay or None]
        y: Tensor = x + self.mix(self.drop(functional.silu(self.norm(self.spread(wide)))))
        return y


class Head(nn.Module):
    """The answer for one look-ahead, from the trunk now and its branch, which knows what was around the frame then."""

    def __init__(self, config: LiveConfig) -> None:
        super().__init__()
        self.phones = nn.Conv1d(2 * config.width, config.phones, 1)
        self.speech = nn.Conv1d(2 * config.width, 1, 1)
        self.lips = nn.Conv1d(2 * config.width + config.phones, config.lips, 1)
        self.curves = nn.Conv1d(config.lips, config.curves, 1)
        nn.init.constant_(self.curves.bias, -2.0)  # type: ignore[arg-type]

    def forward(self, trunk: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """[B, 2·width, T] → phone logits [B, P, T], weights [B, C, T], speech logit [B, T]."""
        phones = self.phones(trunk)
        lips = functional.silu(self.lips(torch.cat([trunk, torch.softmax(phones, dim=1)], dim=1)))
        weights = torch.sigmoid(self.curves(lips)) * (HIGHEST_WEIGHT - LOWEST_WEIGHT) + LOWEST_WEIGHT
        return phones, weights, self.speech(trunk)[:, 0]


class _Memory:
    """The state, handed out a stretch to each block in turn, and put together again."""

    def __init__(self, state: Tensor) -> None:
        self._state, self._at = state, 0
        self._kept: list[Tensor] = []

    def through(self, blocks: nn.ModuleList, x: Tensor) -> Tensor:
        """What one block after the other makes of x, each with the columns before it that it needs."""
        for block in blocks:
            span = cast(Causal, block).span
            wide = torch.cat([self._state[:, :, self._at : self._at + span], x], dim=2)
            self._at += span
            self._kept.append(wide[:, :, -span:])
            x = block(wide)
        return x

    def after(self) -> Tensor:
        """The state for the next call."""
        return torch.cat(self._kept, dim=2)


class LiveNetwork(nn.Module):
    """Levelled mel and a state → LiveHeard and the state after it."""

    def __init__(self, config: LiveConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = nn.Sequential(
            nn.Conv1d(MELS, config.width, STEM_KERNEL, stride=2, bias=False), nn.BatchNorm1d(config.width), nn.SiLU()
        )
        self.trunk = nn.ModuleList([Causal(config.width, dilation, config.dropout) for dilation in config.dilations])
        self.branches = nn.ModuleList(
            nn.ModuleList(
                Causal(config.width, dilation, config.dropout, taps=TAPS, inner=config.around, delay=delay)
                for dilation, delay in late(ahead)
            )
            for ahead in config.look_aheads
        )
        self.heads = nn.ModuleList([Head(config) for _ in config.look_aheads])
        self.feeling = nn.Conv1d(config.width, config.emotions + 2, 1)

    def forward(self, mel: Tensor, state: Tensor, asked: Sequence[int] | None = None) -> tuple[LiveHeard, Tensor]:
        """mel: [B, MELS, MEL_HISTORY + 2·T], the first MEL_HISTORY of them heard before.  state: [B, width, memory].

        asked: places of the look-ahead that are to be answered; the state after it is whole only where all are.
        """
        memory = _Memory(state)
        x = self.stem(mel)
        x = memory.through(self.trunk, x)
        answers = []
        for place, (branch, head) in enumerate(zip(self.branches, self.heads, strict=True)):
            if asked is not None and place not in asked:
                continue
            answers.append(head(torch.cat([x, memory.through(cast(nn.ModuleList, branch), x)], dim=1)))
        phones, curves, speech = (torch.stack(part, dim=1) for part in zip(*answers, strict=True))
        feeling = self.feeling(x)
        return LiveHeard(phones, curves, speech, feeling[:, :-1], feeling[:, -1]), memory.after()

    def begin(self, count: int = 1) -> Tensor:
        """The state of a stream of `count` voices before anything was heard, zeros."""
        return torch.zeros(count, self.config.width, self.config.memory)

    def hear(self, levelled: Tensor, asked: Sequence[int] | None = None) -> LiveHeard:
        """Levelled mel [B, MELS, M] from its start → LiveHeard over M // 2 frames, of the look-aheads that are asked for."""
        mel = functional.pad(levelled[:, :, : 2 * (levelled.shape[2] // 2)], (MEL_HISTORY, 0), value=QUIETEST)
        heard: LiveHeard = self(mel, self.begin(len(mel)).to(mel.device), asked)[0]
        return heard


class ShippedLive(nn.Module):
    """What is exported: levelled mel and state → the outputs of the large network, look-aheads first, and the state after."""

    def __init__(self, network: LiveNetwork, opening: Opening) -> None:
        super().__init__()
        self.network = network
        self.opening = opening

    def forward(self, mel: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Returns phones [H, T, P], curves [H, T, C], speech [H, T], emotion [1, T, E], arousal [1, T], next_state."""
        heard, after = self.network(mel, state)
        phones = torch.softmax(heard.phones[0], dim=1)
        curves = self.opening(heard.curves[0].clamp(0.0, 1.0), phones).clamp(0.0, 1.0)
        emotion = torch.softmax(heard.emotion, dim=1)[:, 1:].transpose(1, 2)
        return (
            phones.transpose(1, 2),
            curves.transpose(1, 2),
            torch.sigmoid(heard.speech[0]),
            emotion,
            torch.tanh(heard.arousal),
            after,
        )
