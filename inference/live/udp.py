# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces over the network: Live Link packets out to Unreal and others, and in from them or a phone."""

from __future__ import annotations

import socket
import time
import uuid
from contextlib import suppress
from typing import Any, Final

from ..errors import ParlanceError
from ..formats.livelink_udp import LARGEST, PORT, Packet, at, pack, unpack
from .stream import LiveFrame

AT_ONCE: Final = 64
"""Datagrams that are read in one look: what waits beyond is older than anybody wants to see."""


def address_of(text: str) -> tuple[str, int]:
    """host:port, host alone (at the app's port), or :port on this machine; IPv6 as [::1]:port. Raises ParlanceError."""
    host, _, port = text.rpartition(":") if ":" in text else (text, "", str(PORT))
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ParlanceError(f"“{text}” is no address to send to; write it as host:port, such as 127.0.0.1:{PORT}.")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)


class Sender:
    """Sends each frame as a packet, stamped with the time of day. Nobody has to listen; what cannot be sent is counted.

    before: seconds of sound that were there already when it began.
    """

    def __init__(self, address: tuple[str, int], subject: str, fps: float, before: float = 0.0) -> None:
        try:
            family, kind, protocol, _, found = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM)[0]
            self._address: Any = found
            self._socket = socket.socket(family, kind, protocol)
            self._socket.setblocking(False)
        except OSError as error:
            raise ParlanceError(f"“{address[0]}:{address[1]}” cannot be reached ({error.strerror}).") from error
        self._subject, self._fps = subject, max(round(fps), 1)
        self._device = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"parlance {subject}")).upper()
        now = time.time()
        today = time.localtime(now)
        began = today.tm_hour * 3600.0 + today.tm_min * 60.0 + today.tm_sec + now % 1.0 - before
        self._began = round(began * self._fps) / self._fps
        """The time of day, in seconds and on a frame, at which second 0 of the sound was."""
        self.sent, self.failed = 0, 0

    def send(self, frame: LiveFrame) -> None:
        """Send one frame, without waiting."""
        number, part = at(self._began + frame.time, self._fps)
        packet = Packet(self._device, self._subject, number, part, (self._fps, 1), frame.shapes, frame.head, frame.gaze)
        try:
            self._socket.sendto(pack(packet), self._address)
            self.sent += 1
        except OSError:
            # A cable, a firewall or a full buffer: the next frame may come through.
            self.failed += 1

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()


class Receiver:
    """Listens on a port of this machine, and never waits."""

    def __init__(self, port: int = PORT, host: str = "0.0.0.0") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((host, port))
        except (OSError, OverflowError) as error:
            self._socket.close()
            raise ParlanceError(f"Port {port} cannot be listened to: another program has it; choose another port.") from error
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self.refused = 0
        """Datagrams that were no packets of Live Link Face."""

    def latest(self) -> list[Packet]:
        """The packets that have come since the last look, oldest first; of one sender or several."""
        found = []
        for _ in range(AT_ONCE):
            with suppress(ConnectionResetError):  # Windows reports here that nobody received something else.
                try:
                    data, _ = self._socket.recvfrom(LARGEST + 1)
                except BlockingIOError:
                    break
                try:
                    found.append(unpack(data))
                except ParlanceError:
                    self.refused += 1
        return found

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()
