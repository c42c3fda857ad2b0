# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into an ONNX network and what comes out: names, types and sizes, read from the file without running it.

Field numbers are those of onnx.proto3. The file is mapped, not read: a network of a gigabyte costs nothing to look at.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from ...errors import ParlanceError
from ...outputs import reason, shown
from ..protobuf import Message

Size: TypeAlias = int | None
"""Of one axis; None where the network takes any."""

FLOAT: Final = "float32"
_TYPES: Final = {1: FLOAT, 2: "uint8", 3: "int8", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64", 16: "bfloat16"}


@dataclass(frozen=True)
class Port:
    """One input or output. shape: empty where the file does not say."""

    name: str
    type: str
    shape: tuple[Size, ...]

    def __str__(self) -> str:
        """For people: input float32[·, 1, 8320]."""
        sizes = ", ".join("·" if size is None else f"{size}" for size in self.shape)
        return f"{self.name} {self.type}[{sizes}]"


@dataclass(frozen=True)
class Signature:
    """All of a network's ports, and what its file says of itself."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    metadata: Mapping[str, str]

    def output(self, name: str) -> Port | None:
        """The output of that name."""
        return next((port for port in self.outputs if port.name == name), None)


def read(path: Path) -> Signature:
    """The signature of an ONNX file. Raises ParlanceError when it cannot be read, or is none."""
    try:
        with path.open("rb") as file:
            return _signature(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
    except OSError as error:
        raise ParlanceError(f"“{shown(path)}” cannot be read ({reason(error)}); choose the file of a network.") from error
    except (ValueError, RecursionError) as error:
        raise ParlanceError(f"“{path.name}” is no ONNX network, or a damaged one; choose another file.") from error


def check(found: Sequence[Port], wanted: Sequence[Port], *, file: str, kind: str) -> None:
    """Raises ParlanceError where a wanted port is missing, of another type, or of sizes that cannot be fed.

    file: its name.   kind: what it should have been, for the sentence.   Sizes that either side leaves open fit anything.
    """
    for port in wanted:
        other = next((each for each in found if each.name == port.name), None)
        if other is None:
            names = ", ".join(each.name for each in found) or "nothing"
            raise ParlanceError(f"“{file}” does not fit {kind}: “{port.name}” is missing, it has {names}.")
        if other.type != port.type or (other.shape and not _fits(other.shape, port.shape)):
            raise ParlanceError(f"“{file}” does not fit {kind}: it has {other}, where {port} is needed.")


def _fits(found: Sequence[Size], wanted: Sequence[Size]) -> bool:
    pairs = zip(found, wanted, strict=False)
    return len(found) == len(wanted) and all(None in pair or pair[0] == pair[1] for pair in pairs)


def _signature(data: memoryview) -> Signature:
    model = Message(data)
    graph = model.message(7)
    if not graph.has(1) or not graph.has(12):
        raise ValueError("no graph in it")
    constants = {tensor.text(8) for tensor in graph.messages(5)}
    inputs = tuple(port for port in map(_port, graph.messages(11)) if port.name not in constants)
    outputs = tuple(map(_port, graph.messages(12)))
    return Signature(inputs, outputs, {entry.text(1): entry.text(2) for entry in model.messages(14)})


def _port(value: Message) -> Port:
    tensor = value.message(2).message(1)
    sizes = tuple(axis.number(1) if axis.has(1) else None for axis in tensor.message(2).messages(1))
    code = tensor.number(1)
    return Port(value.text(1), _TYPES.get(code, f"type {code}"), sizes)
