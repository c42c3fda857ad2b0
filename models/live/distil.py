# SPDX-License-Identifier: GPL-3.0-or-later
"""What the live network is asked for: what the shipped one says, at every look-ahead, each frame as late as that allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from ...inference import phones
from ..losses import Scale, known_mean, tracking
from .network import LiveHeard
from .teacher import PARTS

WARM: Final = 12
"""First frames of a crop of which nothing is asked: nothing was heard before them."""
_CONTACTS: Final = (phones.BILABIAL, phones.LABIODENTAL)


@dataclass(frozen=True)
class Wishes:
    """How much each wish counts, and each look-ahead."""

    phones: float = 1.0
    contact: float = 2.0
    weights: float = 1.0
    measures: float = 1.5
    velocity: float = 1.0
    speech: float = 0.2
    emotion: float = 0.05
    arousal: float = 0.1
    look_aheads: tuple[float, ...] = (0.7, 1.0, 1.5, 0.9)


def parts(answer: Tensor) -> dict[str, Tensor]:
    """Channels [B, K, T] of a teacher by the name of its outputs."""
    pieces = torch.split(answer, list(PARTS.values()), dim=1)
    return dict(zip(PARTS, pieces, strict=True))


def losses(heard: LiveHeard, answer: Tensor, look_aheads: tuple[int, ...], scale: Scale, wish: Wishes) -> dict[str, Tensor]:
    """Every loss by name, already weighted. answer: [B, CHANNELS, T] of the teacher, NaN where nobody knows."""
    frames = answer.shape[2]
    total: dict[str, Tensor] = {}
    for head, (ahead, share) in enumerate(zip(look_aheads, wish.look_aheads, strict=True)):
        now, then = slice(WARM + ahead, frames), slice(WARM, frames - ahead)
        truth = parts(answer[:, :, then])
        said = (heard.phones[:, head, :, now], heard.curves[:, head, :, now], heard.speech[:, head, now])
        here = _of_head(said, truth, scale, wish)
        for name, value in here.items():
            total[name] = total.get(name, value.new_zeros(())) + share / sum(wish.look_aheads) * value
    truth = parts(answer)
    known = torch.isfinite(truth["arousal"]).float()
    felt = torch.cat([1.0 - truth["emotion"].sum(dim=1, keepdim=True), truth["emotion"]], dim=1).clamp(min=0.0)
    total["emotion"] = wish.emotion * divergence(heard.emotion, felt)
    error = torch.tanh(heard.arousal[:, None]) - torch.nan_to_num(truth["arousal"])
    total["arousal"] = wish.arousal * known_mean(error.square(), known)
    return total


def _of_head(said: tuple[Tensor, Tensor, Tensor], truth: dict[str, Tensor], scale: Scale, wish: Wishes) -> dict[str, Tensor]:
    """said: phone logits [B, P, T], curves [B, C, T] and speech logits [B, T] for the frames of truth."""
    logits, curves, voice = said
    sure = torch.ones(len(curves))
    weights, weight_speed = tracking(curves, truth["curves"], scale.weights, sure)
    measured = torch.einsum("gc,bct->bgt", scale.effect, truth["curves"]) + scale.rest[:, None]
    measures, measure_speed = tracking(scale.measured(curves), measured, scale.measures, sure)
    spoken = truth["speech"][:, 0]
    known = torch.isfinite(spoken).float()
    return {
        "phones": wish.phones * divergence(logits, truth["phones"]),
        "contact": wish.contact * contact_divergence(logits, truth["phones"]),
        "weights": wish.weights * (weights + wish.velocity * weight_speed),
        "measures": wish.measures * (measures + wish.velocity * measure_speed),
        "speech": wish.speech
        * known_mean(
            functional.binary_cross_entropy_with_logits(voice, torch.nan_to_num(spoken).clamp(0.0, 1.0), reduction="none"), known
        ),
    }


def divergence(logits: Tensor, truth: Tensor) -> Tensor:
    """Mean Kullback-Leibler divergence of softmax(logits [B, P, T]) from probabilities [B, P, T], NaN where unknown."""
    return _divergence(functional.log_softmax(logits, dim=1), truth)


def contact_divergence(logits: Tensor, truth: Tensor) -> Tensor:
    """The same between what the eye sees first: lips together, lip at the teeth, or neither."""
    kind = torch.zeros(phones.COUNT, dtype=torch.long)
    for number, group in enumerate(_CONTACTS, start=1):
        kind[list(phones.indices(group))] = number
    log = functional.log_softmax(logits, dim=1)
    every = range(len(_CONTACTS) + 1)
    grouped = torch.stack([torch.logsumexp(log[:, kind == number], dim=1) for number in every], dim=1)
    return _divergence(grouped, torch.stack([truth[:, kind == number].sum(dim=1) for number in every], dim=1))


def _divergence(log: Tensor, truth: Tensor) -> Tensor:
    known = torch.isfinite(truth).all(dim=1).float()
    wanted = torch.nan_to_num(truth).clamp(min=1e-6)
    return known_mean((wanted * (wanted.log() - log)).sum(dim=1), known)


