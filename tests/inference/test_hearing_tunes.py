# SPDX-License-Identifier: GPL-3.0-or-later
"""Tunes move no lips, however like a voice they are; voices do, also alone, also over tunes."""

from itertools import pairwise

import numpy as np
import pytest

from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.files import read
from parlance.inference.hearing import hear, tunes
from parlance.inference.performance import FRAME_RATE, VOCAL_KINDS
from parlance.inference.phones import COUNT, INDEX

QUIET, LOUD = -80.0, -20.0


def said(frames, symbols, sure=0.9, every=5):
    """Posteriors of phones one after the other, each for so many frames; the rest of the probability is silence's."""
    posteriors = np.zeros((frames, COUNT), np.float32)
    for frame in range(frames):
        posteriors[frame, INDEX[symbols[frame // every % len(symbols)]]] = sure
    posteriors[:, INDEX["sil"]] += 1 - sure
    return posteriors


def unsure(frames):
    """An open vowel for a third and then a nasal, silence for a seventh, and the rest nobody knows."""
    posteriors = np.full((frames, COUNT), 0.5 / (COUNT - 2), np.float32)
    posteriors[:, INDEX["sil"]] = 0.15
    posteriors[: 2 * frames // 3, INDEX["a"]] = posteriors[2 * frames // 3 :, INDEX["m"]] = 0.35
    return posteriors


def around(part, before, after):
    """A stretch of speech of this probability, a second, between seconds that are of another."""
    return np.concatenate([np.full(3 * 50, before), part, np.full(3 * 50, after)]).astype(np.float32)


def test_a_doubtful_second_amid_music_is_none_and_alone_it_is_a_cry():
    speech = around(np.full(50, 0.85), 0.02, 0.02)
    posteriors = np.concatenate([said(150, ["sil"]), unsure(50), said(150, ["sil"])])
    playing = np.full(350, LOUD, np.float32)
    alone = around(np.full(50, LOUD), QUIET, QUIET)
    assert tunes.voices(speech, posteriors, playing).max() < 0.05
    assert np.array_equal(tunes.voices(speech, posteriors, alone)[150:200], speech[150:200])


def test_words_over_music_are_kept():
    speech = around(np.full(50, 0.9), 0.02, 0.02)
    posteriors = np.concatenate([said(150, ["sil"]), said(50, ["s", "æ", "m", "i"]), said(150, ["sil"])])
    assert tunes.voices(speech, posteriors, np.full(350, LOUD, np.float32))[150:200].all()


def test_a_song_that_ends_does_not_answer_for_the_band_that_plays_on():
    song, band = 20 * 50, 25 * 50
    speech = np.concatenate([np.full(song, 0.97), np.full(band, 0.4)]).astype(np.float32)
    posteriors = np.concatenate([said(song, ["l", "a", "m", "u"], every=9), unsure(band)])
    sure = tunes.voices(speech, posteriors, np.full(song + band, LOUD, np.float32))
    assert sure[: song - 15 * 50].all()
    assert not sure[song + 15 * 50 :].any()


def test_who_has_just_sung_over_music_sings_on_and_nobody_else_does():
    song, doubtful = said(200, ["l", "a", "m", "u"], every=9), 0.5 * unsure(50) + 0.5 * said(50, ["l", "a", "m", "u"], every=9)
    kept = []
    for pause in (15, 60):
        speech = np.concatenate([np.full(200, 0.97), np.full(pause, 0.02), np.full(50, 0.75), np.full(150, 0.02)])
        posteriors = np.concatenate([song, said(pause, ["sil"]), doubtful, said(150, ["sil"])]).astype(np.float32)
        sure = tunes.voices(speech.astype(np.float32), posteriors, np.full(len(speech), LOUD, np.float32))
        assert sure[:200].all()
        kept.append(bool(sure[200 + pause : 250 + pause].all()))
    assert kept == [True, False]


def test_parts_of_a_long_stretch_tile_it():
    speech = np.full(2 * 3600 * 50, 0.5, np.float32)
    parts = tunes.stretches(speech)
    assert parts[0][0] == 0
    assert parts[-1][1] == len(speech)
    assert all(one[1] == other[0] for one, other in pairwise(parts))
    lengths = [(last - first) / FRAME_RATE for first, last in parts]
    assert max(lengths) <= tunes.LONGEST
    assert min(lengths) >= tunes.SHORTEST


def bowed(rng, seconds, hertz):
    """Two saws with vibrato through a resonance that is not far from a vowel's."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    phase = np.cumsum(hertz * (1 + 0.006 * np.sin(2 * np.pi * 5.5 * time))) / SAMPLE_RATE
    source = (phase % 1) + (1.004 * phase % 1) - 1
    angle, radius = 2 * np.pi * rng.uniform(400, 1800) / SAMPLE_RATE, 0.97
    kernel = radius ** np.arange(400) * np.cos(angle * np.arange(400))
    return np.convolve(source, kernel)[: len(time)] * np.minimum(1, np.minimum(time, time[-1] - time) / 0.12)


@pytest.fixture(scope="module")
def strings():
    """Ten seconds of chords and a melody."""
    rng = np.random.default_rng(2)
    mix = np.zeros(10 * SAMPLE_RATE)
    for bar in range(5):
        for step in (0, 4, 7):
            mix[bar * 32000 :][:32000] += 0.3 * bowed(rng, 2.0, 146.8 * 2 ** (step / 12))
        for at, note in zip((0, 0.75, 1.25), rng.choice([12, 14, 16, 19, 21], 3), strict=True):
            begun = bar * 32000 + int(at * SAMPLE_RATE)
            mix[begun : begun + 10000] += bowed(rng, 0.625, 146.8 * 2 ** (note / 12))
    return (0.5 * mix / np.abs(mix).max()).astype(np.float32)


def test_strings_move_no_lips(real, strings):
    heard = hear(Audio(strings))
    assert not (heard.curves.max(axis=1) > 0.02).any()
    assert {phone.symbol for phone in heard.phones} == {"sil"}
    assert not heard.pitch.any()
    assert np.abs(heard.arousal).max() < 0.05


def test_music_neither_breathes_nor_sobs(real, strings):
    """Plucked strings that ring out, and the bowed ones."""
    rng = np.random.default_rng(4)
    plucked = np.zeros(10 * SAMPLE_RATE)
    for begun in range(0, len(plucked) - SAMPLE_RATE, SAMPLE_RATE // 3):
        count = SAMPLE_RATE // 2
        plucked[begun : begun + count] += rng.normal(size=count) * np.exp(-np.arange(count) / rng.uniform(800, 3000))
    for tune in (strings, (0.3 * plucked / np.abs(plucked).max()).astype(np.float32)):
        assert not [event for event in hear(Audio(tune)).events if event.kind in VOCAL_KINDS]


def test_a_sentence_moves_them_with_strings_under_it(real, request, strings):
    voice = read(request.config.rootpath / "demo/hello.flac").samples
    under = np.resize(strings, len(voice)) * 10 ** (-12 / 20) * np.sqrt(np.mean(voice**2) / np.mean(strings**2))
    alone, over = (hear(Audio(samples.astype(np.float32))) for samples in (voice, voice + under))
    spoken = alone.curves.max(axis=1) > 0.1
    assert np.mean(over.curves.max(axis=1)[spoken] > 0.02) > 0.98
