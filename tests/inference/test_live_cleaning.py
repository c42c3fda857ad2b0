# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cable does to a live voice is undone after a while, and a clean voice is heard as it is."""

from pathlib import Path

import numpy as np
import pytest

from parlance.inference import files, geometry
from parlance.inference.live.cleaning import Cleaner
from parlance.inference.live.spectrum import Spectrum
from parlance.inference.live.stream import LiveStream

RATE = 16_000
SETTLED = 9 * RATE
"""Samples after which a hum is known."""
GAP = geometry.INDEX["gap"]
VOICE = files.read(Path(__file__).resolve().parents[2] / "demo/hello.flac").samples
TIME = np.arange(13 * RATE) / RATE
SPOILS = {
    "hum": sum(0.1 * np.sin(2 * np.pi * 49.98 * n * TIME + n) / n for n in range(1, 9)),
    "whine": 0.1 * np.sin(2 * np.pi * 3000.0 * TIME),
    "offset": np.full(len(TIME), 0.4),
}


@pytest.fixture(scope="module")
def voice():
    """The clip in sentences, with pauses in which there is only a room."""
    pause = np.random.default_rng(0).normal(0, 1e-4, RATE).astype(np.float32)
    fade = np.minimum(1.0, np.arange(len(VOICE) // 4) / 160).astype(np.float32)
    fade *= fade[::-1]
    parts = (VOICE[first : first + len(fade)] * fade for first in range(0, 4 * len(fade), len(fade)))
    sentences = [part for sentence in parts for part in (sentence, pause)]
    return np.resize(np.concatenate(sentences), len(TIME)).astype(np.float32)


def cleaned(wave, cuts=()):
    cleaner = Cleaner()
    return np.concatenate([*(cleaner.feed(part) for part in np.split(wave, cuts)), cleaner.finish()])


def far(wave, other, since):
    """Mean difference of what the network sees of them, log mel."""
    one, two = (np.concatenate(Spectrum().feed(each[since:])) for each in (wave, other))
    return float(np.abs(one - two).mean())


def test_a_clean_voice_is_heard_sample_by_sample(voice):
    np.testing.assert_array_equal(cleaned(voice), voice)


def clicking(voice):
    """With a sample at full scale four times a second, and where those are."""
    where = np.random.default_rng(2).choice(len(voice), 52, replace=False)
    spoiled = voice.copy()
    spoiled[where] = 1.0
    return spoiled, where


def test_clicks_go_and_all_else_stays(voice):
    spoiled, where = clicking(voice)
    mended = cleaned(spoiled)
    assert len(mended) == len(voice)
    assert far(mended, voice, 0) < 0.25 * far(spoiled, voice, 0)
    away = np.abs(np.arange(len(voice))[:, None] - where).min(axis=1) > 10
    np.testing.assert_array_equal(mended[away], voice[away])


def test_however_sound_arrives_it_is_cleaned_alike(voice):
    spoiled = (clicking(voice)[0] + SPOILS["hum"] + SPOILS["offset"]).astype(np.float32)
    cuts = np.sort(np.random.default_rng(1).integers(0, len(voice), 200))
    np.testing.assert_array_equal(cleaned(spoiled, cuts), cleaned(spoiled))


@pytest.mark.parametrize("name", SPOILS)
def test_what_spoils_a_voice_goes(voice, name):
    spoiled = (voice + SPOILS[name]).astype(np.float32)
    assert far(cleaned(spoiled), voice, SETTLED) < 0.25 * far(spoiled, voice, SETTLED)


def test_a_hum_that_ends_leaves_the_voice_as_it_is(voice):
    hum = np.where(TIME < 6.0, SPOILS["hum"], 0.0)
    assert far(cleaned((voice + hum).astype(np.float32)), voice, 11 * RATE) < 0.1


def test_a_muted_input_does_not_hum(voice):
    spoiled = np.where(TIME < 10.0, voice + SPOILS["hum"], 0.0).astype(np.float32)
    assert not cleaned(spoiled)[round(10.02 * RATE) :].any()


@pytest.mark.slow
def test_lips_move_under_a_hum_as_without_it(voice):
    def gap(wave):
        frames = LiveStream(look_ahead=0.16, fps=50, alive=False).feed(wave)
        return geometry.measure(np.stack([frame.shapes for frame in frames]))[SETTLED // 320 :, GAP]

    clean, hummed = gap(voice), gap((voice + SPOILS["hum"]).astype(np.float32))
    assert np.corrcoef(clean, hummed)[0, 1] > 0.97
