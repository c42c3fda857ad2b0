# SPDX-License-Identifier: GPL-3.0-or-later
"""The lip gap that is shown for what a network says, in a form that learns: phones open and close the lips as much as curves do.

The stages after the network (articulation/shaping.py, contact.py, seal.py) are followed as far as they decide the gap; what they
decide by a threshold is decided here within a narrow slope, so that it has a direction to get better in.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from ...inference import geometry, phones
from ...inference.articulation.shaping import APPROACH, BITE_GAP, OPENING, VISEME_BLUR
from ...inference.articulation.visemes import APART
from ...inference.contact import BITES, CLOSES, EDGE, NEAR
from ...inference.performance import FRAME_RATE
from ..losses import Scale

SLOPE: Final = 0.2
"""Width of a threshold's slope, as a share of its height."""
REACH: Final = 6
"""Frames on either side that a frame's gap depends on."""


def gap(curves: Tensor, probabilities: Tensor, scale: Scale) -> Tensor:
    """[B, T] mm between the lips, for weights [B, C, T] and phone probabilities [B, P, T]."""
    row = geometry.INDEX["gap"]
    rest = scale.rest[row]
    heard = torch.einsum("c,bct->bt", scale.effect[row], curves.clamp(0.0, 1.0)) + rest
    closure, bite = contacts(probabilities)
    apart = blurred(torch.einsum("p,bpt->bt", torch.from_numpy(APART), probabilities), VISEME_BLUR * FRAME_RATE)
    free = rest + torch.maximum(OPENING * functional.relu(heard - rest), apart)
    free = free + bite * (BITE_GAP - free)
    keep = 1.0 - blurred(highest(closure, APPROACH), 1.0)
    return (heard + keep * (free - heard)) * (1.0 - closure)


def contacts(probabilities: Tensor) -> tuple[Tensor, Tensor]:
    """closure and labiodental [B, T], 0..1, for phone probabilities [B, P, T]."""
    lips, teeth = (probabilities[:, list(phones.indices(group))].sum(dim=1) for group in (phones.BILABIAL, phones.LABIODENTAL))
    return _decided(lips, teeth, CLOSES), _decided(teeth, lips, BITES)


def _decided(own: Tensor, rival: Tensor, height: float) -> Tensor:
    peak = highest(own, max(1, round(NEAR * FRAME_RATE)))
    low, high = EDGE
    contact = ((own / peak.clamp(min=1e-4) - low) / (high - low)).clamp(0.0, 1.0)
    sure = torch.sigmoid((peak - height) / (SLOPE * height))
    more = (0.5 + 2.0 * (own - rival) / (own + rival).clamp(min=1e-4)).clamp(0.0, 1.0)
    return -highest(-highest(contact * sure * more, 1), 1)


def highest(track: Tensor, reach: int) -> Tensor:
    """[B, T] the highest value within `reach` frames on either side."""
    return functional.max_pool1d(track[:, None], 2 * reach + 1, stride=1, padding=reach)[:, 0]


def blurred(track: Tensor, deviation: float) -> Tensor:
    """[B, T] blurred by a Gaussian of `deviation` frames; ends are extended."""
    taps = _gaussian(deviation)
    reach = len(taps) // 2
    return functional.conv1d(functional.pad(track[:, None], (reach, reach), mode="replicate"), taps[None, None])[:, 0]


@lru_cache(maxsize=4)
def _gaussian(deviation: float) -> Tensor:
    reach = math.ceil(3 * deviation)
    taps = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / deviation) ** 2)
    return taps / taps.sum()
