# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings as they come off a set: what a microphone, a wire or the weather adds moves no lips, and holds none still."""

from pathlib import Path

import numpy as np
import pytest

from parlance.inference import geometry
from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.files import read
from parlance.inference.hearing import hear
from parlance.inference.hearing.clipping import topped
from parlance.inference.hearing.faintness import raised
from parlance.inference.hearing.faults import mended
from parlance.inference.hearing.hum import hushed, tones
from parlance.inference.hearing.ringing import dried, rings
from parlance.inference.hearing.wind import sheltered
from parlance.inference.performance import VOCAL_KINDS

pytest.importorskip("soundfile")
ROOT = Path(__file__).resolve().parents[2]
GAP = geometry.INDEX["gap"]


def _voice():
    """The demo's voice in a quiet room, with a second of it before and after."""
    samples = read(ROOT / "demo" / "hello.flac").samples[: 7 * SAMPLE_RATE]
    return np.pad(samples, SAMPLE_RATE) + np.random.default_rng(1).normal(0, 1e-4, len(samples) + 2 * SAMPLE_RATE).astype("f")


def _mains(time, level):
    tones = sum(np.sin(2 * np.pi * 50.02 * n * time + n) / n for n in range(1, 10))
    return level * tones / np.abs(tones).max()


def _gusts(time, level):
    spectrum = np.fft.rfft(np.random.default_rng(2).normal(size=len(time)))
    spectrum[np.fft.rfftfreq(len(time), 1 / SAMPLE_RATE) > 90] = 0
    noise = np.fft.irfft(spectrum, len(time))
    return level * noise / noise.std() * (1 + np.sin(time * 4))


def _cut(voice, seconds):
    result = voice.copy()
    for start in np.arange(0.3, len(voice) / SAMPLE_RATE, 0.5):
        result[round(start * SAMPLE_RATE) : round((start + seconds) * SAMPLE_RATE)] = 0
    return result


def _clicked(voice):
    result = voice.copy()
    result[np.random.default_rng(3).integers(0, len(voice), 60)] = 0.9
    return result


SPOILED = {
    "mains hum": lambda voice, time: voice + _mains(time, 0.4),
    "a whine": lambda voice, time: voice + 0.1 * np.sin(2 * np.pi * 1234.5 * time),
    "wind": lambda voice, time: voice + _gusts(time, 0.15),
    "gaps": lambda voice, time: _cut(voice, 0.03),
    "clicks": lambda voice, time: _clicked(voice),
    "tops cut off": lambda voice, time: np.clip(voice, -0.5 * voice.max(), 0.5 * voice.max()),
    "far too low a level": lambda voice, time: 4e-4 * voice,
}


@pytest.fixture(scope="module")
def gap():
    return geometry.measure(hear(Audio(_voice())).curves)[:, GAP]


@pytest.mark.parametrize("way", SPOILED)
def test_a_spoiled_recording_moves_the_mouth_as_the_clean_one_does(real, gap, way):
    voice = _voice()
    spoiled = SPOILED[way](voice, np.arange(len(voice)) / SAMPLE_RATE).astype(np.float32)
    heard = geometry.measure(hear(Audio(spoiled)).curves)[:, GAP]
    assert np.corrcoef(heard, gap)[0, 1] > 0.97
    shut = gap < 0.5
    assert (heard[shut] < 1.5).mean() > 0.9
    assert heard[~shut].mean() == pytest.approx(gap[~shut].mean(), rel=0.06)


@pytest.mark.parametrize("clean", [mended, topped, hushed, sheltered, dried, raised])
def test_a_clean_voice_is_heard_as_it_is(clean):
    voice = _voice()
    assert clean(voice) is voice


def test_a_ringing_room_is_half_heard_away(real, gap):
    voice = _voice()
    length = round(0.6 * SAMPLE_RATE)
    ring = np.random.default_rng(4).normal(size=length) * 10 ** (-3 * np.arange(length) / length)
    size = len(voice) + length
    wet = np.fft.irfft(np.fft.rfft(voice, size) * np.fft.rfft(ring, size), size)[: len(voice)]
    rung = (voice + 0.5 * wet * voice.std() / wet.std()).astype(np.float32)
    heard = geometry.measure(hear(Audio(rung)).curves)[:, GAP]
    assert np.corrcoef(heard, gap)[0, 1] > 0.92


@pytest.mark.parametrize("hertz", [200.0, 333.3, 750.0])
def test_a_pure_tone_is_not_cut_off(hertz):
    """It is near its top more often than anywhere else."""
    tone = (0.4 * np.sin(2 * np.pi * hertz * np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE)).astype(np.float32)
    assert topped(tone) is tone


def test_plucked_strings_die_away_as_a_room_does_and_are_heard_as_they_are():
    rng, seconds = np.random.default_rng(2), np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tune = np.zeros(9 * SAMPLE_RATE)
    for start in range(8):
        pitch = 110 * 2 ** (rng.integers(0, 25) / 12)
        note = sum(np.sin(2 * np.pi * pitch * n * seconds) * np.exp(-(8 + n) * seconds) / n for n in range(1, 12))
        tune[start * SAMPLE_RATE :][:SAMPLE_RATE] += 0.2 * note
    heard = tune.astype(np.float32)
    assert rings(heard)
    assert dried(heard) is heard


