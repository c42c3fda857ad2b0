# SPDX-License-Identifier: GPL-3.0-or-later
"""A long sound is read piece by piece: what comes out is what reading at once gives, and it can be stopped."""

import struct
from functools import lru_cache

import bpy
import numpy as np
import pytest

from .cases import first_everywhere

SECONDS = 13.4
"""Three pieces of a compressed file, five of a wave file."""
EDGE = 80
"""Samples at the end, where readers cut a sample earlier or later."""


@pytest.fixture(scope="module")
def decode(room):
    """Seconds of a file, and the fractions that were told."""
    decoding, sound = room("addon.sequencer.decoding"), room("addon.sequencer.sound")

    def read(path, first=0.0, last=SECONDS, mix=True):
        told = []
        rate, _ = sound.format_of(path, path.name)
        return decoding.decode(path, rate, first, last, channel=None if mix else 0, progress=told.append), told

    return read


def at_once(path, first=0.0, last=SECONDS, mix=True):
    """The same by one call of Blender's own reader."""
    import aud

    sound = aud.Sound(str(path)).limit(first, last)
    return (sound.rechannel(1) if mix else sound).resample(16_000, 1).data()[:, 0]


@lru_cache(maxsize=2)
def babble(rate, channels=2, seconds=SECONDS + 2):
    """Something that differs everywhere: a gliding voice in noise, with silences."""
    rng, time = np.random.default_rng(1), np.arange(int(seconds * rate)) / rate
    voice = np.sin(2 * np.pi * (150 + 40 * np.sin(time)) * time) * (np.sin(2 * np.pi * 0.31 * time) > -0.3)
    samples = 0.3 * voice[:, None] + 0.02 * rng.standard_normal((len(time), channels)) * (voice != 0)[:, None]
    return np.roll(samples, 1, axis=1) * np.linspace(1, 0.5, channels)


def write_wave(path, samples, rate, kind, bits, extensible=False):
    if kind == 3:
        body = samples.astype("<f4").tobytes()
    elif bits == 24:
        wide = np.round(samples * (2**31 - 1)).astype("<i4").reshape(-1, 1).view(np.uint8)
        body = wide[:, 1:].tobytes()
    else:
        body = np.round(samples * (2 ** (bits - 1) - 1)).astype(f"<i{bits // 8}").tobytes()
    channels, block = samples.shape[1], samples.shape[1] * bits // 8
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else kind, channels, rate, rate * block, block, bits)
    if extensible:
        form += struct.pack("<HHIH", 22, bits, 0, kind) + b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"LIST" + struct.pack("<I", 3) + b"abc\x00"
    chunks += b"data" + struct.pack("<I", len(body)) + body
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path


@pytest.mark.ends
@pytest.mark.parametrize(("rate", "kind", "bits", "channels", "extensible"), first_everywhere([
    (48_000, 1, 16, 2, False), (22_050, 3, 32, 2, False), (48_000, 1, 24, 2, True), (44_100, 1, 16, 1, False),
    (96_000, 1, 32, 2, False), (48_000, 3, 32, 6, True), (8_000, 1, 16, 1, False),
], 3))  # fmt: skip
def test_pieces_of_a_wave_file_are_the_whole(decode, tmp_path, rate, kind, bits, channels, extensible):
    path = write_wave(tmp_path / "voice.wav", babble(rate, channels), rate, kind, bits, extensible)
    for first, last, mix in ((0.0, SECONDS, True), (1.2345, 10.0, True), (0.0, 7.0, False)):
        pieces, told = decode(path, first, last, mix)
        whole = at_once(path, first, last, mix)
        assert abs(len(pieces) - len(whole)) <= 2
        shared = min(len(pieces), len(whole)) - EDGE
        assert np.abs(pieces[:shared] - whole[:shared]).max() < 2e-4
        assert len(told) >= 2


@pytest.mark.parametrize(("container", "codec"), first_everywhere([
    ("FLAC", "FLAC"), ("OGG", "VORBIS"), ("MP3", "MP3"), ("MATROSKA", "AC3"), ("OGG", "OPUS"),
], others=pytest.mark.ends))  # fmt: skip
def test_pieces_of_a_compressed_file_are_the_whole(decode, tmp_path, container, codec):
    import aud

    source = write_wave(tmp_path / "voice.wav", babble(48_000), 48_000, 1, 16)
    path = tmp_path / f"voice.{container.lower()}"
    codes = [getattr(aud, f"{kind}_{name}") for kind, name in (("CONTAINER", container), ("CODEC", codec))]
    aud.Sound(str(source)).write(str(path), 48_000, aud.CHANNELS_STEREO, aud.FORMAT_S16, *codes, 128_000)
    pieces, _ = decode(path)
    whole = at_once(path)
    assert abs(len(pieces) - len(whole)) < 900
    shared = min(len(pieces), len(whole)) - EDGE
    difference = np.sqrt(np.convolve((pieces[:shared] - whole[:shared]) ** 2, np.ones(160) / 160, "valid"))
    assert difference.max() < 0.05, "more than half a sample apart"


