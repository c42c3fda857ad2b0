# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights of a run → one ONNX file: python -m parlance.models.export runs/NAME [--out models/weights/parlance.onnx].

The normalisers are folded into the convolutions, what only served training is dropped, and the large matrices are stored in half
precision (the graph widens them when it is loaded). The run's settings are copied beside the file. Before anything is written,
PyTorch and ONNX Runtime must agree within 1e-4.
"""

from __future__ import annotations

import argparse
import copy
import datetime
import io
import shutil
import warnings
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ..inference import phones
from ..inference.hearing.engines import OUTPUTS
from ..inference.model_spec import METADATA_KEY, ModelSpec
from .features import SAMPLE_RATE, SAMPLES_PER_FRAME
from .network import Network, NetworkConfig, Residual, Shipped
from .opening import Opening

OPSET: Final = 17
TOLERANCE: Final = 1e-4
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


def _fused(convolution: nn.Module, norm: nn.Module) -> nn.Module:
    return fuse_conv_bn_eval(cast(nn.Conv1d, convolution), cast(nn.BatchNorm1d, norm))


def folded(network: Network) -> Network:
    """A copy for inference: batch normalisation inside the convolutions, large weights rounded to half precision."""
    network = copy.deepcopy(network).eval()
    network.stem[0] = _fused(network.stem[0], network.stem[1])
    network.stem[1] = nn.Identity()
    for block in network.trunk:
        assert isinstance(block, Residual)
        block.spread = fuse_conv_bn_eval(block.spread, block.norm)
        block.norm = nn.Identity()  # type: ignore[assignment]
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.numel() >= WORTH_HALVING:
                parameter.copy_(parameter.half().float())
    return network


def halve(model: onnx.ModelProto, keep: frozenset[int], worth: int = WORTH_HALVING) -> None:
    """Store large constants as float16, each widened by a Cast. keep: first sizes of constants that stay (the DFT)."""
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < worth or values.shape[0] in keep:
            continue
        half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], name=f"widen {name}", to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def to_onnx(network: Network, spec: ModelSpec) -> onnx.ModelProto:
    """The ONNX model with its spec in the metadata."""
    shipped = Shipped(folded(network), Opening(spec.curves)).eval()
    buffer = io.BytesIO()
    axes = {"waveform": {1: "samples"}, **{name: {1: "frames"} for name in OUTPUTS}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            shipped,
            (torch.zeros(1, 16_000),),
            buffer,  # type: ignore[arg-type]  # the annotation forgets that the TorchScript exporter takes files
            input_names=["waveform"],
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_from_string(buffer.getvalue())
    halve(model, frozenset({shipped.log_mel.bases.shape[0]}))
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, spec.to_json()
    onnx.checker.check_model(model)
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
        for name, mine, other in zip(OUTPUTS, ours, theirs, strict=True):
            if mine.shape != other.shape:
                raise ValueError(f"Output {name} has shape {other.shape} in ONNX Runtime and {tuple(mine.shape)} in PyTorch.")
            worst = max(worst, float(np.abs(mine.numpy() - other).max()))
    return worst


def export(weights: Path, target: Path) -> float:
    """Write the ONNX file. Returns the worst difference; raises ValueError when it exceeds TOLERANCE."""
    network, spec = load(weights)
    model = to_onnx(network, spec)
    worst = worst_difference(network, spec, model)
    if worst > TOLERANCE:
        raise ValueError(f"ONNX Runtime and PyTorch differ by {worst:.1e}, more than {TOLERANCE}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(model.SerializeToString())
    return worst


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export a trained model.")
    parser.add_argument("run", type=Path, help="run folder, or a weights.pt")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "weights" / "parlance.onnx")
    options = parser.parse_args()
    weights = options.run / "weights.pt" if options.run.is_dir() else options.run
    worst = export(weights, options.out)
    settings = weights.with_name("settings.json")
    if settings.exists():
        shutil.copyfile(settings, options.out.with_name("settings.json"))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB, PyTorch and ONNX Runtime agree within {worst:.1e}")


if __name__ == "__main__":
    main()