def test_an_offset_is_nothing_cut_off():
    offset = _voice() + np.float32(0.4)
    assert topped(offset) is offset


def test_a_voice_on_one_note_is_no_hum():
    """A robot: pulses of one pitch, as loud as a voice was in each moment, through a vowel."""
    voice = _voice()
    loud = np.sqrt(np.convolve(np.square(voice), np.ones(400) / 400, "same"))
    pulses = np.zeros(len(voice))
    pulses[:: SAMPLE_RATE // 125] = 1
    ring = np.exp(-np.arange(200) / 30) * np.cos(2 * np.pi * 700 * np.arange(200) / SAMPLE_RATE)
    assert tones((np.convolve(pulses, ring)[: len(voice)] * loud).astype(np.float32)) == []


def _drone(seconds):
    """A wind instrument on one low note, as long as one breath lasts: it swells and fades."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    swell = 0.8 + 0.2 * np.sin(2 * np.pi * 0.4 * time)
    note = sum(np.sin(2 * np.pi * 71.4 * n * time + n) / n for n in range(1, 8))
    return (0.3 * swell * note + np.random.default_rng(6).normal(0, 0.01, len(time))).astype(np.float32)


def test_a_note_that_is_held_throughout_is_no_hum():
    note = _drone(4.0)
    assert hushed(note) is note


def test_a_motor_that_runs_as_loud_throughout_is_one():
    voice = _voice()
    time = np.arange(len(voice)) / SAMPLE_RATE
    motor = sum(0.2 / n * np.sin(2 * np.pi * 71.4 * n * time + n) for n in range(1, 8)).astype(np.float32)
    assert (hushed(voice + motor) - voice).std() < 0.05 * motor.std()


def test_a_bass_line_is_no_wind():
    """Notes of a bass far louder than what is played above them tell that nobody speaks."""
    time = np.arange(round(0.4 * SAMPLE_RATE)) / SAMPLE_RATE
    played = [np.sin(2 * np.pi * hertz * time) * np.minimum(1, 20 * (0.4 - time)) for hertz in (41.2, 55.0, 49.0, 61.7) * 5]
    tune = np.concatenate(played) + np.random.default_rng(7).normal(0, 0.1, 20 * len(time))
    bass = (0.3 * tune).astype(np.float32)
    assert sheltered(bass) is bass
    blown = (_voice() + _gusts(np.arange(len(_voice())) / SAMPLE_RATE, 0.15)).astype(np.float32)
    assert sheltered(blown) is not blown


def test_hum_that_comes_and_goes_is_taken_out_where_it_is():
    voice = np.tile(_voice(), 12)
    time = np.arange(len(voice)) / SAMPLE_RATE
    humming = voice + np.where(time > len(voice) / SAMPLE_RATE / 2, _mains(time, 0.3), 0).astype(np.float32)
    left = hushed(humming) - voice
    half = len(voice) // 2
    assert np.abs(left[: half - 25 * SAMPLE_RATE]).max() < 1e-6
    assert left[half + 25 * SAMPLE_RATE :].std() < 0.04 * (humming - voice)[half:].std()


def test_the_silence_of_a_stop_is_no_gap():
    """Words made by machines have silences of zeros: the sound before them dies away within some milliseconds."""
    voice = _voice()
    ramp = np.linspace(1, 0, round(0.008 * SAMPLE_RATE), dtype=np.float32)
    for start in np.arange(1.2, 7.5, 0.4):
        first = round(start * SAMPLE_RATE)
        voice[first - len(ramp) : first] *= ramp
        voice[first : first + round(0.07 * SAMPLE_RATE)] = 0
    assert (mended(voice)[voice == 0] != 0).mean() < 0.01


def test_hiss_that_never_ends_is_no_company(real):
    """A voice 50 dB too low in the noise of its amplifier, which goes on while nobody speaks: it is no tune because of that."""
    path = ROOT.parent / "shared" / "data" / "audio" / "an4" / "an79-fjam-b.opus"
    if not path.exists():
        pytest.skip("the recordings are not here")
    voice = read(path).samples * 0.003
    noise = np.random.default_rng(7).normal(0, 8e-5, len(voice) + 6 * SAMPLE_RATE).astype(np.float32)
    heard = hear(Audio(noise + np.pad(voice, 3 * SAMPLE_RATE)))
    assert (heard.speech[3 * 50 : -3 * 50] > 0.3).mean() > 0.4
    assert not (heard.speech[: 2 * 50] > 0.3).any()


def test_where_nothing_but_a_whine_was_nobody_groans(real):
    """What is left of a tone at the ends of a recording is no voice."""
    time = np.arange(10 * SAMPLE_RATE) / SAMPLE_RATE
    room = np.random.default_rng(4).normal(0, 1e-4, len(time))
    heard = hear(Audio((room + 0.3 * np.sin(2 * np.pi * 700 * time)).astype(np.float32)))
    assert heard.speech.max() < 0.1
    assert not [event for event in heard.events if event.kind in VOCAL_KINDS and event.confidence > 0.5]
