# SPDX-License-Identifier: GPL-3.0-or-later
"""A NumPy executor for the exported graph: the oracle in the tests, and the engine where onnxruntime cannot load."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import ParlanceError
from . import op_arithmetic as maths
from . import op_convolution as convolution
from . import op_layout as layout
from .graph import Array, read
from .op_arithmetic import Operator, plain

OPERATORS: Final[dict[str, Operator]] = {
    "Abs": plain(np.abs), "Add": plain(np.add), "And": plain(np.logical_and),
    "AveragePool": convolution.average_pool, "BatchNormalization": maths.batch_normalization, "Cast": maths.cast,
    "Ceil": plain(np.ceil), "Clip": maths.clip, "Concat": layout.concat, "Constant": layout.constant,
    "ConstantOfShape": layout.constant_of_shape, "Conv": convolution.conv, "Cos": plain(np.cos),
    "CumSum": maths.cumulative_sum, "DequantizeLinear": maths.dequantize, "Div": maths.divide,
    "Dropout": plain(lambda x, *_: x), "Einsum": maths.einsum, "Elu": maths.elu, "Equal": plain(np.equal),
    "Erf": plain(maths.erf), "Exp": plain(np.exp), "Expand": layout.expand, "Flatten": layout.flatten,
    "Floor": plain(np.floor), "Gather": layout.gather, "Gelu": maths.gelu, "Gemm": maths.gemm,
    "GlobalAveragePool": convolution.global_average_pool, "Greater": plain(np.greater),
    "GreaterOrEqual": plain(np.greater_equal), "HardSigmoid": maths.hard_sigmoid, "Identity": plain(lambda x: x),
    "InstanceNormalization": maths.instance_normalization, "LayerNormalization": maths.layer_normalization,
    "LeakyRelu": maths.leaky_relu, "Less": plain(np.less), "LessOrEqual": plain(np.less_equal), "Log": plain(np.log),
    "LogSoftmax": maths.log_softmax, "MatMul": plain(np.matmul), "Max": plain(lambda *x: np.maximum.reduce(x)),
    "MaxPool": convolution.max_pool, "Min": plain(lambda *x: np.minimum.reduce(x)), "Mod": plain(np.mod),
    "Mul": plain(np.multiply), "Neg": plain(np.negative), "Not": plain(np.logical_not), "Or": plain(np.logical_or),
    "PRelu": maths.prelu, "Pad": layout.pad, "Pow": maths.power, "QuantizeLinear": maths.quantize,
    "Range": layout.arange, "Reciprocal": plain(np.reciprocal), "ReduceL2": maths.reduction(maths.root_sum_square),
    "ReduceMax": maths.reduction(np.max), "ReduceMean": maths.reduction(np.mean),
    "ReduceMin": maths.reduction(np.min), "ReduceProd": maths.reduction(np.prod),
    "ReduceSum": maths.reduction(np.sum), "ReduceSumSquare": maths.reduction(maths.sum_square),
    "Relu": plain(lambda x: np.maximum(x, 0)), "Reshape": layout.reshape, "Shape": layout.shape_of,
    "Sigmoid": plain(maths.sigmoid), "Sin": plain(np.sin), "Size": layout.size_of, "Slice": layout.cut,
    "Softmax": maths.softmax, "Softplus": plain(maths.softplus), "Split": layout.split, "Sqrt": plain(np.sqrt),
    "Squeeze": layout.squeeze, "Sub": plain(np.subtract), "Sum": plain(lambda *x: sum(x)), "Tanh": plain(np.tanh),
    "Tile": layout.tile, "Transpose": layout.transpose, "Unsqueeze": layout.unsqueeze, "Where": plain(np.where),
}  # fmt: skip


class NumpyExecutor:
    """Runs the graph of an ONNX file with NumPy alone.

    Raises ParlanceError for a file that is damaged or uses operators not in OPERATORS.
    """

    def __init__(self, path: Path) -> None:
        self._graph = read(path)
        unknown = {node.kind for node in self._graph.nodes} - OPERATORS.keys()
        if unknown:
            names = ", ".join(sorted(unknown))
            raise ParlanceError(f"The model weights {path.name} need operators that NumPy does not have: {names}.")
        self.metadata: Mapping[str, str] = self._graph.metadata
        self.outputs = self._graph.outputs
        self._done_with = _last_uses(self._graph.nodes, self._graph.outputs)

    def run(self, waveform: Array) -> dict[str, Array]:
        """Outputs by name for float32[1, n]."""
        values: dict[str, Array] = {**self._graph.constants, self._graph.inputs[0]: waveform}
        for node, finished in zip(self._graph.nodes, self._done_with, strict=True):
            inputs: list[Any] = [values[name] if name else None for name in node.inputs]
            result = OPERATORS[node.kind](node.attributes, *inputs)
            results = result if isinstance(result, tuple) else (result,)
            values.update(zip(node.outputs, results, strict=False))
            for name in finished:
                values.pop(name, None)
        return {name: np.asarray(values[name]) for name in self._graph.outputs}


def _last_uses(nodes: tuple[Any, ...], outputs: tuple[str, ...]) -> list[list[str]]:
    """For each node the names whose arrays nobody needs after it, so that memory stays that of a few layers."""
    produced = {name for node in nodes for name in node.outputs}
    needed = set(outputs)
    finished: list[list[str]] = []
    for node in reversed(nodes):
        ends = {name for name in (*node.inputs, *node.outputs) if name in produced and name not in needed}
        needed |= ends
        finished.append(sorted(ends))
    return finished[::-1]
