# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that speaks along: heard from a file and over the network, shown without keys, put back, recorded as a line."""

import json
import time
import wave
from pathlib import Path

import bpy
import numpy as np
import pytest

RATE = 16_000


@pytest.fixture
def live(room):
    """The modules of the room; whatever a test leaves running is stopped."""
    parts = {name: room(f"addon.live.{name}") for name in ("session", "operators", "puppet", "settings")}
    yield parts
    parts["session"].stop()


@pytest.fixture
def head(make_face, scene):
    """A face with all shapes, selected; a shape stands somewhere by the artist's choice."""
    made = make_face()
    made.data.shape_keys.key_blocks["jawOpen"].value = 0.125
    return made


@pytest.fixture
def voice(tmp_path, speech):
    """Speech as a WAV file."""
    import soundfile
    from scipy.signal import resample_poly

    samples, rate = soundfile.read(speech, dtype="float32")
    samples = samples if samples.ndim == 1 else samples.mean(axis=1)
    samples = resample_poly(samples, RATE, rate)[: 2 * RATE]
    path = tmp_path / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def values(face):
    return {block.name: block.value for block in face.data.shape_keys.key_blocks}


def listen_to(path, **changes):
    chosen = bpy.context.window_manager.parlance_live
    chosen.source, chosen.path, chosen.record = "FILE", str(path), False
    for name, value in changes.items():
        setattr(chosen, name, value)
    return bpy.ops.parlance.live_start()


def until_over(session, each=None, seconds=60):
    """Tick as Blender's timer would, until the sound has ended."""
    end = time.monotonic() + seconds
    while session.current is not None and time.monotonic() < end:
        assert session._tick() is not None or session.current is None
        if each:
            each()
        time.sleep(0.01)
    assert session.current is None


def test_a_growing_file_moves_the_face_and_leaves_nothing_behind(live, head, voice):
    before, jaw = values(head), []
    assert listen_to(voice) == {"FINISHED"}
    assert not bpy.ops.parlance.live_start.poll()
    until_over(live["session"], lambda: jaw.append(values(head)["jawOpen"]))
    assert max(jaw) > 0.2
    assert values(head) == before
    assert live["puppet"].KEPT not in head
    assert head.data.shape_keys.animation_data is None
    assert not head.parlance.lines


@pytest.mark.newest
def test_a_file_that_grows_is_waited_for(live, head, voice):
    whole = voice.read_bytes()
    growing = voice.with_name("growing.wav")
    growing.write_bytes(whole[:40] + b"\0\0\0\0" + whole[44:20_000])
    listen_to(growing)
    session = live["session"]
    for _ in range(300):
        session._tick()
        if session.current.shown:
            break
        time.sleep(0.02)
    early = session.current._latest.time
    with growing.open("ab") as file:
        file.write(whole[20_000:])
    until_over(session)
    assert early < 0.7


def test_stopping_in_the_middle_puts_the_face_back(live, head, voice):
    before = values(head)
    listen_to(voice)
    session = live["session"]
    for _ in range(300):
        session._tick()
        if session.current is None or values(head) != before:
            break
        time.sleep(0.01)
    assert values(head) != before
    bpy.ops.parlance.live_stop()
    assert values(head) == before
    assert not bpy.app.timers.is_registered(session._tick)


def packet(room, subject="iPhone", **shapes):
    udp, names = room("inference.formats.livelink_udp"), room("inference.arkit").INDEX
    weights = np.zeros(52, np.float32)
    for name, value in shapes.items():
        weights[names[name]] = value
    zero = np.zeros(3, np.float32)
    return udp.pack(udp.Packet("0" * 36, subject, 1, 0.0, (60, 1), weights, np.array([0, 20, 0], np.float32), zero[:2]))


def listen_to_phone():
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    chosen = bpy.context.window_manager.parlance_live
    chosen.source, chosen.port = "LIVE_LINK", port
    assert bpy.ops.parlance.live_start() == {"FINISHED"}
    return port


def send(port, data):
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(data, ("127.0.0.1", port))
    time.sleep(0.05)


def test_a_phone_moves_the_face_over_the_network(live, room, head):
    before, port = values(head), listen_to_phone()
    send(port, b"rubbish")
    send(port, packet(room, jawOpen=0.5, eyeBlinkLeft=1.0))
    live["session"]._tick()
    assert values(head)["jawOpen"] == pytest.approx(0.5, abs=0.01)
    assert values(head)["eyeBlinkLeft"] == pytest.approx(1.0, abs=0.01)
    bpy.ops.parlance.live_stop()
    assert values(head) == before


