# SPDX-License-Identifier: GPL-3.0-or-later
"""Live Link packets: what we send is what the app sends, what comes back is the same face, and nothing hostile gets through."""

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference import arkit
from parlance.inference.errors import ParlanceError
from parlance.inference.formats import livelink_udp
from parlance.inference.live.stream import LiveFrame
from parlance.inference.live.udp import Receiver, Sender, address_of

DEVICE = "0A1B2C3D-0000-4000-8000-123456789ABC"


def packet(**changes):
    shapes = np.linspace(0, 1, 52, dtype=np.float32)
    values = {
        "device": DEVICE, "subject": "Ana María", "frame": 123_456, "subframe": 0.25, "fps": (60, 1), "shapes": shapes,
        "head": np.array([5.0, -10.0, 3.0], np.float32), "gaze": np.array([4.0, -6.0], np.float32),
    }  # fmt: skip
    return livelink_udp.Packet(**{**values, **changes})


def test_the_bytes_are_those_of_the_app():
    data = livelink_udp.pack(packet(subject="iPhone"))
    assert struct.unpack_from("<i", data)[0] == 6
    assert data[4:41] == b"$" + DEVICE.encode()
    assert struct.unpack_from("!i", data, 41)[0] == 6
    assert data[45:51] == b"iPhone"
    assert struct.unpack_from("!if2iB", data, 51) == (123_456, 0.25, 60, 1, 61)
    values = struct.unpack_from("!61f", data, 68)
    assert len(data) == 68 + 244
    # The app's own order of names, as those who read it have it.
    assert values[arkit.INDEX["jawOpen"]] == values[17]
    assert values[0] == 0.0
    assert values[51] == 1.0
    assert values[52] == pytest.approx(np.radians(-10.0))


def test_what_is_sent_is_what_comes():
    came = livelink_udp.unpack(livelink_udp.pack(packet()))
    sent = packet()
    assert (came.device, came.subject, came.frame, came.subframe, came.fps) == (
        sent.device, sent.subject, sent.frame, sent.subframe, sent.fps
    )  # fmt: skip
    np.testing.assert_allclose(came.shapes, sent.shapes, atol=1e-6)
    np.testing.assert_allclose(came.head, sent.head, atol=1e-4)
    np.testing.assert_allclose(came.gaze, sent.gaze, atol=1e-4)
    assert came.seconds == pytest.approx(123_456.25 / 60)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_a_packet_or_a_sentence(data):
    with contextlib.suppress(ParlanceError):
        livelink_udp.unpack(data)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 311), st.binary(min_size=1, max_size=8))
def test_a_damaged_packet_is_refused_or_harmless(place, damage):
    whole = livelink_udp.pack(packet(subject="iPhone"))
    data = whole[:place] + damage + whole[place + len(damage) :]
    try:
        came = livelink_udp.unpack(data)
    except ParlanceError:
        return
    assert np.isfinite(came.shapes).all()
    assert came.shapes.min() >= 0
    assert came.shapes.max() <= 1
    assert np.abs(came.head).max() <= 180.01
    assert np.isfinite(came.seconds)


@pytest.mark.parametrize("length", [-1, 300, 2**31 - 1])
def test_a_name_of_impossible_length_is_refused(length):
    data = bytearray(livelink_udp.pack(packet()))
    struct.pack_into("!i", data, 41, length)
    with pytest.raises(ParlanceError):
        livelink_udp.unpack(bytes(data))


@pytest.mark.parametrize("name", ["", "x" * 300])
def test_a_name_nobody_could_read_is_not_sent(name):
    with pytest.raises(ParlanceError):
        livelink_udp.pack(packet(subject=name))


def test_frames_travel_over_the_network_and_garbage_is_counted():
    receiver = Receiver(0, "127.0.0.1")
    sender = Sender(("127.0.0.1", receiver.port), "Ana", 60)
    shapes = np.linspace(0, 1, 52, dtype=np.float32)
    for index in range(5):
        sender.send(LiveFrame(index, index / 60, shapes, np.zeros(3, np.float32), np.zeros(2, np.float32), 1.0))
    sender._socket.sendto(b"hello", ("127.0.0.1", receiver.port))
    came = []
    for _ in range(200):
        came += receiver.latest()
        if len(came) == 5 and receiver.refused:
            break
    assert [one.frame - came[0].frame for one in came] == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(came[0].shapes, shapes, atol=1e-6)
    assert receiver.refused == 1
    sender.close()
    receiver.close()


def test_a_port_that_is_taken_is_told():
    first = Receiver(0, "127.0.0.1")
    with pytest.raises(ParlanceError, match="another program"):
        Receiver(first.port, "127.0.0.1")
    first.close()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("localhost:9000", ("localhost", 9000)),
        (":11112", ("127.0.0.1", 11112)),
        ("10.0.0.1", ("10.0.0.1", 11111)),
        ("[::1]:9000", ("::1", 9000)),
    ],
)
def test_addresses(text, address):
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["host:", "host:0", "host:99999", "host:x"])
def test_no_addresses(text):
    with pytest.raises(ParlanceError):
        address_of(text)


@pytest.mark.parametrize("fps", [24, 30, 60])
def test_frames_count_on_at_any_time_of_day(fps):
    for midnight in (0, 8_231, 35_000, 51_807, 86_399):
        numbers = [livelink_udp.at(midnight + frame / fps, fps)[0] for frame in range(3 * fps)]
        assert numbers == [(midnight * fps + frame) % (86_400 * fps) for frame in range(3 * fps)]
