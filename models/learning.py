# SPDX-License-Identifier: GPL-3.0-or-later
"""How weights move: the rate over a run, decay, their running average, and a start from the weights of another run."""

from __future__ import annotations

import math
from typing import Any, Final, cast

import torch
from torch import Tensor, nn

from .network import Network, Residual

WARM_UP: Final = 0.05


def learning_rate(progress: float, rate: float) -> float:
    """One cycle over progress 0..1 of a run whose highest rate is `rate`: up for the first twentieth, then down a cosine."""
    if progress < WARM_UP:
        return rate * max(progress / WARM_UP, 0.01)
    return rate * (0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * (progress - WARM_UP) / (1.0 - WARM_UP))))


@torch.no_grad()
def average_into(slow: nn.Module, fast: nn.Module, decay: float) -> None:
    """Exponential moving average of weights and of the normalisers' statistics."""
    for old, new in zip(slow.state_dict().values(), fast.state_dict().values(), strict=True):
        if old.dtype.is_floating_point:
            old.lerp_(new, 1.0 - decay)
        else:
            old.copy_(new)


def groups_of(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    """The parameter groups of the optimiser: weight decay for matrices only."""
    matrices = [p for p in network.parameters() if p.ndim > 1]
    vectors = [p for p in network.parameters() if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]


def load_matching(network: Network, state: dict[str, Tensor]) -> None:
    """Start from weights of an earlier run wherever the shapes agree. Blocks that it did not have do nothing at first."""
    own = network.state_dict()
    network.load_state_dict({**own, **{k: v for k, v in state.items() if k in own and own[k].shape == v.shape}})
    for place, block in enumerate(network.trunk):
        if f"trunk.{place}.mix.weight" not in state:
            nn.init.zeros_(cast(Residual, block).mix.weight)
