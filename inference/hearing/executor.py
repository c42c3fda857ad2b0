# SPDX-License-Identifier: GPL-3.0-or-later
"""A NumPy executor for the exported graph: the oracle in the tests, and the engine where onnxruntime cannot load."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import ParlanceError
from . import op_arithmetic as maths
from . import op_convolution as convolution
from . import op_layout as layout
from .graph import Graph, Node, read
from .network import Array, failed
from .op_arithmetic import Operator, plain

OPERATORS: Final[dict[str, Operator]] = {
    "Add": plain(np.add), "AveragePool": convolution.average_pool, "Cast": maths.cast, "Clip": maths.clip,
    "Concat": layout.concat, "Constant": layout.constant, "ConstantOfShape": layout.constant_of_shape,
    "Conv": convolution.conv, "Div": maths.divide, "Gather": layout.gather, "Identity": plain(lambda x: x), "Log": plain(np.log),
    "MaxPool": convolution.max_pool, "Mul": plain(np.multiply), "Pad": layout.pad, "Relu": plain(lambda x: np.maximum(x, 0)),
    "Reshape": layout.reshape, "Sigmoid": plain(maths.sigmoid), "Slice": layout.cut, "Softmax": maths.softmax,
    "Split": layout.split, "Sqrt": plain(np.sqrt), "Squeeze": layout.squeeze, "Sub": plain(np.subtract), "Tanh": plain(np.tanh),
    "Transpose": layout.transpose, "Unsqueeze": layout.unsqueeze,
}  # fmt: skip
"""What the exported network is made of; another network may need more."""
_RESTORING: Final = frozenset({"Cast", "Mul", "Div", "Sub", "Concat", "Split", "Reshape", "Slice"})
"""What turns weights as they are stored into those that are computed with."""
_GROWTH: Final = 2
"""How many numbers a stored one may become: two are in a byte. A stranger's file may ask for anything."""


class NumpyExecutor:
    """Runs the graph of an ONNX file with NumPy alone.

    Raises ParlanceError for a file that is damaged or uses operators not in OPERATORS.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._graph = _restored(read(path))
        except (ValueError, IndexError, KeyError, TypeError, MemoryError) as error:
            raise failed(path.name, error) from error
        unknown = {node.kind for node in self._graph.nodes} - OPERATORS.keys()
        if unknown:
            names = ", ".join(sorted(unknown))
            raise ParlanceError(f"The model weights {path.name} need operators that NumPy does not have: {names}.")
        self._name = path.name
        self.metadata: Mapping[str, str] = self._graph.metadata
        self.outputs = self._graph.outputs
        self._done_with = _last_uses(self._graph.nodes, self._graph.outputs)

    def run(self, waveform: Array) -> dict[str, Array]:
        """Outputs by name for float32[1, n]."""
        return self.feed({self._graph.inputs[0]: waveform})

    def feed(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Outputs by name for inputs by name. Raises ParlanceError where the graph fails on them."""
        try:
            return self._fed(inputs)
        except (ValueError, IndexError, KeyError, TypeError, MemoryError) as error:
            raise failed(self._name, error) from error

    def _fed(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        values: dict[str, Array] = {**self._graph.constants, **inputs}
        for node, finished in zip(self._graph.nodes, self._done_with, strict=True):
            given: list[Any] = [values[name] if name else None for name in node.inputs]
            result = OPERATORS[node.kind](node.attributes, *given)
            results = result if isinstance(result, tuple) else (result,)
            values.update(zip(node.outputs, results, strict=False))
            for name in finished:
                values.pop(name, None)
        return {name: np.asarray(values[name]) for name in self._graph.outputs}


def _restored(graph: Graph) -> Graph:
    """The same with its weights restored once, rather than whenever it runs: live, that is fifty times a second."""
    constants, nodes = dict(graph.constants), []
    most = _GROWTH * max((value.size for value in constants.values()), default=0)
    for node in graph.nodes:
        given = [constants[name] for name in node.inputs if name in constants]
        if node.kind not in _RESTORING or len(given) < len(node.inputs) or _size_of(node.kind, given) > most:
            nodes.append(node)
            continue
        result = OPERATORS[node.kind](node.attributes, *given)
        constants.update(zip(node.outputs, result if isinstance(result, tuple) else (np.asarray(result),), strict=True))
    used = {name for node in nodes for name in node.inputs} | set(graph.outputs)
    return replace(graph, nodes=tuple(nodes), constants={name: value for name, value in constants.items() if name in used})


def _size_of(kind: str, given: list[Array]) -> float:
    """How many numbers come of arrays at most."""
    if kind == "Concat":
        return sum(one.size for one in given)
    if kind in ("Split", "Reshape", "Slice"):
        return given[0].size if given else 0
    try:
        return math.prod(np.broadcast_shapes(*(one.shape for one in given))) if given else math.inf
    except ValueError:
        return math.inf


def _last_uses(nodes: Sequence[Node], outputs: tuple[str, ...]) -> list[list[str]]:
    """For each node the names whose arrays nobody needs after it, so that memory stays that of a few layers."""
    produced = {name for node in nodes for name in node.outputs}
    needed = set(outputs)
    finished: list[list[str]] = []
    for node in reversed(nodes):
        ends = {name for name in (*node.inputs, *node.outputs) if name in produced and name not in needed}
        needed |= ends
        finished.append(sorted(ends))
    return finished[::-1]
