# SPDX-License-Identifier: GPL-3.0-or-later
"""The packets of Apple's Live Link Face app, which Unreal Engine and most face tools listen to: a frame of a face each.

A little-endian version (6), `$` and the 36 characters of a device id, a subject's name with its length, and, big-endian: the
frame of the day with its fraction, frames a second as two numbers, the count 61, and as many floats: the 52 shapes, then yaw,
pitch and roll of head, left eye and right eye in radians. The layout is that of PyLiveLinkFace, which reads and writes the app's
packets.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from .. import arkit
from ..arrays import Floats
from ..errors import ParlanceError
from .livelink_csv import ROTATIONS, rotations

PORT: Final = 11111
"""Where the app sends to, and Unreal listens."""
VERSION: Final = 6
COUNT: Final = arkit.COUNT + len(ROTATIONS)
LARGEST: Final = 2048
"""Bytes of a packet: names are short, and it must fit into one datagram."""
LONGEST_NAME: Final = 256
_HEAD: Final = struct.Struct("<i37s")
_LENGTH: Final = struct.Struct("!i")
_TIME: Final = struct.Struct("!if2iB")
_VALUES: Final = struct.Struct(f"!{COUNT}f")
_DAY: Final = 24 * 3600
_DIGITS: Final = 4
"""Decimals of a frame that are meant."""


@dataclass(frozen=True)
class Packet:
    """One frame. device: 36 characters. subject: whose face.

    frame, subframe: frames of the day at fps[0] / fps[1] a second, and the fraction of one.
    shapes: float32[52] in arkit.NAMES order, 0..1.  head: float32[3] degrees (pitch, yaw, roll as in Animation).
    gaze: float32[2] degrees (yaw, pitch), of the left eye.
    """

    device: str
    subject: str
    frame: int
    subframe: float
    fps: tuple[int, int]
    shapes: Floats
    head: Floats
    gaze: Floats

    @property
    def seconds(self) -> float:
        """Time of day."""
        return (self.frame + self.subframe) * self.fps[1] / self.fps[0]


def at(seconds: float, fps: int) -> tuple[int, float]:
    """Frame and fraction of a time of day in seconds; after midnight they begin again."""
    # 35,000 s and three frames are 2.9999… frames by a float's last bits: such a frame is the third, not the rest of the second.
    frame, part = divmod(round(seconds % _DAY * fps, _DIGITS), 1.0)
    return int(frame) % round(_DAY * fps), part


def pack(packet: Packet) -> bytes:
    """The bytes of a packet. Raises ParlanceError for a device or a name that cannot be sent."""
    name, device = packet.subject.encode(), packet.device.encode()
    if not 0 < len(name) <= LONGEST_NAME or len(device) != 36:
        raise ParlanceError(f"The subject's name must have 1 to {LONGEST_NAME} bytes; choose another.")
    turned = rotations(packet.head[None], packet.gaze[None])[0]
    return b"".join(
        [
            _HEAD.pack(VERSION, b"$" + device),
            _LENGTH.pack(len(name)),
            name,
            _TIME.pack(packet.frame, packet.subframe, *packet.fps, COUNT),
            _VALUES.pack(*packet.shapes.tolist(), *turned.tolist()),
        ]
    )


def unpack(data: bytes) -> Packet:
    """The packet in a datagram. Raises ParlanceError for whatever is none: nothing in it is trusted."""
    try:
        if len(data) > LARGEST:
            raise ValueError("it is too long")
        version, device = _HEAD.unpack_from(data)
        if version != VERSION or device[:1] != b"$":
            raise ValueError(f"its version is {version}")
        (length,) = _LENGTH.unpack_from(data, _HEAD.size)
        if not 0 <= length <= LONGEST_NAME:
            raise ValueError("its name is too long")
        at_time = _HEAD.size + _LENGTH.size + length
        name = data[_HEAD.size + _LENGTH.size : at_time].decode()
        frame, subframe, rate, per, count = _TIME.unpack_from(data, at_time)
        values = np.array(_VALUES.unpack_from(data, at_time + _TIME.size), np.float64)
        if count != COUNT or len(data) != at_time + _TIME.size + _VALUES.size:
            raise ValueError(f"it has {count} values")
        if not (np.isfinite(values).all() and math.isfinite(subframe) and 0 < rate <= 100_000 and 0 < per <= 100_000):
            raise ValueError("it has values that are not numbers")
        identity = device[1:].decode()
    except (struct.error, ValueError) as error:
        raise ParlanceError(f"This is no packet of Live Link Face: {error}.") from error
    turned = np.degrees(np.clip(values[arkit.COUNT :], -np.pi, np.pi)).astype(np.float32)
    by_name = dict(zip(ROTATIONS, turned.tolist(), strict=True))
    return Packet(
        device=identity,
        subject=name,
        frame=frame,
        subframe=subframe,
        fps=(rate, per),
        shapes=np.clip(values[: arkit.COUNT], 0.0, 1.0).astype(np.float32),
        head=np.array([by_name["HeadPitch"], by_name["HeadYaw"], -by_name["HeadRoll"]], np.float32),
        gaze=np.array([by_name["LeftEyeYaw"], -by_name["LeftEyePitch"]], np.float32),
    )