def test_a_file_that_ends_early_ends_early(decode, tmp_path):
    path = write_wave(tmp_path / "voice.wav", babble(48_000, seconds=7.5), 48_000, 1, 16)
    pieces, _ = decode(path)
    assert len(pieces) == pytest.approx(7.5 * 16_000, abs=2)
    exact, _ = decode(write_wave(tmp_path / "ten.wav", babble(48_000, seconds=10), 48_000, 1, 16))
    assert len(exact) == pytest.approx(10 * 16_000, abs=2)


def test_a_trimmed_strip_is_heard_with_what_its_file_holds_around_it(room, decode, tmp_path):
    sound, path = room("addon.sequencer.sound"), write_wave(tmp_path / "voice.wav", babble(48_000), 48_000, 1, 16)
    for first, seconds, before, after in ((5.01, 3.0, 1.0, 1.0), (0.55, 2.0, 0.54, 1.0), (0.0, SECONDS + 2, 0.0, 0.0)):
        audio = sound.read(sound.Source(path, "voice.wav", 0.0, seconds, first, (str(path), 0, 0, first, seconds)))
        around = decode(path, first - before, first + seconds + after)[0]
        assert len(audio.samples) == round(seconds * 16_000)
        assert [len(audio.before), len(audio.after)] == pytest.approx([before * 16_000, after * 16_000], abs=2)
        heard = np.concatenate([audio.before, audio.samples, audio.after])
        assert np.abs(heard - around[: len(heard)])[EDGE:-EDGE].max() < 2e-3


def test_reading_can_be_cancelled(room, scene, add_voice, write_wav):
    strip = add_voice(write_wav(babble(16_000), 16_000))
    sound = room("addon.sequencer.sound")

    class StoppedError(Exception):
        pass

    told = []

    def stop(fraction):
        told.append(fraction)
        if fraction > 0.3:
            raise StoppedError

    with pytest.raises(StoppedError):
        sound.read(sound.source(strip, scene, 10 / 24), stop)
    assert told == sorted(told)
    assert 0.3 < told[-1] < 0.8


@pytest.mark.ends
def test_generating_tells_how_far_the_sound_is_read(room, face, scene, write_wav, add_voice):
    strip = add_voice(write_wav(babble(16_000, seconds=16), 16_000), frame=300)
    plan = room("addon.planning.plan").plan(scene, scene, room("addon.character.characters").of(face), strip)
    told = []
    room("addon.performing.perform").perform(plan, lambda fraction, message: told.append((fraction, message)))
    reading = [fraction for fraction, message in told if message == "Reading the sound"]
    assert len(set(reading)) >= 4
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)


@pytest.mark.parametrize("rate", [1, 100, 3_000_000])
def test_a_file_that_claims_an_absurd_rate_is_refused(room, face, scene, write_wav, rate):
    strip = scene.sequence_editor.strips[0]
    strip.sound.filepath = str(write_wav(np.full(20_000, 0.5), rate, "odd.wav"))
    with pytest.raises(room("inference.errors").ParlanceError, match="samples a second"):
        room("addon.sequencer.sound").check(strip, scene)
    with pytest.raises(RuntimeError, match="samples a second"):
        bpy.ops.parlance.generate()


def test_a_strip_of_many_hours_is_refused_before_anything_is_read(face, scene, add_voice, write_wav):
    path = write_wav(np.zeros(4_000), 4_000, "long.wav")
    header, size = path.read_bytes()[:44], 2 * 4_000 * 22_000
    with path.open("r+b") as file:
        file.write(header[:4] + struct.pack("<I", 36 + size) + header[8:40] + struct.pack("<I", size))
        file.truncate(44 + size)  # silence that takes no room on the disk
    strip = add_voice(path)
    face.parlance.strip = strip.name
    with pytest.raises(RuntimeError, match="hours long; cut it"):
        bpy.ops.parlance.generate()


@pytest.mark.ends
def test_the_shortest_grunt_is_spoken(face, scene, add_voice, write_wav, value_at):
    """Between a frame of hearing and a syllable there is little to say, but nothing to refuse either."""
    for milliseconds in (25, 60):
        samples = np.zeros(16_000 * milliseconds // 1000)
        samples[::80] = 0.6
        strip = add_voice(write_wav(samples, name=f"{milliseconds}.wav"), frame=400 + milliseconds)
        face.parlance.strip = strip.name
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        assert value_at(face, "jawOpen", 402 + milliseconds) < 0.5
