# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights of four bits: sixteenths of a byte's range for every group of GROUP weights, and learning with weights so rounded.

Groups are stretches of one output channel, so that a normaliser after a convolution, which scales whole channels, changes nothing
of how its weights are rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

GROUP: Final = 128
"""Weights that share a scale."""
LARGEST: Final = 7
"""Of four bits, symmetric about zero."""
WORTH: Final = 4096
"""Weights of fewer numbers stay as they are."""
ANEW: Final = 25
"""Steps for which scales are kept while weights are learned."""
_TRIES: Final = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
"""Parts of a group's largest weight that are tried as its largest: cutting one costs less than coarser steps for all."""


def worth_rounding(weights: Tensor) -> bool:
    """Whether weights are so many that they are stored in four bits."""
    return weights.ndim > 1 and weights.numel() >= WORTH


def groups(weights: Tensor) -> Tensor:
    """[O, ...] → [N, GROUP], each output channel filled up with zeros."""
    flat = weights.reshape(len(weights), -1)
    return functional.pad(flat, (0, -flat.shape[1] % GROUP)).reshape(-1, GROUP)


def ungrouped(rows: Tensor, shape: torch.Size) -> Tensor:
    """Undo `groups`: rows [N, GROUP] → weights of this shape."""
    return rows.reshape(shape[0], -1)[:, : shape[1:].numel()].reshape(shape)


@torch.no_grad()
def scales(rows: Tensor) -> Tensor:
    """[N, 1] the step of each group of [N, GROUP], of those tried the one nearest to its weights; exact in half precision."""
    largest = rows.abs().amax(dim=1, keepdim=True)
    best = torch.zeros_like(largest)
    least = torch.full_like(largest, torch.inf)
    for share in _TRIES:
        step = (largest * (share / LARGEST)).clamp(min=1e-6).half().float()
        error = (integers(rows, step) * step - rows).square().sum(dim=1, keepdim=True)
        best, least = torch.where(error < least, step, best), torch.minimum(error, least)
    return best


def integers(rows: Tensor, steps: Tensor) -> Tensor:
    """[N, GROUP] in whole steps, -LARGEST..LARGEST."""
    return (rows / steps).round().clamp(-LARGEST, LARGEST)


@torch.no_grad()
def round_all(network: nn.Module) -> None:
    """Make every large weight what would be stored, in place."""
    for weight in filter(worth_rounding, network.parameters()):
        rows = groups(weight)
        steps = scales(rows)
        weight.copy_(ungrouped(integers(rows, steps) * steps, weight.shape))


class Rounding:
    """Lets a network compute with rounded weights while it is the exact ones that learn."""

    def __init__(self, network: nn.Module) -> None:
        self._weights = [parameter for parameter in network.parameters() if worth_rounding(parameter)]
        self._steps: list[Tensor] = []
        self._used = 0

    @contextmanager
    def rounded(self) -> Iterator[None]:
        """While it lasts every large weight is what would be stored; afterwards all are what they were. Gradients stay."""
        if self._used % ANEW == 0:
            self._steps = [scales(groups(weight.data)) for weight in self._weights]
        self._used += 1
        exact = [weight.data for weight in self._weights]
        for weight, steps in zip(self._weights, self._steps, strict=True):
            weight.data = ungrouped(integers(groups(weight.data), steps) * steps, weight.shape)
        try:
            yield
        finally:
            for weight, before in zip(self._weights, exact, strict=True):
                weight.data = before
