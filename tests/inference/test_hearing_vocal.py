# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs, sobs and efforts are told from words and noise, on sounds made here; the shipped model hears them."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.files import read
from parlance.inference.hearing import engine, hear, listener, prosody, windows
from parlance.inference.hearing.events import Sound
from parlance.inference.hearing.segment import decode
from parlance.inference.hearing.vocal import between_words, whole
from parlance.inference.hearing.vocal_bursts import sighs, vocal_bursts
from parlance.inference.hearing.voice import Voice, spectrum
from parlance.inference.performance import VOCAL_KINDS, Event, Phone

FORMANTS = ((760, 90), (1350, 110), (2700, 160), (3600, 220))


def resonant(source):
    """A source through the vowel of a laugh: one resonator after the other."""
    for hertz, width in FORMANTS:
        radius = np.exp(-np.pi * width / SAMPLE_RATE)
        a, b = 2 * radius * np.cos(2 * np.pi * hertz / SAMPLE_RATE), -(radius**2)
        out = np.zeros(len(source) + 2)
        for at, value in enumerate(source):
            out[at + 2] = value + a * out[at + 1] + b * out[at]
        source = out[2:]
    return source


def burst(rng, seconds, high, low, breathy):
    """One voiced burst with breath in it."""
    count = int(seconds * SAMPLE_RATE)
    pitch = np.linspace(high, low, count) * (1 + 0.01 * rng.normal())
    pulses = np.diff(np.floor(np.cumsum(pitch) / SAMPLE_RATE), prepend=0)
    swell = np.sin(np.pi * np.linspace(0, 1, count)) ** 0.6
    return resonant(swell * (pulses + breathy * 0.05 * rng.normal(size=count)))


def quiet(seconds, rng):
    return 1e-4 * rng.normal(size=int(seconds * SAMPLE_RATE))


def made(parts, rng):
    samples = np.concatenate([quiet(0.8, rng), *parts, quiet(0.8, rng)])
    samples = 0.35 * samples / np.abs(samples).max() + 1e-4 * rng.normal(size=len(samples))
    return samples.astype(np.float32)


def laugh(rng, high, every):
    parts = []
    for size in np.linspace(1, 0.6, 7):
        breath = resonant(
            0.02 * rng.normal(size=int(0.4 * every * SAMPLE_RATE)) * np.linspace(0.2, 1, int(0.4 * every * SAMPLE_RATE))
        )
        parts += [0.5 * size * breath, size * burst(rng, 0.6 * every, high, 0.75 * high, 1.5)]
    return made(parts, rng)


def sounds(performance, least=0.5):
    return [event for event in performance.events if event.kind in VOCAL_KINDS and event.confidence >= least]


@pytest.mark.parametrize(("high", "every"), [(180, 0.2), (380, 0.22)])
def test_a_laugh_is_heard_as_one_laugh(real, high, every):
    performance = hear(Audio(laugh(np.random.default_rng(1), high, every)))
    (found,) = [event for event in sounds(performance, 0.35) if event.kind != "breath"]
    assert found.kind == "laugh"
    assert abs(found.time - 0.8) < 0.25
    assert abs(found.duration - 7 * every) < 0.5


@pytest.mark.parametrize(("sureness", "from_to"), [(0.7, (0.5, 1.9)), (0.3, (0.3, 2.2))])
def test_a_laugh_between_words_leaves_them_alone_if_they_are_surely_words(sureness, from_to):
    word = [Phone(symbol, 0.2 * at, 0.2 * at + 0.2, sureness) for at, symbol in enumerate("tan")]
    before = [replace(phone, start=phone.start - 0.1, end=phone.end - 0.1) for phone in word]
    after = [replace(phone, start=phone.start + 1.9, end=phone.end + 1.9) for phone in word]
    laughed = [Phone("h", 0.6, 1.2, 0.3), Phone("a", 1.2, 1.8, 0.3)]
    phones = [*before, Phone("sil", 0.5, 0.6, 0.9), *laughed, Phone("sil", 1.8, 1.9, 0.9), *after]
    found = between_words(Event("laugh", 0.3, 1.9, 0.8), phones)
    assert (found.time, found.end) == pytest.approx(from_to)