def test_a_head_bone_turns_and_goes_back(live, room, make_armature, make_face, select):
    rig = make_armature()
    face = make_face(parent=rig)
    select(face)
    bone = rig.pose.bones["head"]
    before = tuple(bone.rotation_quaternion)
    port = listen_to_phone()
    send(port, packet(room, jawOpen=0.3))
    live["session"]._tick()
    assert np.abs(np.array(bone.rotation_quaternion) - before).max() > 0.05
    bpy.ops.parlance.live_stop()
    assert tuple(bone.rotation_quaternion) == pytest.approx(before)


def test_what_is_saved_is_the_face_at_rest(live, room, head, tmp_path):
    before, port = values(head), listen_to_phone()
    send(port, packet(room, jawOpen=0.9))
    live["session"]._tick()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    send(port, packet(room, jawOpen=0.7))
    live["session"]._tick()
    assert values(head)["jawOpen"] == pytest.approx(0.7, abs=0.01)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    assert live["session"].current is None
    opened = bpy.data.objects["Face"]
    assert values(opened) == before
    assert live["puppet"].KEPT not in opened


def test_undo_meanwhile_and_afterwards_leaves_the_face_alone(live, room, head):
    before = values(head)
    bpy.ops.ed.undo_push(message="before")
    port = listen_to_phone()
    send(port, packet(room, jawOpen=0.9))
    live["session"]._tick()
    bpy.ops.ed.undo_push(message="while it speaks")
    head.location.x = 1.0
    bpy.ops.ed.undo_push(message="moved")
    bpy.ops.ed.undo()
    send(port, packet(room, jawOpen=0.6))
    live["session"]._tick()
    face = bpy.data.objects["Face"]
    assert values(face)["jawOpen"] == pytest.approx(0.6, abs=0.01)
    bpy.ops.parlance.live_stop()
    assert values(bpy.data.objects["Face"]) == before
    bpy.ops.ed.undo_push(message="after")
    bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    assert values(bpy.data.objects["Face"]) == before


def test_driven_shapes_are_left_to_their_drivers(live, room, head):
    block = head.data.shape_keys.key_blocks["mouthPucker"]
    block.driver_add("value").driver.expression = "0.25"
    port = listen_to_phone()
    send(port, packet(room, mouthPucker=1.0, jawOpen=0.5))
    live["session"]._tick()
    places = [row[2] for row in json.loads(head[live["puppet"].KEPT])]
    assert not any("mouthPucker" in path for path in places)


@pytest.mark.ends
def test_a_recording_becomes_a_line(live, head, voice, tmp_path, scene):
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    scene = bpy.context.scene
    scene.frame_set(30)
    listen_to(voice, record=True, generate=True)
    until_over(live["session"])
    face = bpy.data.objects["Face"]
    (strip,) = [each for each in scene.sequence_editor.strips if each.type == "SOUND"]
    kept = Path(bpy.path.abspath(strip.sound.filepath))
    assert kept.parent == tmp_path
    with wave.open(str(kept)) as made, wave.open(str(voice)) as spoken:
        assert made.readframes(10**6) == spoken.readframes(10**6)
    (line,) = face.parlance.lines
    assert line.keyed
    assert line.performance
    listen_to(voice, record=True, generate=False)
    until_over(live["session"])
    assert len(list(tmp_path.glob("Face_live_*.wav"))) == 2
    assert len(face.parlance.lines) == 1


def test_a_recording_needs_a_place(live, head, voice):
    with pytest.raises(RuntimeError, match="Save the file first"):
        listen_to(voice, record=True)
    assert live["session"].current is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "no sound yet; start the recorder"), (b"ID3 not a wave", "no WAV file"), (None, "Choose the WAV file")],
)
def test_what_cannot_be_heard_is_told(live, head, tmp_path, content, sentence):
    path = tmp_path / "sound.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RuntimeError, match=sentence):
        listen_to(path)
    assert live["session"].current is None


@pytest.mark.newest
def test_a_recorder_program_is_heard_and_its_end_is_told(live, head, voice, tmp_path, monkeypatch):
    program = tmp_path / "parec"
    program.write_text(f"#!/bin/sh\ntail -c +45 '{voice}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    jaw = []
    chosen = bpy.context.window_manager.parlance_live
    chosen.source, chosen.record = "MICROPHONE", False
    assert bpy.ops.parlance.live_start() == {"FINISHED"}
    until_over(live["session"], lambda: jaw.append(values(head)["jawOpen"]))
    assert max(jaw) > 0.2
    assert "parec has ended" in live["session"].trouble


def test_without_a_recorder_program_it_says_what_to_do(live, head, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    bpy.context.window_manager.parlance_live.source = "MICROPHONE"
    with pytest.raises(RuntimeError, match="install ffmpeg or sox"):
        bpy.ops.parlance.live_start()
