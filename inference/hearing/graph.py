# SPDX-License-Identifier: GPL-3.0-or-later
"""The ONNX graph as plain Python: nodes, constants, names and metadata, read without the onnx package.

Field numbers are those of onnx.proto3 (ONNX intermediate representation, version 3 and later).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import ParlanceError
from .protobuf import Message

Array: TypeAlias = NDArray[Any]
Attributes: TypeAlias = dict[str, Any]

_DTYPES: Final[dict[int, str]] = {
    1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2", 11: "<f8", 12: "<u4", 13: "<u8",
}  # fmt: skip
_ATTRIBUTE_READERS: Final[dict[int, Callable[[Message], Any]]] = {
    1: lambda message: message.float(2),
    2: lambda message: message.number(3),
    3: lambda message: message.text(4),
    4: lambda message: _tensor(message.message(5)),
    6: lambda message: np.frombuffer(message.bytes(7), "<f4").tolist(),
    7: lambda message: message.numbers(8),
    8: lambda message: message.texts(9),
}
"""By AttributeProto.type: float, int, string, tensor, and lists of the first three."""


@dataclass(frozen=True)
class Node:
    """One operation. An input named "" is an optional one left out."""

    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Attributes


@dataclass(frozen=True)
class Graph:
    """Nodes in an order that can be run, the constants they use, and what goes in and out."""

    nodes: tuple[Node, ...]
    constants: dict[str, Array]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    metadata: dict[str, str]


def read(path: Path) -> Graph:
    """Read an ONNX file. Raises ParlanceError when it is not one."""
    try:
        model = Message(memoryview(path.read_bytes()))
        graph = model.message(7)
        constants = dict(_named_tensor(tensor) for tensor in graph.messages(5))
        inputs = tuple(value.text(1) for value in graph.messages(11) if value.text(1) not in constants)
        outputs = tuple(value.text(1) for value in graph.messages(12))
        nodes = tuple(_node(node) for node in graph.messages(1))
        metadata = {entry.text(1): entry.text(2) for entry in model.messages(14)}
    except OSError as error:
        raise ParlanceError(f"The model weights {path.name} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ParlanceError(f"The model weights {path.name} are damaged ({error}); reinstall the extension.") from error
    if not nodes or not outputs:
        raise ParlanceError(f"The model weights {path.name} are damaged (no graph in them); reinstall the extension.")
    return Graph(nodes, constants, inputs, outputs, metadata)


def dtype_of(code: int) -> np.dtype[Any]:
    """The NumPy type of an ONNX element type number. Raises ValueError for one that the executor does not know."""
    if code not in _DTYPES:
        raise ValueError(f"element type {code} is not supported")
    return np.dtype(_DTYPES[code])


def _node(message: Message) -> Node:
    attributes = dict(_attribute(attribute) for attribute in message.messages(5))
    return Node(message.text(4), message.texts(1), message.texts(2), attributes)


def _attribute(message: Message) -> tuple[str, Any]:
    name, kind = message.text(1), message.number(20)
    if kind not in _ATTRIBUTE_READERS:
        raise ValueError(f"attribute {name} has a kind that is not supported")
    return name, _ATTRIBUTE_READERS[kind](message)


def _named_tensor(message: Message) -> tuple[str, Array]:
    return message.text(8), _tensor(message)


def _tensor(message: Message) -> Array:
    shape, code = message.numbers(1), message.number(2)
    dtype = dtype_of(code)
    if message.number(14) == 1:
        raise ValueError("its constants lie in another file")
    if message.has(9):
        return np.frombuffer(message.bytes(9), dtype).reshape(shape)
    if message.has(4):
        return np.frombuffer(message.bytes(4), "<f4").reshape(shape)
    if message.has(10):
        return np.frombuffer(message.bytes(10), "<f8").reshape(shape)
    numbers = message.numbers(7) or message.numbers(5)
    if code == 10:
        return np.array(numbers, "<u2").view("<f2").reshape(shape)
    return np.array(numbers, dtype).reshape(shape)