@pytest.mark.parametrize(("sureness", "from_to"), [(0.7, (0.9, 1.6)), (0.3, (0.5, 1.6))])
def test_a_laugh_begins_with_its_voice_unless_words_are_said_before_it(sureness, from_to):
    before = [Phone(symbol, 0.5 + 0.1 * at, 0.6 + 0.1 * at, sureness) for at, symbol in enumerate("anam")]
    phones = [Phone("sil", 0.0, 0.5, 0.9), *before, Phone("h", 0.9, 1.6, 0.3), Phone("sil", 1.6, 2.0, 0.9)]
    found = whole(Event("laugh", 0.9, 0.5, 0.8), [Event("effort", 0.5, 1.1, 0.8)], phones)
    assert (found.time, found.end) == pytest.approx(from_to)


def test_cries_that_are_not_alike_are_no_laugh(real):
    """As many bursts in as much time, but of all lengths and pitches."""
    rng = np.random.default_rng(5)
    parts = []
    for seconds, gap, high, low in ((0.1, 0.16, 150, 260), (0.3, 0.05, 420, 200), (0.07, 0.3, 180, 170), (0.22, 0.09, 250, 400)):
        parts += [burst(rng, seconds, high, low, 1.5), quiet(gap, rng)]
    performance = hear(Audio(made(parts, rng)))
    assert not [event for event in sounds(performance, 0.6) if event.kind == "laugh"]


def test_a_room_that_rumbles_after_the_last_word_is_no_laugh(real, request):
    """Thumps below any voice, five a second."""
    voice = read(request.config.rootpath / "demo/hello.flac").samples
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    thumps = np.sin(2 * np.pi * 70 * time) * np.abs(np.sin(np.pi * 5 * time)) ** 3 * np.linspace(1, 0.5, len(time))
    rumble = 0.15 * np.abs(voice).max() * thumps + 1e-4 * np.random.default_rng(6).normal(size=len(time))
    performance = hear(Audio(np.concatenate([voice, rumble]).astype(np.float32)))
    assert not [event for event in sounds(performance, 0.35) if event.kind != "breath"]


@pytest.mark.parametrize("seed", [1, 2])
def test_what_laughs_without_a_voice_is_shown_and_not_acted(real, seed):
    """Puffs of air again and again may be a snicker as well as steps."""
    rng = np.random.default_rng(seed)
    swell = np.sin(np.pi * np.linspace(0, 1, 1920)) ** 0.6
    puffs = [size * swell * np.convolve(rng.normal(size=1920), np.hanning(10), "same") for size in np.linspace(1, 0.6, 7)]
    parts = [part for puff in puffs for part in (quiet(0.08, rng), puff)]
    (found,) = [event for event in hear(Audio(made(parts, rng))).events if event.kind == "laugh"]
    assert found.confidence <= 0.5


def test_of_one_burst_only_the_likeliest_is_told(real):
    rng = np.random.default_rng(1)
    parts = [part for _ in range(3) for part in (burst(rng, 0.35, 200, 130, 1.5), quiet(0.7, rng))]
    voice, phones = heard_as(made(parts, rng))
    found = list(vocal_bursts(phones, voice))
    assert len(found) == 3
    assert {event.kind for event in found} == {"effort"}


