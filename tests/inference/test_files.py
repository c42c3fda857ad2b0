# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound files of every kind, and what is said about those that are none."""

import os

import numpy as np
import pytest

from parlance.inference.audio import SAMPLE_RATE
from parlance.inference.errors import ParlanceError
from parlance.inference.files import IncompleteError, read

soundfile = pytest.importorskip("soundfile")
signal = pytest.importorskip("scipy.signal")


@pytest.fixture(scope="module")
def voice(babble):
    return babble(2).samples


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.aiff", "a.opus"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_formats(tmp_path, voice, name, rate):
    path = tmp_path / name
    kind = {"opus": ("OGG", "OPUS")}.get(path.suffix[1:], (None, None))
    soundfile.write(path, signal.resample_poly(voice, rate, SAMPLE_RATE), rate, format=kind[0], subtype=kind[1])
    audio = read(path, start=1.5)
    assert audio.start == 1.5
    assert audio.samples.dtype == np.float32
    assert abs(len(audio.samples) - len(voice)) <= 2
    low = signal.firwin(101, 3000, fs=SAMPLE_RATE)
    ours, theirs = (np.convolve(part, low)[: len(voice) - 2] for part in (audio.samples, voice))
    assert np.corrcoef(ours, theirs)[0, 1] > 0.97


@pytest.mark.parametrize("rate", [11_025, 22_050, 44_100, 96_000, 192_000])
def test_sample_rates(tmp_path, voice, rate):
    path = tmp_path / "voice.wav"
    soundfile.write(path, signal.resample_poly(voice, rate, SAMPLE_RATE), rate)
    audio = read(path)
    assert abs(audio.duration - 2) < 0.001


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8])
def test_channels_are_mixed(tmp_path, voice, channels):
    path = tmp_path / "voice.wav"
    sound = np.zeros((len(voice), channels), np.float32)
    sound[:, 2 if channels > 2 else 0] = voice
    soundfile.write(path, sound, SAMPLE_RATE, subtype="FLOAT")
    assert np.corrcoef(read(path).samples, voice)[0, 1] > 0.999


def test_one_channel_can_be_chosen(tmp_path, voice):
    path = tmp_path / "dialogue.wav"
    soundfile.write(path, np.stack([voice, voice[::-1]], 1), SAMPLE_RATE, subtype="FLOAT")
    np.testing.assert_array_equal(read(path, channel=2).samples, voice[::-1])
    with pytest.raises(ParlanceError, match="channel 3"):
        read(path, channel=3)


def test_channels_in_opposite_phase_do_not_cancel(tmp_path, voice):
    path = tmp_path / "phase.wav"
    soundfile.write(path, np.stack([voice, -voice], 1), SAMPLE_RATE, subtype="FLOAT")
    np.testing.assert_array_equal(np.abs(read(path).samples), np.abs(voice))


def test_resampling_in_blocks_has_no_joints(tmp_path, babble):
    path = tmp_path / "long.wav"
    long = signal.resample_poly(babble(50).samples, 3, 1).astype(np.float32)
    soundfile.write(path, long, 48_000, subtype="FLOAT")
    np.testing.assert_allclose(read(path).samples, signal.resample_poly(long, 1, 3), atol=1e-6)


def test_samples_that_are_not_numbers_become_silence(tmp_path, voice):
    path = tmp_path / "nan.wav"
    broken = voice.copy()
    broken[100:200] = np.nan
    broken[300] = np.inf
    soundfile.write(path, broken, SAMPLE_RATE, subtype="FLOAT")
    samples = read(path).samples
    assert np.isfinite(samples).all()
    assert not samples[100:200].any()


def test_silence_is_fine(tmp_path):
    path = tmp_path / "無音.wav"
    soundfile.write(path, np.zeros(SAMPLE_RATE), SAMPLE_RATE)
    assert not read(path).samples.any()


def whole(tmp_path, voice, name):
    path = tmp_path / name
    soundfile.write(path, voice, SAMPLE_RATE)
    return path.read_bytes()


