# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights of a run → one ONNX file: python -m parlance.models.export runs/NAME [--out models/weights/parlance.onnx].

The normalisers are folded into the convolutions, what only served training is dropped, and the large matrices are stored as int8
with a scale for each output channel (the graph widens them when it is loaded; models/quantise.py). The run's settings are copied
beside the file. PyTorch and ONNX Runtime must agree within 1e-4, both in half precision.
"""

from __future__ import annotations

import argparse
import copy
import datetime
import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from torch import nn

from ..inference import phones
from ..inference.hearing.engines import OUTPUTS
from ..inference.model_spec import ModelSpec
from .features import SAMPLE_RATE, SAMPLES_PER_FRAME
from .graph import furthest, fused, halve, round_to_half, traced, write
from .network import Network, NetworkConfig, Residual, Shipped
from .opening import Opening
from .quantise import int8_weights

LENGTHS: Final = (1, 319, 4801, 48_000, 100_003)
"""Samples on which the two runtimes are compared; odd ones matter."""
WORTH_HALVING: Final = 4096
"""Constants with fewer numbers stay in full precision."""


def load(weights: Path) -> tuple[Network, ModelSpec]:
    """A trained network, ready to judge, and its spec. weights: weights.pt of a run."""
    stored: dict[str, Any] = torch.load(weights, weights_only=False, map_location="cpu")
    network = Network(NetworkConfig(**stored["config"]))
    network.load_state_dict(stored["state"])
    network.eval()
    made = datetime.datetime.fromtimestamp(weights.stat().st_mtime, datetime.UTC).date()
    spec = ModelSpec(
        sample_rate=SAMPLE_RATE,
        samples_per_frame=SAMPLES_PER_FRAME,
        context=round(network.context + 0.005, 2),
        phones=phones.SYMBOLS,
        curves=tuple(stored["curves"]),
        emotions=tuple(stored["emotions"]),
        name=f"Parlance {made:%Y-%m-%d}",
    )
    return network, spec


def folded(network: Network) -> Network:
    """A copy for inference: batch normalisation inside the convolutions, large weights rounded to half precision."""
    network = copy.deepcopy(network).eval()
    network.stem[0] = fused(network.stem[0], network.stem[1])
    network.stem[1] = nn.Identity()
    for block in network.trunk:
        assert isinstance(block, Residual)
        block.spread = fused(block.spread, block.norm)  # type: ignore[assignment]
        block.norm = nn.Identity()  # type: ignore[assignment]
    round_to_half(network, WORTH_HALVING)
    return network


def to_onnx(network: Network, spec: ModelSpec) -> onnx.ModelProto:
    """The ONNX model with its spec in the metadata."""
    shipped = Shipped(folded(network), Opening(spec.curves)).eval()
    axes = {"waveform": {1: "samples"}, **{name: {1: "frames"} for name in OUTPUTS}}
    model = traced(shipped, {"waveform": torch.zeros(1, 16_000)}, OUTPUTS, axes, spec.to_json())
    halve(model, WORTH_HALVING, frozenset({shipped.log_mel.bases.shape[0]}))
    return model


def worst_difference(network: Network, spec: ModelSpec, model: onnx.ModelProto) -> float:
    """Largest difference between PyTorch and ONNX Runtime over noise of several lengths."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    shipped = Shipped(folded(network), Opening(spec.curves)).eval()
    generator = np.random.default_rng(0)
    worst = 0.0
    for length in LENGTHS:
        swell = np.abs(np.sin(np.arange(length) / 3000.0))
        wave = (generator.standard_normal(length) * 0.1 * swell).astype(np.float32)[None]
        with torch.no_grad():
            ours = shipped(torch.from_numpy(wave))
        theirs = session.run(list(OUTPUTS), {"waveform": wave})
        worst = max(worst, furthest(OUTPUTS, [one.numpy() for one in ours], theirs))
    return worst


def export(weights: Path, target: Path, *, small: bool = True) -> float:
    """Write the ONNX file. small: with int8 weights, else half precision. Returns the worst difference, which is taken in half
    precision; raises ValueError when it exceeds graph.TOLERANCE."""
    network, spec = load(weights)
    model = to_onnx(network, spec)
    worst = worst_difference(network, spec, model)
    write(int8_weights(model) if small else model, target, worst)
    return worst


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export a trained model.")
    parser.add_argument("run", type=Path, help="run folder, or a weights.pt")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "weights" / "parlance.onnx")
    parser.add_argument("--half", action="store_true", help="store weights in half precision instead of int8, to compare with")
    options = parser.parse_args()
    weights = options.run / "weights.pt" if options.run.is_dir() else options.run
    worst = export(weights, options.out, small=not options.half)
    settings = weights.with_name("settings.json")
    if settings.exists() and options.out.parent.resolve() != settings.parent.resolve():
        shutil.copyfile(settings, options.out.with_name("settings.json"))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB, PyTorch and ONNX Runtime agree within {worst:.1e}")


if __name__ == "__main__":
    main()