def heard_as(samples):
    """What vocal sounds are told by, of a short sound."""
    ear, frames = engine(1), -(-len(samples) // prosody.HOP)
    raw = windows.run(ear.executor, ear.spec, samples, around=listener.AROUND)
    posteriors = listener.posteriors_of(raw["phones"][listener.AROUND :][:frames], ear.spec.phones)
    loudness, air = prosody.loudness(samples, frames), prosody.loudness(samples, frames, air=True)
    speech = raw["speech"][listener.AROUND :][:frames]
    voice = Voice(spectrum(samples, frames), posteriors, speech, loudness, air, *prosody.pitch(samples, frames))
    return voice, decode(posteriors, len(samples) / SAMPLE_RATE)


def only(performance):
    """The one thing that is heard besides breaths."""
    (found,) = [event for event in sounds(performance) if event.kind != "breath"]
    return found


@pytest.mark.parametrize(("seconds", "high", "low"), [(0.35, 180, 110), (0.6, 420, 300)])
def test_a_grunt_and_a_cry_of_pain_are_efforts(real, seconds, high, low):
    rng = np.random.default_rng(1)
    found = only(hear(Audio(made([burst(rng, seconds, high, low, 1.5)], rng))))
    assert found.kind == "effort"
    assert found.confidence > 0.6
    assert abs(found.time - 0.8) < 0.05
    assert abs(found.duration - seconds) < 0.1


def test_a_long_breath_that_dies_away_is_a_sigh_unless_a_word_follows():
    count = 150
    air = np.full(count, -75.0)
    air[20:60] = np.linspace(-35, -55, 40)
    sound = Sound(np.full(count, -75.0), air, np.zeros(count), np.zeros(count))
    breath = Event("breath", 0.4, 0.8, 0.5)
    (found,) = sighs([breath], (Phone("sil", 0, 3.0),), sound)
    assert found.kind == "sigh"
    assert not list(sighs([breath], (Phone("sil", 0, 1.3), Phone("a", 1.3, 1.5), Phone("sil", 1.5, 3.0)), sound))


def test_ordinary_speech_neither_laughs_nor_coughs(real, request):
    performance = hear(read(request.config.rootpath / "demo/hello.flac"))
    assert not [event for event in sounds(performance) if event.kind != "breath"]


def test_clatter_is_no_cough(real):
    rng = np.random.default_rng(3)
    hits = [rng.normal(size=4000) * np.exp(-np.arange(4000) / rng.uniform(100, 900)) for _ in range(12)]
    samples = np.concatenate([part for hit in hits for part in (quiet(0.6, rng), hit)])
    performance = hear(Audio((0.2 * samples).astype(np.float32)))
    assert not [event for event in sounds(performance) if event.kind != "breath"]


def test_what_is_left_of_a_gate_is_no_breath(real, request):
    """Room noise that comes and goes sixty decibels below the voice."""
    voice = read(request.config.rootpath / "demo/hello.flac").samples
    rng = np.random.default_rng(4)
    room = rng.normal(size=len(voice)) * 10 ** (-82 / 20) * (np.sin(np.arange(len(voice)) / 3000) > 0)
    gated = np.where(np.abs(voice) > 0.01, voice, 0) + room
    assert not sounds(hear(Audio(gated.astype(np.float32))))


@pytest.mark.parametrize("reverse", [False, True])
def test_how_music_begins_or_ends_is_no_effort(real, reverse):
    """Nothing was recorded on the other side of it, so that half as much goes on around."""
    rng = np.random.default_rng(1)
    cry = burst(rng, 0.6, 420, 300, 1.5)
    times = np.arange(int(0.3 * SAMPLE_RATE)) / SAMPLE_RATE
    chord = sum(np.sin(2 * np.pi * hertz * times) for hertz in (98, 247, 392)) * np.linspace(1, 0.3, len(times))
    parts = [cry / np.abs(cry).max(), quiet(0.4, rng), *[0.3 * chord] * 4, quiet(4.0, rng)]
    samples = 0.4 * np.concatenate(parts[::-1] if reverse else parts)
    performance = hear(Audio(samples.astype(np.float32)))
    assert not [event for event in sounds(performance) if event.kind == "effort"]


@pytest.mark.parametrize(("tones", "seconds"), [((1000,), 0.08), ((1000,), 0.3), ((440, 880), 0.4), ((1400, 2060), 0.25)])
def test_a_beep_that_counts_a_take_in_is_no_grunt(tones, seconds):
    rng = np.random.default_rng(3)
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    beep = sum(np.sin(2 * np.pi * tone * time) for tone in tones) * np.minimum(1, np.minimum(time, time[::-1]) / 0.005)
    heard = hear(Audio(made([beep, quiet(0.6, rng), beep], rng)))
    assert not [event for event in heard.events if event.kind in VOCAL_KINDS]
