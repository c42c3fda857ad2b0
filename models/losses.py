# SPDX-License-Identifier: GPL-3.0-or-later
"""What training asks for, each as a mean over the frames that know the answer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..inference import geometry, phones
from .batches import Batch
from .labels import APART, BITTEN, CLEAR, LEAST_GAP, SEALED
from .network import Heard

HUBER = 0.3
"""Where squared error turns into absolute error, in standard deviations (or in millimetres of a lip gap)."""
_CONTACTS = (phones.BILABIAL, phones.LABIODENTAL)


@dataclass(frozen=True)
class LossWeights:
    """How much each wish counts.

    sealed, apart, bitten: of one frame that asks the lips for it. All three are divided by the number of frames that ask for
    anything: a closure is rarer than an open phone and must not weigh ten times as much, or lips close as soon as p, b or m are
    likelier than usual.
    seal, core_gap, bite_gap, bite_roll, free_roll: mm that sealed lips overlap; that a vowel beside a labial keeps open; between
    which the lips stay at an f or v; how far its lower lip is rolled in, and the most that it may be elsewhere.
    calm: of the arousal of read speech, whose mood nobody judged, beside acted one.
    labial: what a frame of p b m, and one of f v, counts beside others where lips together, at the teeth or apart are told apart.
    steady: of moving lips otherwise than teachers, or the network itself averaged, do where nothing disturbs the recording.
    taught: of hearing other phones there than teachers.
    """

    weights: float = 1.0
    measures: float = 1.0
    velocity: float = 2.0
    spread: float = 0.2
    sealed: float = 13.0
    apart: float = 2.0
    bitten: float = 7.0
    phones: float = 0.6
    contact: float = 1.8
    labial: tuple[float, float] = (1.4, 2.0)
    rig: float = 0.4
    speech: float = 0.1
    stillness: float = 3.0
    emotion: float = 0.05
    arousal: float = 0.1
    calm: float = 0.1
    bounds: float = 0.1
    steady: float = 0.5
    taught: float = 0.5
    seal: float = 0.3
    core_gap: float = 1.5
    bite_gap: tuple[float, float] = (1.2, 2.7)
    bite_roll: float = -2.0
    free_roll: float = -1.0
    smoothing: float = 0.05


@dataclass(frozen=True)
class Scale:
    """Typical spread of each target, so that a tenth of a jaw weighs as much as a tenth of a pucker.

    weights: [C].  measures: [G] mm.  rest: [G] mm of the face at rest.  effect: [G, C] mm per unit of each curve.
    """

    weights: Tensor
    measures: Tensor
    rest: Tensor
    effect: Tensor

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


def contact_errors(measured: Tensor, batch: Batch, wish: LossWeights) -> dict[str, Tensor]:
    """What lips [B, G, T] in mm do to frames that ask them to seal, bite or part: each a sum of errors over all asking frames."""
    gap, roll = measured[:, geometry.INDEX["gap"]], measured[:, geometry.INDEX["lower_roll"]]
    floor = torch.from_numpy(LEAST_GAP).to(gap)[batch.phones.clamp(min=0)]
    floor = torch.where(batch.contact == CLEAR, floor, wish.core_gap)
    low, high = wish.bite_gap
    off_teeth = functional.relu(gap - high) + functional.relu(low - gap) + functional.relu(roll - wish.bite_roll)
    asking = (batch.contact != 0).sum().clamp(min=1)

    def share(error: Tensor, *kinds: int) -> Tensor:
        frames = torch.isin(batch.contact, torch.tensor(kinds, device=gap.device))
        return (error * frames).sum() / asking

    too_near = huber(functional.relu(floor - gap)) + huber(functional.relu(wish.free_roll - roll))
    return {
        "sealed": wish.sealed * share(huber(functional.relu(gap + wish.seal)), SEALED),
        "apart": wish.apart * share(too_near, APART, CLEAR),
        "bitten": wish.bitten * share(huber(off_teeth), BITTEN),
    }


def contact_entropy(logits: Tensor, labels: Tensor, labial: tuple[float, float]) -> Tensor:
    """Cross entropy of what the eye sees first: lips together, lip at the teeth, or neither. With it m heard as n, or v as b,
    costs more than t heard as d. logits [B, P, T], labels [B, T], -1 unknown. labial: what frames of those kinds count."""
    kind = torch.zeros(phones.COUNT, dtype=torch.long, device=logits.device)
    for number, group in enumerate(_CONTACTS, start=1):
        kind[list(phones.indices(group))] = number
    log = functional.log_softmax(logits, dim=1)
    grouped = torch.stack([torch.logsumexp(log[:, kind == number], dim=1) for number in range(len(_CONTACTS) + 1)], dim=1)
    asked = torch.where(labels >= 0, kind[labels.clamp(min=0)], -1)
    return functional.nll_loss(grouped, asked, grouped.new_tensor((1.0, *labial)), ignore_index=-1)


def unsteadiness(curves: Tensor, undisturbed: Tensor, scale: Scale) -> Tensor:
    """How far curves [B, C, T] are from those heard in the same crops without noise, rooms, microphones and other voices."""
    position, velocity = tracking(curves, undisturbed, scale.weights, torch.ones_like(curves[:, 0, 0]))
    return position + velocity


def losses(heard: Heard, batch: Batch, scale: Scale, wish: LossWeights) -> dict[str, Tensor]:
    """Every loss by name, already weighted; their sum is what is minimised."""
    measured = scale.measured(heard.curves)
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
    judged = torch.isfinite(batch.arousal).float() * torch.where(felt, 1.0, wish.calm)
    nothing = heard.curves.new_zeros(())
    return {
        "weights": wish.weights * (weights + wish.velocity * weight_speed),
        "measures": wish.measures * (measures + wish.velocity * measure_speed),
        "spread": wish.spread * spread_error(measured, batch.measures, batch.trust),
        **contact_errors(measured, batch, wish),
        "contact": wish.contact * contact_entropy(heard.phones, batch.phones, wish.labial),
        "phones": wish.phones
        * functional.cross_entropy(heard.phones, batch.phones, ignore_index=-1, label_smoothing=wish.smoothing),
        "rig": wish.rig * (rig + rig_speed),
        "speech": wish.speech
        * known_mean(functional.binary_cross_entropy_with_logits(voice, 1.0 - silent, reduction="none"), known.float()),
        "stillness": wish.stillness * known_mean(huber(motion), still),
        "bounds": wish.bounds * outside.mean(),
        "emotion": wish.emotion * functional.cross_entropy(emotion, batch.emotion[felt]) if felt.any() else nothing,
        "arousal": wish.arousal * known_mean((arousal - torch.nan_to_num(batch.arousal)).square(), judged),
    }