BAD = {
    "missing": (lambda *_: None, "does not exist"),
    "empty": (lambda *_: b"", "empty"),
    "text": (lambda *_: b"Hello, this is no sound. " * 50, "holds text, not sound"),
    "random": (lambda *_: os.urandom(10_000), "cannot be read"),
    "header only": (lambda *given: whole(*given, "x.wav")[:30], "cannot be read"),
    "truncated wav": (lambda *given: whole(*given, "x.wav")[:20_000], "incomplete"),
    "truncated flac": (lambda *given: whole(*given, "x.flac")[:20_000], "cannot be read|incomplete"),
    "truncated ogg": (lambda *given: whole(*given, "x.ogg")[:6_000], "incomplete"),
    "truncated mp3": (lambda *given: whole(*given, "x.mp3")[:6_000], "incomplete"),
    "one millisecond": (lambda path, voice: whole(path, voice[:16], "x.wav"), "too short"),
    "no samples": (lambda path, voice: whole(path, voice[:0], "x.wav"), "too short"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_files_are_named_in_one_sentence(tmp_path, voice, kind):
    make, complaint = BAD[kind]
    content = make(tmp_path, voice)
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ParlanceError, match=complaint) as caught:
        read(path)
    assert "bad.wav" in str(caught.value)
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize("name", ["a.ogg", "a.opus"])
def test_an_ogg_cut_anywhere_is_incomplete(tmp_path, voice, name):
    """Also inside a page, where libsndfile sees nothing."""
    path = tmp_path / name
    long = np.tile(signal.resample_poly(voice, 3, 1), 6)
    soundfile.write(path, long, 48_000, format="OGG", subtype="OPUS" if name == "a.opus" else "VORBIS")
    data = path.read_bytes()
    assert read(path).duration == pytest.approx(12, abs=0.01)
    for length in [*np.linspace(200, len(data) - 1, 40).astype(int), len(data) - 1]:
        path.write_bytes(data[:length])
        with pytest.raises(ParlanceError, match=name):
            read(path)


def test_an_ogg_whose_last_page_is_not_marked_is_read_whole(tmp_path, voice):
    path = tmp_path / "a.ogg"
    soundfile.write(path, np.tile(voice, 6), 16_000, format="OGG", subtype="VORBIS")
    data = bytearray(path.read_bytes())
    page = data.rindex(b"OggS")
    data[page + 5] &= ~4
    data[page + 22 : page + 26] = bytes(4)
    data[page + 22 : page + 26] = ogg_checksum(bytes(data[page:])).to_bytes(4, "little")
    path.write_bytes(data)
    assert read(path).duration == pytest.approx(12, abs=0.01)


def test_an_ogg_that_counts_from_before_its_beginning_is_read_whole(tmp_path, voice):
    """Its first page of sound, here of a single packet, is numbered below zero: three tunes of Hyperrogue are made so."""
    path = tmp_path / "a.ogg"
    soundfile.write(path, np.tile(voice, 6), 16_000, format="OGG", subtype="VORBIS")
    first, second, sound, *others = (b"OggS" + page for page in path.read_bytes().split(b"OggS")[1:])
    sizes, packets = sound[27 : 27 + sound[26]], sound[27 + sound[26] :]
    one = next(at for at, size in enumerate(sizes) if size < 255) + 1
    length = sum(sizes[:one])
    pages = [ogg_page(sound, 2, -104, sizes[:one], packets[:length])]
    for number, page in enumerate([sound[:26] + bytes([len(sizes) - one]) + sizes[one:] + packets[length:], *others], 3):
        end = 27 + page[26]
        pages.append(ogg_page(page, number, int.from_bytes(page[6:14], "little"), page[27:end], page[end:]))
    path.write_bytes(b"".join([first, second, *pages]))
    with soundfile.SoundFile(path) as file:
        assert file.frames == 12 * 16_000 + 104, "libsndfile promises what nobody finds"
    assert read(path).duration == pytest.approx(12, abs=0.01)


def ogg_page(like, number, granule, sizes, packets):
    """A page with these packets; the rest of its head as another's."""
    head = like[:6] + granule.to_bytes(8, "little", signed=True) + like[14:18] + number.to_bytes(4, "little")
    body = bytes([len(sizes)]) + sizes + packets
    return head + ogg_checksum(head + bytes(4) + body).to_bytes(4, "little") + body


def ogg_checksum(page):
    """CRC-32 of an Ogg page, by the polynomial 0x04c11db7 without reflection, as RFC 3533 asks."""
    result = 0
    for byte in page:
        result ^= byte << 24
        for _ in range(8):
            result = (result << 1 ^ (0x04C11DB7 if result & 0x80000000 else 0)) & 0xFFFFFFFF
    return result


def without_count(data):
    """An MP3 without the first frame, which only counts the others: as many encoders and cutters of sounds leave it."""
    sync = data.index(b"\xff\xf3") if b"\xff\xf3" in data[:200] else data.index(b"\xff\xfb")
    second = data.index(data[sync : sync + 2], sync + 4)
    assert b"Info" in data[sync:second] or b"Xing" in data[sync:second]
    return data[second:]


def test_an_mp3_that_does_not_say_how_long_it_is_is_read_whole(tmp_path, voice):
    path = tmp_path / "bare.mp3"
    long = np.tile(voice, 4)
    soundfile.write(path, long, SAMPLE_RATE)
    tag = b"TAG" + b"a song".ljust(125, b"\0")
    picture = b"ID3\x03\0\0\0\0\x4e\x10" + os.urandom(10_000)
    bare = without_count(path.read_bytes())
    for content in (bare, bare + tag, picture + bare + tag + b"\0" * 3000):
        path.write_bytes(content)
        assert read(path).duration == pytest.approx(len(long) / SAMPLE_RATE, abs=0.15)


def test_what_is_left_of_a_cut_sound_can_be_had(tmp_path, voice):
    path = tmp_path / "cut.wav"
    soundfile.write(path, voice, SAMPLE_RATE)
    path.write_bytes(path.read_bytes()[: 44 + 2 * 10_000])
    with pytest.raises(IncompleteError) as caught:
        read(path, start=3.0)
    np.testing.assert_allclose(caught.value.audio.samples, voice[:10_000], atol=1e-3)
    assert caught.value.audio.start == 3.0


@pytest.mark.parametrize("loud", [1e4, 32767.0, 1e18, 3e38])
def test_samples_that_are_no_sound_are_refused(tmp_path, voice, loud):
    path = tmp_path / "loud.wav"
    soundfile.write(path, np.stack([voice * loud / np.abs(voice).max()] * 2, 1), SAMPLE_RATE, subtype="FLOAT")
    with pytest.raises(ParlanceError, match=r"loud\.wav.*far beyond"):
        read(path)


@pytest.mark.parametrize(("rate", "words"), [(1, "no speech"), (3_999, "no speech"), (4_000, ""), (2_000_000, "no speech")])
def test_rates_that_are_no_sound_are_refused(tmp_path, voice, rate, words):
    path = tmp_path / "rate.wav"
    soundfile.write(path, voice, rate)
    if words:
        with pytest.raises(ParlanceError, match=words):
            read(path)
    else:
        assert read(path).duration == pytest.approx(8)


def test_a_thousand_channels_are_mixed(tmp_path, voice):
    path = tmp_path / "wide.wav"
    soundfile.write(path, np.repeat(voice[:8000, None], 1024, axis=1), SAMPLE_RATE)
    np.testing.assert_allclose(read(path).samples, voice[:8000], atol=1e-4)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(ParlanceError, match="pipe"):
        read(tmp_path / "pipe.wav")


@pytest.mark.slow
def test_seven_hours_are_too_long(tmp_path):
    path = tmp_path / "long.flac"
    with soundfile.SoundFile(path, "w", 4_000, 1) as sound:
        for _ in range(7):
            sound.write(np.zeros(3600 * 4_000, np.float32))
    with pytest.raises(ParlanceError, match="longer than 6 hours"):
        read(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ParlanceError, match="folder"):
        read(tmp_path)


def test_streamed_wav_without_a_length_is_read(tmp_path, voice):
    data = bytearray(whole(tmp_path, voice, "x.wav"))
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff\xff\xff\xff"
    path = tmp_path / "stream.wav"
    path.write_bytes(bytes(data))
    assert len(read(path).samples) == len(voice)
