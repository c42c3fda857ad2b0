# SPDX-License-Identifier: GPL-3.0-or-later
"""The mean of runs that started from the same weights: python -m parlance.models.average OUT.pt RUN RUN …

Their errors are mostly chance, and runs from one start stay in one valley, so the mean of their weights errs less than either and
costs no more. Which runs belong in it, validation decides.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from .network import Network, NetworkConfig
from .recover import disguised, normalisers, output_moments


def mean_state(states: Sequence[dict[str, Tensor]], shares: Sequence[float] | None = None) -> dict[str, Tensor]:
    """The mean of each floating-point tensor; of counters, the first. shares: how much each counts, by default alike.

    Raises KeyError when the networks differ, ValueError when there are not as many shares as states.
    """
    parts = [1.0] * len(states) if shares is None else shares
    return {
        name: sum((part * state[name] for part, state in zip(parts, states, strict=True)), torch.zeros_like(value)) / sum(parts)
        if value.dtype.is_floating_point
        else value
        for name, value in states[0].items()
    }


@torch.no_grad()
def renormalise(network: Network, batches: Sequence[Tensor]) -> None:
    """Set each normaliser's statistics to what now goes into it: averaged weights put out less than either parent's. The first
    normaliser goes first, for what follows depends on it."""
    for place in range(len(normalisers(network))):
        mean, variance = output_moments(network, list(batches))[place]
        norm = normalisers(network)[place][1]
        cast(Tensor, norm.running_mean).copy_(mean)
        cast(Tensor, norm.running_var).copy_(variance)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Average runs that started from the same weights.")
    parser.add_argument("out", type=Path)
    parser.add_argument("runs", type=Path, nargs="+", help="run folders, or weights.pt files")
    parser.add_argument("--shares", type=float, nargs="*", help="how much each run counts; by default all alike")
    options = parser.parse_args()
    files = [run / "weights.pt" if run.is_dir() else run for run in options.runs]
    stored: list[dict[str, Any]] = [torch.load(file, weights_only=False, map_location="cpu") for file in files]
    network = Network(NetworkConfig(**stored[0]["config"]))
    network.load_state_dict(mean_state([one["state"] for one in stored], options.shares))
    renormalise(network.eval(), disguised())
    options.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({**stored[0], "state": network.state_dict()}, options.out)
    print(f"{options.out}: the mean of {len(files)} runs")


if __name__ == "__main__":
    main()
