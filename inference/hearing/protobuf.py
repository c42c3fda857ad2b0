# SPDX-License-Identifier: GPL-3.0-or-later
"""Just enough of the Protocol Buffers wire format to read an ONNX file.

Format: protobuf.dev/programming-guides/encoding (varints, 32 and 64 bit scalars, length-delimited fields).
"""

from __future__ import annotations

import struct
from collections import defaultdict
from typing import TypeAlias

Value: TypeAlias = "int | memoryview"

VARINT, FIXED64, DELIMITED, FIXED32 = 0, 1, 2, 5


class Message:
    """The fields of one message by number, undecoded until asked for. Raises ValueError on bytes that are no message."""

    def __init__(self, data: memoryview) -> None:
        self._fields: dict[int, list[Value]] = defaultdict(list)
        position = 0
        while position < len(data):
            key, position = _varint(data, position)
            value, position = _value(data, position, key & 7)
            self._fields[key >> 3].append(value)

    def number(self, field: int, default: int = 0) -> int:
        """A varint field as a signed 64 bit integer; the last one wins, as the format says."""
        values = self._fields.get(field)
        return _signed(_as_int(values[-1])) if values else default

    def numbers(self, field: int) -> list[int]:
        """A repeated varint field, packed or not."""
        result: list[int] = []
        for value in self._fields.get(field, ()):
            if isinstance(value, int):
                result.append(_signed(value))
                continue
            position = 0
            while position < len(value):
                number, position = _varint(value, position)
                result.append(_signed(number))
        return result

    def float(self, field: int) -> float:
        """A float field; 0 where absent."""
        values = self._fields.get(field)
        return float(struct.unpack("<f", _as_bytes(values[-1]))[0]) if values else 0.0

    def bytes(self, field: int) -> memoryview:
        """A bytes field, or the packed content of a repeated fixed-width one; empty where absent."""
        values = self._fields.get(field, [])
        if len(values) == 1:
            return _as_bytes(values[0])
        return memoryview(b"".join(_as_bytes(value) for value in values))

    def text(self, field: int) -> str:
        """A string field; empty where absent."""
        return str(self.bytes(field), "utf-8")

    def texts(self, field: int) -> tuple[str, ...]:
        """A repeated string field."""
        return tuple(str(_as_bytes(value), "utf-8") for value in self._fields.get(field, ()))

    def message(self, field: int) -> Message:
        """A message field; an empty message where absent."""
        return Message(self.bytes(field))

    def messages(self, field: int) -> list[Message]:
        """A repeated message field."""
        return [Message(_as_bytes(value)) for value in self._fields.get(field, ())]

    def has(self, field: int) -> bool:
        """Whether the field was written at all."""
        return field in self._fields


def _value(data: memoryview, position: int, wire_type: int) -> tuple[Value, int]:
    if wire_type == VARINT:
        return _varint(data, position)
    if wire_type == DELIMITED:
        length, position = _varint(data, position)
    elif wire_type in (FIXED32, FIXED64):
        length = 4 if wire_type == FIXED32 else 8
    else:
        raise ValueError(f"wire type {wire_type} is not used by ONNX")
    if position + length > len(data):
        raise ValueError("the message ends in the middle of a field")
    return data[position : position + length], position + length


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    result = 0
    for shift in range(0, 70, 7):
        if position >= len(data):
            raise ValueError("the message ends in the middle of a number")
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
    raise ValueError("a number is longer than 64 bits")


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number


def _as_int(value: Value) -> int:
    if not isinstance(value, int):
        raise ValueError("expected a number, found bytes")
    return value


def _as_bytes(value: Value) -> memoryview:
    if isinstance(value, int):
        raise ValueError("expected bytes, found a number")
    return value
