# SPDX-License-Identifier: GPL-3.0-or-later
"""Smaller copies of a weights file: python -m parlance.models.quantise weights.onnx -o small.onnx writes one with int8 weights.

models/evaluate/quantised.py measures what each kind of copy would cost, before any of them ships.

`int8_weights` stores large weights as int8 with a scale for each output channel, widened by Cast and Mul, so that every executor
computes in float32 as before: the last step of an export. The other two compute in integers, with the tools of ONNX Runtime, and
do not ship; what makes the spectrum stays as it is in all of them.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

LEARNED: Final = "network."
"""How the names of learned weights begin; others make the spectrum."""
LARGEST: Final = 127
"""Of int8, symmetric about zero."""
WORTH_ROUNDING: Final = 4096
"""Constants with fewer numbers stay as they are."""
_WIDENING: Final = ("widen ", "scale ")
"""How nodes that only restore weights are called, here and in graph.py."""
Waves = Sequence[NDArray[np.float32]]


def widened(given: onnx.ModelProto) -> onnx.ModelProto:
    """The model with all of its weights in float32: what training had, but for the rounding of what was stored."""
    model = onnx.ModelProto()
    model.CopyFrom(given)
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    kept = []
    for node in graph.node:
        if not node.name.startswith(_WIDENING) or any(name not in stored for name in node.input):
            kept.append(node)
            continue
        parts = [numpy_helper.to_array(stored[name]).astype(np.float32) for name in node.input]
        whole = parts[0] * parts[1] if len(parts) > 1 else parts[0]
        stored[node.output[0]] = numpy_helper.from_array(whole, node.output[0])
    used = {name for node in kept for name in node.input}
    del graph.node[:], graph.initializer[:]
    graph.node.extend(kept)
    graph.initializer.extend(tensor for name, tensor in stored.items() if name in used)
    return model


def int8_weights(given: onnx.ModelProto) -> onnx.ModelProto:
    """Large learned weights as int8, each output channel with its own scale; computed with in float32."""
    model = widened(given)
    graph = model.graph
    widening = []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if not tensor.name.startswith(LEARNED) or values.size < WORTH_ROUNDING or values.ndim < 2:
            continue
        name, axes = tensor.name, tuple(range(1, values.ndim))
        scale = np.maximum(np.abs(values).max(axis=axes, keepdims=True) / LARGEST, 1e-12).astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(np.round(values / scale).astype(np.int8), f"{name}.int8"))
        graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
        widening += [
            helper.make_node("Cast", [f"{name}.int8"], [f"{name}.whole"], name=f"widen {name}", to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{name}.whole", f"{name}.scale"], [name], name=f"scale {name}"),
        ]
    nodes = [*widening, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def int8_dynamic(path: Path) -> onnx.ModelProto:
    """Computed in int8, the range of every layer's input taken anew for each window."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    def quantise(whole: Path, target: Path, excluded: list[str]) -> None:
        quantize_dynamic(whole, target, op_types_to_quantize=["Conv"], nodes_to_exclude=excluded, weight_type=QuantType.QUInt8)

    return _by_runtime(path, quantise)


def int8_static(path: Path, waves: Waves) -> onnx.ModelProto:
    """Computed in int8, the range of every layer's input measured once on waves of training voices, float32[1, n] each."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        """Hands out one wave after the other."""

        def __init__(self) -> None:
            self._left: Iterator[NDArray[np.float32]] = iter(waves)

        def get_next(self) -> dict[str, Any] | None:
            """The next; None when there are no more."""
            wave = next(self._left, None)
            return None if wave is None else {"waveform": wave}

    def quantise(whole: Path, target: Path, excluded: list[str]) -> None:
        quantize_static(
            whole,
            target,
            Reader(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=excluded,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )

    return _by_runtime(path, quantise)


def _by_runtime(path: Path, quantise: Callable[[Path, Path, list[str]], None]) -> onnx.ModelProto:
    """What a tool of ONNX Runtime makes of the learned convolutions."""
    logging.getLogger().setLevel(logging.ERROR)  # it logs advice to the root logger
    model = widened(onnx.load(path))
    graph = model.graph
    for number, node in enumerate(graph.node):
        node.name = node.name or f"{node.op_type} {number}"
    excluded = [node.name for node in graph.node if node.op_type == "Conv" and not node.input[1].startswith(LEARNED)]
    with tempfile.TemporaryDirectory() as folder:
        whole, target = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        onnx.save(model, whole)
        quantise(whole, target, excluded)
        small = onnx.load(target)
    del small.metadata_props[:]
    small.metadata_props.extend(model.metadata_props)
    return small


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write a copy of a weights file with int8 weights, which every executor runs.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    onnx.save(int8_weights(onnx.load(options.weights)), options.output)
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
