# SPDX-License-Identifier: GPL-3.0-or-later
"""The lip reader while it learns, and as the arrays that ship."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ...inference.checking.lip_classes import CLASSES
from ...inference.checking.lip_reader import SEEN

WIDTH: Final = 40
TAPS: Final = 5
APART: Final = (1, 2, 3, 3)
"""Frames between the taps of each layer: together ±.3 s."""


class Network(nn.Module):
    """Convolutions over what is seen; the first makes room, the others add to it."""

    def __init__(self) -> None:
        """Nothing learned yet."""
        super().__init__()
        sizes = [len(SEEN), *[WIDTH] * len(APART)]
        self.convolutions = nn.ModuleList(
            nn.Conv1d(before, after, TAPS, dilation=apart) for before, after, apart in zip(sizes, sizes[1:], APART, strict=False)
        )
        self.head = nn.Conv1d(WIDTH, len(CLASSES), 1)
        self.reach = sum(apart * (TAPS // 2) for apart in APART)

    def forward(self, seen: Tensor) -> Tensor:
        """Scores float[B, CLASSES, T] of what is seen, float[B, T, SEEN]."""
        values = functional.pad(seen.transpose(1, 2), (self.reach, self.reach), mode="replicate")
        for number, convolution in enumerate(self.convolutions):
            made = functional.relu(convolution(values))
            margin = (values.shape[2] - made.shape[2]) // 2
            values = made + values[:, :, margin : margin + made.shape[2]] if number else made
        return cast(Tensor, self.head(values))


def arrays(network: Network) -> dict[str, NDArray[np.generic]]:
    """As inference/checking/lip_reader.py reads them, not calibrated yet; weights in half precision."""
    layers = [cast(nn.Conv1d, layer) for layer in (*network.convolutions, network.head)]
    plan = [[apart, int(number > 0), 1] for number, apart in enumerate(APART)] + [[1, 0, 0]]
    stored: dict[str, NDArray[np.generic]] = {"plan": np.array(plan), "sharpness": np.array(1.0), "least": np.array(0.0)}
    for number, layer in enumerate(layers):
        stored[f"w{number}"] = layer.weight.detach().numpy().astype(np.float16)
        stored[f"b{number}"] = cast(Tensor, layer.bias).detach().numpy().astype(np.float16)
    return stored


Batches = Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]


def trained(batches: Batches, steps: int, rate: float, report: int = 250) -> Network:
    """Learn from batches of (seen, said); classes count by the root of how rare they are."""
    torch.manual_seed(3)
    network = Network()
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.1)
    counts, told = torch.ones(len(CLASSES)), 0.0
    for step, (seen, said) in zip(range(steps), batches, strict=False):
        classes = torch.from_numpy(said)
        counts += torch.bincount(classes[classes >= 0], minlength=len(CLASSES))
        rare = (counts.sum() / counts).sqrt()
        loss = functional.cross_entropy(network(torch.from_numpy(seen)), classes, weight=rare / rare.mean(), ignore_index=-1)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        told += float(loss.detach())
        if step % report == report - 1:
            print(f"{step + 1:6} of {steps}: loss {told / report:.3f}", flush=True)
            told = 0.0
    return network.eval()
