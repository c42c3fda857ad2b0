# SPDX-License-Identifier: GPL-3.0-or-later
"""What the live network is asked for: what the shipped one says, at every look-ahead, each frame as late as that allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from ...inference import geometry, phones
from ..losses import Scale, known_mean, tracking
from . import decoded
from .network import LiveHeard
from .teacher import PARTS

WARM: Final = 12
"""First frames of a crop of which nothing is asked: nothing was heard before them."""
_CONTACTS: Final = (phones.BILABIAL, phones.LABIODENTAL)


@dataclass(frozen=True)
class Wishes:
    """How much each wish counts, and each look-ahead.

    teeth: how much more a frame counts in contact where the teacher hears f or v.   gap: of the lips that are shown (decoded.py).
    """

    phones: float = 1.0
    contact: float = 2.0
    teeth: float = 3.0
    weights: float = 1.0
    measures: float = 1.5
    gap: float = 3.5
    velocity: float = 1.0
    speech: float = 0.2
    emotion: float = 0.05
    arousal: float = 0.1
    look_aheads: tuple[float, ...] = (0.4, 1.0, 2.4, 0.8)


def parts(answer: Tensor) -> dict[str, Tensor]:
    """Channels [B, K, T] of a teacher by the name of its outputs."""
    pieces = torch.split(answer, list(PARTS.values()), dim=1)
    return dict(zip(PARTS, pieces, strict=True))


def losses(heard: LiveHeard, answer: Tensor, asked: Mapping[int, float], scale: Scale, wish: Wishes) -> dict[str, Tensor]:
    """Every loss by name, already weighted. answer: [B, CHANNELS, T] of the teacher, NaN where nobody knows.

    asked: frames of look-ahead of each head of `heard`, and how much it counts.
    """
    frames = answer.shape[2]
    total: dict[str, Tensor] = {}
    for head, (ahead, share) in enumerate(asked.items()):
        now, then = slice(WARM + ahead, frames), slice(WARM, frames - ahead)
        truth = parts(answer[:, :, then])
        said = (heard.phones[:, head, :, now], heard.curves[:, head, :, now], heard.speech[:, head, now])
        here = _of_head(said, truth, scale, wish)
        for name, value in here.items():
            total[name] = total.get(name, value.new_zeros(())) + share / sum(asked.values()) * value
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
    shown, shown_speed = tracking(*_gaps(logits, curves, truth, scale), sure)
    known = torch.isfinite(spoken).float()
    return {
        "phones": wish.phones * divergence(logits, truth["phones"]),
        "contact": wish.contact * contact_divergence(logits, truth["phones"], wish.teeth),
        "weights": wish.weights * (weights + wish.velocity * weight_speed),
        "measures": wish.measures * (measures + wish.velocity * measure_speed),
        "gap": wish.gap * (shown + wish.velocity * shown_speed),
        "speech": wish.speech
        * known_mean(
            functional.binary_cross_entropy_with_logits(voice, torch.nan_to_num(spoken).clamp(0.0, 1.0), reduction="none"), known
        ),
    }


def _gaps(logits: Tensor, curves: Tensor, truth: dict[str, Tensor], scale: Scale) -> tuple[Tensor, Tensor, Tensor]:
    """[B, 1, T] mm of the gap that is shown, of that which should be (NaN where any of its frames is unknown), and its spread."""
    unknown = (~torch.isfinite(truth["phones"]).all(dim=1)).float()
    wanted = decoded.gap(torch.nan_to_num(truth["curves"]), torch.nan_to_num(truth["phones"]), scale)
    wanted = torch.where(decoded.highest(unknown, decoded.REACH) > 0.0, torch.nan, wanted)
    mine = decoded.gap(curves, torch.softmax(logits, dim=1), scale)
    return mine[:, None], wanted[:, None], scale.measures[geometry.INDEX["gap"], None]


def divergence(logits: Tensor, truth: Tensor) -> Tensor:
    """Mean Kullback-Leibler divergence of softmax(logits [B, P, T]) from probabilities [B, P, T], NaN where unknown."""
    return _divergence(functional.log_softmax(logits, dim=1), truth)


def contact_divergence(logits: Tensor, truth: Tensor, teeth: float) -> Tensor:
    """The same between what the eye sees first: lips together, lip at the teeth, or neither. The last is the rarest, and is heard
    least well: such frames count by `teeth` more."""
    kind = torch.zeros(phones.COUNT, dtype=torch.long)
    for number, group in enumerate(_CONTACTS, start=1):
        kind[list(phones.indices(group))] = number
    log = functional.log_softmax(logits, dim=1)
    every = range(len(_CONTACTS) + 1)
    grouped = torch.stack([torch.logsumexp(log[:, kind == number], dim=1) for number in every], dim=1)
    wanted = torch.stack([truth[:, kind == number].sum(dim=1) for number in every], dim=1)
    return _divergence(grouped, wanted, 1.0 + teeth * torch.nan_to_num(wanted[:, -1]))


def _divergence(log: Tensor, truth: Tensor, counts: Tensor | float = 1.0) -> Tensor:
    known = torch.isfinite(truth).all(dim=1).float()
    wanted = torch.nan_to_num(truth).clamp(min=1e-6)
    return known_mean(counts * (wanted * (wanted.log() - log)).sum(dim=1), known)
