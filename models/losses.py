# SPDX-License-Identifier: GPL-3.0-or-later
"""What training asks for, each as a mean over the frames that know the answer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from .batches import Batch
from .network import Heard

HUBER = 0.3
"""Where squared error turns into absolute error, in standard deviations."""


@dataclass(frozen=True)
class LossWeights:
    """How much each wish counts."""

    weights: float = 1.0
    measures: float = 1.0
    velocity: float = 2.0
    spread: float = 0.2
    closure: float = 0.5
    apart: float = 0.5
    phones: float = 0.6
    rig: float = 0.4
    speech: float = 0.1
    stillness: float = 2.0
    emotion: float = 0.05
    arousal: float = 0.1
    bounds: float = 0.1
    seal: float = 0.3
    open_gap: float = 1.5
    smoothing: float = 0.05


@dataclass(frozen=True)
class Scale:
    """Typical spread of each target, so that a tenth of a jaw weighs as much as a tenth of a pucker.

    weights: [C].  measures: [G] mm.  rest: [G] mm of the face at rest.  effect: [G, C] mm per unit of each curve.
    gap: which measure is the lip gap.
    """

    weights: Tensor
    measures: Tensor
    rest: Tensor
    effect: Tensor
    gap: int

    def measured(self, weights: Tensor) -> Tensor:
        """Weights [B, C, T] → mm [B, G, T]."""
        return torch.einsum("gc,bct->bgt", self.effect, weights) + self.rest[:, None]


def known_mean(values: Tensor, known: Tensor) -> Tensor:
    """Mean of values where known; 0 where nothing is."""
    return (values * known).sum() / known.sum().clamp(min=1.0)


def huber(error: Tensor) -> Tensor:
    """Quadratic near zero, linear beyond HUBER."""
    size = error.abs()
    return torch.where(size < HUBER, 0.5 * size * size / HUBER, size - 0.5 * HUBER)


def tracking(predicted: Tensor, target: Tensor, scale: Tensor, trust: Tensor) -> tuple[Tensor, Tensor]:
    """Huber error of position and of velocity for [B, N, T] against a target with NaN where unknown."""
    known = torch.isfinite(target).float() * trust[:, None, None]
    error = (predicted - torch.nan_to_num(target)) / scale[None, :, None]
    position = known_mean(huber(error), known)
    pairs = torch.minimum(known[:, :, 1:], known[:, :, :-1])
    velocity = known_mean(huber(error[:, :, 1:] - error[:, :, :-1]), pairs)
    return position, velocity


def spread_error(predicted: Tensor, target: Tensor, trust: Tensor) -> Tensor:
    """How far each crop's standard deviation is from the target's, relative: the cure for shy mouths."""
    known = torch.isfinite(target).float()
    count = known.sum(dim=2).clamp(min=2.0)

    def deviation(x: Tensor) -> Tensor:
        mean = (x * known).sum(dim=2) / count
        return torch.sqrt(((x - mean[:, :, None]).square() * known).sum(dim=2) / count + 1e-4)

    wanted = deviation(torch.nan_to_num(target))
    enough = (known.sum(dim=2) > 50).float() * (wanted > 0.05).float() * trust[:, None]
    return known_mean(((deviation(predicted) - wanted) / (wanted + 0.5)).square(), enough)


def losses(heard: Heard, batch: Batch, scale: Scale, wish: LossWeights) -> dict[str, Tensor]:
    """Every loss by name, already weighted; their sum is what is minimised."""
    measured = scale.measured(heard.curves)
    gap = measured[:, scale.gap]
    sure = torch.ones_like(batch.trust)
    weights, weight_speed = tracking(heard.curves, batch.weights, scale.weights, batch.trust)
    measures, measure_speed = tracking(measured, batch.measures, scale.measures, batch.trust)
    rig, rig_speed = tracking(heard.rig, batch.rig, torch.ones(batch.rig.shape[1]), sure)
    known = batch.phones >= 0
    silent = (batch.phones == 0).float()
    voice = heard.speech
    motion = (heard.curves[:, :, 1:] - heard.curves[:, :, :-1]) / scale.weights[None, :, None]
    still = torch.minimum(silent[:, 1:], silent[:, :-1])[:, None].expand_as(motion)
    outside = functional.relu(-heard.curves) + functional.relu(heard.curves - 1.0)
    felt = batch.emotion >= 0
    emotion = heard.emotion.mean(dim=2)[felt]
    arousal = torch.tanh(heard.arousal).mean(dim=1)
    aroused = torch.isfinite(batch.arousal)
    nothing = heard.curves.new_zeros(())
    return {
        "weights": wish.weights * (weights + wish.velocity * weight_speed),
        "measures": wish.measures * (measures + wish.velocity * measure_speed),
        "spread": wish.spread * spread_error(measured, batch.measures, batch.trust),
        "closure": wish.closure * known_mean(huber(functional.relu(gap + wish.seal)), (batch.closures > 0).float()),
        "apart": wish.apart * known_mean(huber(functional.relu(wish.open_gap - gap)), (batch.closures < 0).float()),
        "phones": wish.phones
        * functional.cross_entropy(heard.phones, batch.phones, ignore_index=-1, label_smoothing=wish.smoothing),
        "rig": wish.rig * (rig + rig_speed),
        "speech": wish.speech
        * known_mean(functional.binary_cross_entropy_with_logits(voice, 1.0 - silent, reduction="none"), known.float()),
        "stillness": wish.stillness * known_mean(huber(motion), still),
        "bounds": wish.bounds * outside.mean(),
        "emotion": wish.emotion * functional.cross_entropy(emotion, batch.emotion[felt]) if felt.any() else nothing,
        "arousal": wish.arousal * (arousal - batch.arousal)[aroused].square().mean() if aroused.any() else nothing,
    }
