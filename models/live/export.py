# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights of a live run → one ONNX file: python -m parlance.models.live.export runs/live [--out models/weights/live.onnx].

As with the large network, normalisers are folded in. Large weights are stored in four bits, as which they were learned
(rounding.py), the others in half precision. The graph takes levelled log mel and a state, and gives the state after it. Before
anything is written, PyTorch and ONNX Runtime must agree within 1e-4, call by call, on the weights as they are stored.
"""

from __future__ import annotations

import argparse
import copy
import datetime
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from ...inference import phones
from ...inference.hearing import weights as shipped_weights
from ...inference.live.ear import OUTPUTS, LiveSpec
from ..features import MELS
from ..graph import furthest, fused, halve, round_to_half, traced, write
from ..opening import Opening
from ..packing import int4_weights, slimmed
from ..rounding import round_all
from .network import MEL_HISTORY, Causal, LiveConfig, LiveNetwork, ShippedLive

WORTH_HALVING = 128
"""Constants with fewer numbers stay in full precision."""
STEPS = (1, 1, 3, 1, 20, 1)
"""Frames in each call when the two runtimes are compared."""


def load(weights: Path) -> tuple[LiveNetwork, LiveSpec]:
    """A trained network, ready to judge, and its spec. weights: weights.pt of a run."""
    stored: dict[str, Any] = torch.load(weights, weights_only=False, map_location="cpu")
    config = LiveConfig(**stored["config"])
    network = LiveNetwork(config)
    network.load_state_dict(stored["state"])
    made = datetime.datetime.fromtimestamp(weights.stat().st_mtime, datetime.UTC).date()
    spec = LiveSpec(
        look_aheads=config.look_aheads,
        history=MEL_HISTORY,
        width=config.width,
        memory=config.memory,
        phones=phones.SYMBOLS,
        curves=tuple(stored["curves"]),
        emotions=tuple(stored["emotions"]),
        name=f"Parlance live {made:%Y-%m-%d}",
    )
    return network.eval(), spec


def folded(network: LiveNetwork) -> LiveNetwork:
    """A copy for inference: batch normalisation inside the convolutions, large weights rounded to half precision."""
    network = copy.deepcopy(network).eval()
    network.stem[0] = fused(network.stem[0], network.stem[1])
    network.stem[1] = nn.Identity()
    for block in (module for module in network.modules() if isinstance(module, Causal)):
        block.spread = fused(block.spread, block.norm)  # type: ignore[assignment]
        block.norm = nn.Identity()  # type: ignore[assignment]
    round_to_half(network, WORTH_HALVING)
    return network


def to_onnx(network: LiveNetwork, spec: LiveSpec) -> onnx.ModelProto:
    """The ONNX model with its spec in the metadata."""
    shipped = ShippedLive(folded(network), Opening(spec.curves)).eval()
    axes = {"mel": {2: "mel_frames"}, **{name: {1: "frames"} for name in OUTPUTS[:-1]}}
    given = {"mel": torch.zeros(1, MELS, MEL_HISTORY + 2), "state": torch.zeros(1, spec.width, spec.memory)}
    model = traced(shipped, given, OUTPUTS, axes, json.dumps(asdict(spec), ensure_ascii=False))
    halve(model, WORTH_HALVING)
    return model


def worst_difference(network: LiveNetwork, spec: LiveSpec, model: onnx.ModelProto) -> float:
    """Largest difference between PyTorch, with weights as they are stored, and ONNX Runtime over calls of several lengths, the
    state carried."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    shipped = ShippedLive(folded(network), Opening(spec.curves)).eval()
    round_all(shipped)
    generator = np.random.default_rng(0)
    states = [np.zeros((1, spec.width, spec.memory), np.float32)] * 2
    worst = 0.0
    for frames in STEPS:
        mel = generator.standard_normal((1, MELS, MEL_HISTORY + 2 * frames)).astype(np.float32)
        with torch.no_grad():
            ours = [one.numpy() for one in shipped(torch.from_numpy(mel), torch.from_numpy(states[0]))]
        theirs = session.run(list(OUTPUTS), {"mel": mel, "state": states[1]})
        states = [ours[-1], theirs[-1]]
        worst = max(worst, furthest(OUTPUTS, ours, theirs))
    return worst


def small(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same with weights of four bits, in half precision where that is exact, and said as shortly as can be."""
    packed = int4_weights(model)
    halve(packed, WORTH_HALVING)
    return slimmed(packed)


def export(weights: Path, target: Path) -> float:
    """Write the ONNX file. Returns the worst difference; raises ValueError when it exceeds TOLERANCE."""
    network, spec = load(weights)
    model = small(to_onnx(network, spec))
    worst = worst_difference(network, spec, model)
    write(model, target, worst)
    return worst


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export a trained live network.")
    parser.add_argument("run", type=Path, help="run folder, or a weights.pt")
    parser.add_argument("--out", type=Path, default=shipped_weights.FOLDER / shipped_weights.LIVE)
    options = parser.parse_args()
    weights = options.run / "weights.pt" if options.run.is_dir() else options.run
    worst = export(weights, options.out)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB, PyTorch and ONNX Runtime agree within {worst:.1e}")


if __name__ == "__main__":
    main()
