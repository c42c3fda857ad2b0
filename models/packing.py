# SPDX-License-Identifier: GPL-3.0-or-later
"""An ONNX file of half the size again: large learned weights of four bits, two in a byte, and nothing said twice.

All of them lie in one table of groups (rounding.py), which ordinary operators take apart when the file is loaded, so that
whatever runs the network computes in float32 as before: nothing needs to know of four bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from ..inference.hearing.executor import OPERATORS
from .quantise import LEARNED, widened
from .rounding import GROUP, groups, integers, scales, worth_rounding

SIXTEEN: Final = 16
CENTRE: Final = 8
"""What stands for zero in half a byte."""
_FOLDED: Final = frozenset({"Unsqueeze", "Squeeze", "Concat", "Gather", "Slice", "Cast", "Reshape", "Add", "Mul"})
"""What is done at once where all of its inputs are known."""
_SMALL: Final = 64
"""Largest number of elements that is worked out beforehand: larger ones are the reason to leave it to whoever loads the file."""


def int4_weights(given: onnx.ModelProto) -> onnx.ModelProto:
    """The model with its large learned weights in four bits."""
    model = widened(given)
    graph = model.graph
    large = [tensor for tensor in graph.initializer if tensor.name.startswith(LEARNED) and worth_rounding(_values(tensor))]
    rows = [groups(_values(tensor)) for tensor in large]
    whole = torch.cat(rows)
    steps = scales(whole)
    halves = (integers(whole, steps).numpy() + CENTRE).astype(np.uint8).reshape(len(whole), 2, GROUP // 2)
    sizes = np.array([len(each) for each in rows], np.int64)
    stored: dict[str, NDArray[Any]] = {
        "packed": halves[:, 0] + SIXTEEN * halves[:, 1],
        "packed.steps": steps.numpy().astype(np.float16),
        "packed.sizes": sizes,
        "packed.sixteen": np.array(SIXTEEN, np.int32),
        "packed.centre": np.array(CENTRE, np.float32),
    }
    nodes = [
        helper.make_node("Cast", ["packed"], ["packed.bytes"], to=TensorProto.INT32),
        helper.make_node("Div", ["packed.bytes", "packed.sixteen"], ["packed.high"]),
        helper.make_node("Mul", ["packed.high", "packed.sixteen"], ["packed.above"]),
        helper.make_node("Sub", ["packed.bytes", "packed.above"], ["packed.low"]),
        helper.make_node("Concat", ["packed.low", "packed.high"], ["packed.both"], axis=1),
        helper.make_node("Cast", ["packed.both"], ["packed.numbers"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["packed.numbers", "packed.centre"], ["packed.centred"]),
        helper.make_node("Cast", ["packed.steps"], ["packed.scale"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["packed.centred", "packed.scale"], ["packed.rows"]),
        helper.make_node("Split", ["packed.rows", "packed.sizes"], [f"{tensor.name}.rows" for tensor in large], axis=0),
    ]
    for tensor in large:
        nodes += _shaped(tensor.name, list(tensor.dims), stored)
    names = {tensor.name for tensor in large}
    kept = [tensor for tensor in graph.initializer if tensor.name not in names]
    kept += [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in stored.items()]
    _set(graph, [*nodes, *graph.node], kept)
    onnx.checker.check_model(model)
    return model


def _values(tensor: TensorProto) -> torch.Tensor:
    return torch.from_numpy(numpy_helper.to_array(tensor).astype(np.float32))


def _shaped(name: str, shape: Sequence[int], stored: dict[str, NDArray[Any]]) -> list[NodeProto]:
    """Nodes that make weights of a shape of their groups; what they need goes into `stored`."""
    size = int(np.prod(shape[1:]))
    stored[f"{name}.shape"] = np.array(shape, np.int64)
    if size % GROUP == 0:
        return [helper.make_node("Reshape", [f"{name}.rows", f"{name}.shape"], [name])]
    stored |= {
        f"{name}.filled": np.array([shape[0], -1], np.int64),
        f"{name}.begin": np.array([0], np.int64),
        f"{name}.end": np.array([size], np.int64),
        f"{name}.axis": np.array([1], np.int64),
    }
    cut = [f"{name}.{part}" for part in ("flat", "begin", "end", "axis")]
    return [
        helper.make_node("Reshape", [f"{name}.rows", f"{name}.filled"], [cut[0]]),
        helper.make_node("Slice", cut, [f"{name}.cut"]),
        helper.make_node("Reshape", [f"{name}.cut", f"{name}.shape"], [name]),
    ]


def slimmed(given: onnx.ModelProto) -> onnx.ModelProto:
    """The same computation in fewer bytes: small constants are worked out, equal ones are one, names are short."""
    model = onnx.ModelProto()
    model.CopyFrom(given)
    graph = model.graph
    known = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    nodes: list[NodeProto] = []
    for node in graph.node:
        attributes = {each.name: _attribute(each) for each in node.attribute}
        if node.op_type == "Constant":
            known[node.output[0]] = attributes["value"]
            continue
        inputs = [known.get(name) for name in node.input]
        if node.op_type in _FOLDED and all(value is not None and value.size <= _SMALL for value in inputs):
            result = np.asarray(OPERATORS[node.op_type](attributes, *inputs))
            if result.size <= _SMALL:
                known[node.output[0]] = result
                continue
        nodes.append(node)
    ends = {value.name for value in (*graph.input, *graph.output)}
    names: dict[str, str] = {name: name for name in ends} | {"": ""}
    same: dict[tuple[Any, ...], str] = {}
    kept: list[TensorProto] = []
    for node in nodes:
        for name in (*node.input, *node.output):
            if name in names:
                continue
            names[name] = f"{len(names):x}"
            if name in known:
                value = known[name]
                key = (value.dtype.str, value.shape, value.tobytes())
                if key not in same:
                    kept.append(numpy_helper.from_array(value, names[name]))
                names[name] = same.setdefault(key, names[name])
        inputs_now, outputs_now = [names[name] for name in node.input], [names[name] for name in node.output]
        del node.input[:], node.output[:]
        node.input.extend(inputs_now)
        node.output.extend(outputs_now)
        node.name, node.doc_string = node.output[0] or node.output[1], ""  # each its own: ONNX Runtime tells them apart by name
    _set(graph, nodes, kept)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    return model


def _attribute(attribute: onnx.AttributeProto) -> Any:
    value = helper.get_attribute_value(attribute)
    if isinstance(value, TensorProto):
        return numpy_helper.to_array(value)
    return value.decode() if isinstance(value, bytes) else value


def _set(graph: onnx.GraphProto, nodes: Sequence[NodeProto], initializers: Sequence[TensorProto]) -> None:
    nodes, initializers = list(nodes), list(initializers)
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(initializers)
