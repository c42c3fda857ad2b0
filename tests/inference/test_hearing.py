# SPDX-License-Identifier: GPL-3.0-or-later
"""hear(): what must hold for any voice and any model."""

import dataclasses
import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from parlance.inference import arkit, phones
from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.errors import ParlanceError
from parlance.inference.hearing import engine, hear, release, windows
from parlance.inference.performance import FRAME_RATE

JAW = arkit.INDEX["jawOpen"]

HOP = int(SAMPLE_RATE / FRAME_RATE)
TRACKS = ("curves", "posteriors", "emotion", "arousal", "speech", "loudness", "pitch", "voicing")
MOUTH = [i for i, name in enumerate(arkit.NAMES) if name.startswith(("jaw", "mouth"))]


@pytest.fixture(params=["tiny", "real"])
def model(request):
    """Both the stand-in and, once trained, the real weights."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("samples", [1, 7, 319, 320, 321, 16_001, 40_123])
def test_every_track_covers_the_audio(model, samples, babble):
    performance = hear(Audio(babble(3).samples[:samples]))
    frames = -(-samples // HOP)
    for name in TRACKS:
        track = getattr(performance, name)
        assert len(track) == frames
        assert track.dtype == np.float32
        assert np.isfinite(track).all()
    assert performance.curves.shape == (frames, arkit.COUNT)
    assert 0 <= performance.curves.min() <= performance.curves.max() <= 1
    assert performance.posteriors.shape == (frames, phones.COUNT)
    np.testing.assert_allclose(performance.posteriors.sum(1), 1, atol=1e-4)
    assert performance.phones[0].start == 0
    assert performance.phones[-1].end == performance.duration == samples / SAMPLE_RATE
    for before, after in zip(performance.phones, performance.phones[1:], strict=False):
        assert before.end == after.start
        assert before.symbol != after.symbol


def test_a_network_that_was_given_up_is_loaded_again(model, babble):
    before, loaded = hear(babble(1)), weakref.ref(engine().executor)
    release()
    gc.collect()
    assert loaded() is None
    assert np.array_equal(hear(babble(1)).curves, before.curves)


def test_empty_audio_is_refused(tiny):
    with pytest.raises(ParlanceError, match="empty"):
        hear(Audio(np.zeros(0, np.float32)))


def test_samples_that_are_not_numbers_are_refused(tiny):
    with pytest.raises(ParlanceError, match="not numbers"):
        hear(Audio(np.array([0.1, np.nan], np.float32)))


@pytest.mark.parametrize("noise", [0.0, 1e-5, 3e-4])
def test_silence_and_room_tone_leave_the_face_at_rest(model, noise):
    room = np.random.default_rng(0).normal(0, noise, 3 * SAMPLE_RATE) if noise else np.zeros(3 * SAMPLE_RATE)
    performance = hear(Audio(room.astype(np.float32)))
    assert [phone.symbol for phone in performance.phones] == ["sil"]
    jaw = performance.curves[:, arkit.INDEX["jawOpen"]]
    assert jaw.max() < 0.05
    assert np.abs(np.diff(performance.curves[:, MOUTH], axis=0)).max() < 0.02
    assert performance.speech.max() < 0.5
    assert not performance.pitch.any()


@pytest.mark.parametrize("frames", [1, 33])
def test_later_audio_gives_the_same_curves_later(model, frames, babble):
    audio = babble(3)
    late = Audio(np.concatenate([np.zeros(frames * HOP, np.float32), audio.samples]))
    here, there = hear(audio), hear(late)
    for name in ("curves", "posteriors", "speech", "loudness", "voicing"):
        np.testing.assert_allclose(getattr(there, name)[frames:], getattr(here, name), atol=1e-4, err_msg=name)


def test_where_the_audio_starts_in_the_scene_does_not_matter(tiny, babble):
    audio = babble(1)
    assert hear(dataclasses.replace(audio, start=-3.7)).phones == hear(audio).phones


def test_a_quiet_recording_moves_the_lips_as_a_loud_one(real, babble):
    audio = babble(6)
    quiet = hear(Audio(audio.samples * np.float32(10 ** (-30 / 20)))).curves
    loud = hear(audio).curves
    opening = arkit.INDEX["jawOpen"]
    assert np.corrcoef(quiet[:, opening], loud[:, opening])[0, 1] > 0.95


@settings(deadline=None, max_examples=15)
@given(samples=some.integers(1, 120_000), window=some.floats(0.1, 3.0))
def test_windows_leave_no_seam(tiny_engine, babble, samples, window):
    audio, ear = babble(7.5), tiny_engine
    whole = windows.run(ear.executor, ear.spec, audio.samples[:samples], window=60)
    parts = windows.run(ear.executor, ear.spec, audio.samples[:samples], window=window)
    for name, track in whole.items():
        assert len(track) == -(-samples // HOP)
        np.testing.assert_allclose(parts[name], track, atol=1e-4, err_msg=name)


def test_windows_leave_no_seam_in_the_shipped_model(real, babble):
    ear = engine()
    audio = babble(20)
    whole = windows.run(ear.executor, ear.spec, audio.samples, window=60)
    parts = windows.run(ear.executor, ear.spec, audio.samples, window=3.3)
    for name, track in whole.items():
        np.testing.assert_allclose(parts[name], track, atol=1e-4, err_msg=name)


def test_a_part_cut_out_of_a_recording_is_heard_as_within_it(real, babble):
    """Its borders may lie in the middle of a vowel: no mouth opens there as after a pause, or gets ready to rest."""
    whole, (first, last) = babble(6).samples, (2.11, 4.37)
    cut = hear(Audio.cut_out(whole, round(first * SAMPLE_RATE), round(last * SAMPLE_RATE), 0.0)).curves
    in_step = hear(Audio(whole[round((first - 2.0) * SAMPLE_RATE) :])).curves
    within = in_step[round(2.0 * FRAME_RATE) :][: len(cut)]
    assert len(cut) == round((last - first) * FRAME_RATE)
    assert np.abs(cut - within).max() < 0.05


def test_who_shouts_before_a_quiet_part_does_not_silence_it(real, babble):
    quiet = 0.05 * babble(2).samples
    beside = np.concatenate([babble(1, seed=5).samples[:SAMPLE_RATE], quiet]).astype(np.float32)
    alone, heard = hear(Audio(quiet)), hear(Audio.cut_out(beside, SAMPLE_RATE, len(beside), 0.0))
    assert heard.curves[5:50, JAW].mean() > 0.7 * alone.curves[5:50, JAW].mean() > 0.01


def test_both_executors_hear_the_same(model, monkeypatch, babble):
    audio = babble(4)
    theirs = hear(audio)
    monkeypatch.setenv("PARLANCE_ENGINE", "numpy")
    ours = hear(audio)
    for name in TRACKS:
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), atol=1e-3, err_msg=name)
    assert ours.phones == theirs.phones or len(ours.phones) == len(theirs.phones)


def test_progress_rises_to_one(tiny, babble):
    told = []
    hear(babble(2), progress=lambda fraction, message: told.append((fraction, message)))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert all(message for _, message in told)


def test_progress_can_cancel(tiny, babble):
    class CancelledError(Exception):
        pass

    def cancel(fraction, message):
        if fraction > 0:
            raise CancelledError

    with pytest.raises(CancelledError):
        hear(babble(2), progress=cancel)


def test_hearing_twice_is_the_same(tiny, babble):
    first, second = hear(babble(2)), hear(babble(2))
    for name in TRACKS:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert first.events == second.events
