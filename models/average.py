# SPDX-License-Identifier: GPL-3.0-or-later
"""The mean of runs that started from the same weights: python -m parlance.models.average OUT.pt RUN RUN …

Their errors are mostly chance, and runs from one start stay in one valley, so the mean of their weights errs less than either and
costs no more. Which runs belong in it, validation decides. `--feeling` takes the branch for emotion and arousal of another run:
there are few actors to learn from, and a long run learns them by heart.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from .network import Network, NetworkConfig
from .recover import augmented_speech, normalisers, output_moments


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


def feeling_of(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights of the branch that hears emotion and arousal."""
    return {name: value for name, value in state.items() if name.startswith("feeling.")}


def _stored(run: Path) -> dict[str, Any]:
    return cast(dict[str, Any], torch.load(run / "weights.pt" if run.is_dir() else run, weights_only=False, map_location="cpu"))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Average runs that started from the same weights.")
    parser.add_argument("out", type=Path)
    parser.add_argument("runs", type=Path, nargs="+", help="run folders, or weights.pt files")
    parser.add_argument("--shares", type=float, nargs="*", help="how much each run counts; by default all alike")
    parser.add_argument("--feeling", type=Path, help="the run whose branch for emotion and arousal is taken")
    options = parser.parse_args()
    stored = [_stored(run) for run in options.runs]
    network = Network(NetworkConfig(**stored[0]["config"]))
    network.load_state_dict(mean_state([one["state"] for one in stored], options.shares))
    if len(stored) > 1:
        renormalise(network.eval(), augmented_speech())
    if options.feeling:
        network.load_state_dict({**network.state_dict(), **feeling_of(_stored(options.feeling)["state"])})
    options.out.parent.mkdir(parents=True, exist_ok=True)
    torch.save({**stored[0], "state": network.state_dict()}, options.out)
    print(f"{options.out}: the mean of {len(stored)} runs")


if __name__ == "__main__":
    main()
