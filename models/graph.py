# SPDX-License-Identifier: GPL-3.0-or-later
"""A trained network → a checked ONNX file: what the export of either network does alike."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from ..inference.model_spec import METADATA_KEY

OPSET: Final = 17
TOLERANCE: Final = 1e-4
"""Largest difference between PyTorch and ONNX Runtime with which a file is written."""


def fused(convolution: nn.Module, norm: nn.Module) -> nn.Module:
    """The convolution that does what both did."""
    return fuse_conv_bn_eval(cast(nn.Conv1d, convolution), cast(nn.BatchNorm1d, norm))


@torch.no_grad()
def round_to_half(network: nn.Module, worth: int) -> None:
    """Round parameters of at least `worth` numbers to half precision, in place."""
    for parameter in network.parameters():
        if parameter.numel() >= worth:
            parameter.copy_(parameter.half().float())


def halve(model: onnx.ModelProto, worth: int, keep: frozenset[int] = frozenset()) -> None:
    """Store constants of at least `worth` numbers as float16, each widened by a Cast. keep: first sizes of those that stay."""
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


Axes = Mapping[str, Mapping[int, str]]
"""Names of the sizes that vary, by input or output and axis."""


def traced(shipped: nn.Module, given: Mapping[str, Tensor], outputs: Sequence[str], axes: Axes, spec: str) -> onnx.ModelProto:
    """The ONNX model of a module. given: an example of each input by name. spec: kept as metadata."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            shipped,
            tuple(given.values()),
            buffer,  # type: ignore[arg-type]  # the annotation forgets that the TorchScript exporter takes files
            input_names=list(given),
            output_names=list(outputs),
            dynamic_axes={name: dict(sizes) for name, sizes in axes.items()},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_from_string(buffer.getvalue())
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, spec
    return model


def furthest(names: Sequence[str], ours: Sequence[NDArray[np.float32]], theirs: Sequence[NDArray[np.float32]]) -> float:
    """Largest difference between the outputs of PyTorch and of ONNX Runtime. Raises ValueError where their shapes differ."""
    for name, mine, other in zip(names, ours, theirs, strict=True):
        if mine.shape != other.shape:
            raise ValueError(f"Output {name} has shape {other.shape} in ONNX Runtime and {tuple(mine.shape)} in PyTorch.")
    return max(float(np.abs(mine - other).max()) for mine, other in zip(ours, theirs, strict=True))


def write(model: onnx.ModelProto, target: Path, worst: float) -> None:
    """Write a checked model. Raises ValueError when its worst difference exceeds TOLERANCE."""
    if worst > TOLERANCE:
        raise ValueError(f"ONNX Runtime and PyTorch differ by {worst:.1e}, more than {TOLERANCE}.")
    onnx.checker.check_model(model)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(model.SerializeToString())
