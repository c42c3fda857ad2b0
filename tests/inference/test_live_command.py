# SPDX-License-Identifier: GPL-3.0-or-later
"""`parlance live`: files that grow, pipes, recordings, curves and packets; what is lost or missing is told."""

import io
import re
import struct
import sys
import threading
import time
import wave

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.command_line import main
from parlance.inference.errors import ParlanceError
from parlance.inference.live import wav
from parlance.inference.live.sources import GrowingFile, Microphone, Pipe
from parlance.inference.live.udp import Receiver

RATE = 16_000


def tone(seconds, rate=RATE):
    time_ = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * 150 * time_) * np.sin(2 * np.pi * 2 * time_)).astype(np.float32)


def write_wav(path, samples, rate=RATE, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate, 0, "NONE", ""))
        file.writeframes(np.repeat(np.round(samples * 32767).astype("<i2"), channels).tobytes())
    return path


def rows_of(path):
    header, *rows = path.read_text().splitlines()
    return header.split(","), np.array([[float(value) for value in row.split(",")] for row in rows])


def test_a_file_becomes_curves_as_long_as_its_sound(tmp_path, capsys):
    sound, curves = write_wav(tmp_path / "a.wav", tone(1.0)), tmp_path / "a.csv"
    assert main(["live", str(sound), "--fast", "-o", str(curves)]) == 0
    header, rows = rows_of(curves)
    assert header[:53] == ["time", *arkit.NAMES]
    assert 60 <= len(rows) <= 75
    np.testing.assert_allclose(rows[:, 0], np.arange(len(rows)) / 60, atol=1e-4)
    assert "0 dropped" in capsys.readouterr().err


def test_a_file_is_played_as_fast_as_it_sounds_unless_told_otherwise(tmp_path, capsys):
    sound, curves = write_wav(tmp_path / "a.wav", tone(1.2)), tmp_path / "a.csv"
    began = time.monotonic()
    assert main(["live", str(sound), "-o", str(curves), "--still"]) == 0
    assert time.monotonic() - began > 1.1
    assert "behind the sound" in capsys.readouterr().err


def growing(path, sound, begun):
    """A thread that writes a file which had that many samples before."""
    recorder = wav.Recorder(path, RATE)
    # As ffmpeg writes it: a header that does not know its size.
    recorder.write(sound[:begun])
    recorder._file.seek(40)
    recorder._file.write(struct.pack("<I", 0xFFFFFFFF))
    recorder._file.seek(0, 2)
    recorder._file.flush()

    def go_on():
        for part in np.array_split(sound[begun:], 10):
            time.sleep(0.05)
            recorder._file.write((part * 32767).astype("<i2").tobytes())
            recorder._file.flush()

    writer = threading.Thread(target=go_on)
    writer.start()
    return writer


def test_a_growing_file_is_heard_to_its_end(tmp_path):
    path, curves = tmp_path / "grow.wav", tmp_path / "grow.csv"
    writer = growing(path, tone(1.0), 1000)
    assert main(["live", str(path), "-o", str(curves), "--still", "--quiet", "--patience", "1.5"]) == 0
    writer.join()
    assert len(rows_of(curves)[1]) >= 60


def test_what_was_in_a_file_before_it_was_heard_is_in_its_curves_and_not_called_dropped(tmp_path, capsys):
    path, curves = tmp_path / "grow.wav", tmp_path / "grow.csv"
    receiver = Receiver(0, "127.0.0.1")
    writer = growing(path, tone(4.0), 3 * RATE)
    to = f"127.0.0.1:{receiver.port}"
    assert main(["live", str(path), "-o", str(curves), "--to", to, "--still", "--patience", "1.5"]) == 0
    writer.join()
    told = capsys.readouterr().err
    now = time.localtime()
    ahead = [(packet.seconds - now.tm_hour * 3600 - now.tm_min * 60 - now.tm_sec) % 86_400 for packet in receiver.latest()]
    receiver.close()
    assert ahead
    assert all(each < 1 or each > 43_200 for each in ahead)  # nothing is stamped with a time that has not come
    assert int(re.search(r"(\d+) frames were not sent while it caught up", told).group(1)) >= 60
    assert int(re.search(r"(\d+) dropped", told).group(1)) < 60
    assert len(rows_of(curves)[1]) >= 240


def test_a_pipe_is_recorded_shown_and_can_be_heard_again(tmp_path, monkeypatch):
    sound = (tone(1.0) * 32767).astype("<i2")
    monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": io.BytesIO(sound.tobytes() + b"\x01")})())
    receiver = Receiver(0, "127.0.0.1")
    kept = tmp_path / "kept.wav"
    assert main(["live", "-", "--to", f"127.0.0.1:{receiver.port}", "--subject", "Ana", "--record", str(kept)]) == 0
    packets = receiver.latest()
    assert packets
    assert {packet.subject for packet in packets} == {"Ana"}
    steps = np.diff([packet.frame for packet in packets])
    assert (steps == 1).all()
    with wave.open(str(kept)) as file:
        assert file.readframes(10**6) == sound.tobytes()
    assert main(["animate", str(kept), "-o", str(tmp_path / "again.csv"), "--quiet"]) == 0
    receiver.close()


def test_seconds_end_it(tmp_path):
    sound, curves = write_wav(tmp_path / "a.wav", tone(3.0)), tmp_path / "a.csv"
    assert main(["live", str(sound), "--fast", "-o", str(curves), "--seconds", "0.5", "--quiet", "--still"]) == 0
    assert len(rows_of(curves)[1]) < 48


def test_nothing_is_written_over_unasked(tmp_path, capsys):
    sound, other = write_wav(tmp_path / "a.wav", tone(0.5)), write_wav(tmp_path / "only.wav", tone(0.5))
    before = other.read_bytes()
    assert main(["live", str(sound), "--fast", "-o", str(tmp_path / "a.csv"), "--record", str(other)]) == 1
    assert main(["live", str(sound), "--fast", "-o", str(sound)]) == 1
    assert other.read_bytes() == before
    assert "parlance:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "Nobody would see the face"),
        (["--to", "nowhere:x"], "host:port"),
        (["missing.wav", "-o", "x.csv"], "“missing.wav” does not exist"),
        ([".", "-o", "x.csv"], "“.” is a folder"),
    ],
)
def test_what_is_missing_is_told(options, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    if "nowhere:x" in options:
        options = [str(write_wav(tmp_path / "a.wav", tone(0.2))), *options]
    assert main(["live", *options]) == 1
    assert sentence in capsys.readouterr().err


def test_a_look_ahead_nobody_trained_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["live", "--look-ahead", "100", "-o", "x.csv"])
    assert "0, 80, 160, 260" in capsys.readouterr().err


def test_without_sounddevice_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(ParlanceError, match=r"parlance\[live\]"):
        Microphone()


@pytest.mark.parametrize(("kind", "bits"), [("u1", 8), ("i2", 16), ("i3", 24), ("i4", 32), ("f4", 32)])
def test_all_kinds_of_wav_are_read(tmp_path, kind, bits):
    values = np.array([0.0, 0.5, -0.5, 0.25], np.float32)
    code = 3 if kind == "f4" else 1
    data = {
        "u1": lambda: np.round(values * 128 + 128).astype("u1").tobytes(),
        "i2": lambda: np.round(values * 2**15).astype("<i2").tobytes(),
        "i3": lambda: b"".join(int(value * 2**23).to_bytes(3, "little", signed=True) for value in values),
        "i4": lambda: np.round(values.astype(float) * 2**31).astype("<i4").tobytes(),
        "f4": lambda: values.astype("<f4").tobytes(),
    }[kind]()
    path = tmp_path / "k.wav"
    format_ = struct.pack("<HHIIHH", code, 1, 8000, 8000 * bits // 8, bits // 8, bits)
    path.write_bytes(b"RIFF\0\0\0\0WAVEJUNK\4\0\0\0....fmt \x10\0\0\0" + format_ + b"data" + struct.pack("<I", len(data)) + data)
    source = GrowingFile(path, paced=False)
    assert source.rate == 8000
    assert source.is_whole
    np.testing.assert_allclose(source.read(), values, atol=0.01)
    assert source.read() is None


@pytest.mark.parametrize(
    "damage", [b"", b"RIFF", b"RIFF....AIFF", b"RIFF\0\0\0\0WAVEdata", b"RIFF\0\0\0\0WAVEfmt \2\0\0\0xx", b"x" * 900]
)
def test_damaged_wav_files_are_told(tmp_path, damage):
    path = tmp_path / "bad.wav"
    path.write_bytes(damage)
    with pytest.raises(ParlanceError):
        GrowingFile(path)


def test_a_pipe_that_breaks_is_told():
    class Broken(io.RawIOBase):
        def read(self, _size=-1):
            raise OSError("unplugged")

    pipe = Pipe(Broken(), RATE)
    for _ in range(200):
        if pipe.read() is None:
            break
        time.sleep(0.01)
    assert pipe.gone == "unplugged"


def test_a_recording_can_be_played_before_it_is_finished(tmp_path):
    recorder = wav.Recorder(tmp_path / "r.wav", RATE)
    recorder.write(np.array([2.0, np.nan, -2.0], np.float32))
    recorder.write(tone(1.5))
    with wave.open(str(tmp_path / "r.wav")) as file:
        assert file.getnframes() >= RATE
    recorder.close()
    with wave.open(str(tmp_path / "r.wav")) as file:
        assert file.getnframes() == 3 + round(1.5 * RATE)
        assert np.frombuffer(file.readframes(3), "<i2").tolist() == [32767, 0, -32768]
