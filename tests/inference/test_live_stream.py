# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen live: the same whatever the pieces, near what a whole recording gives, and never ended by a bad sound."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference import arkit, files, geometry
from parlance.inference.audio import Audio
from parlance.inference.direction import Direction
from parlance.inference.errors import ParlanceError
from parlance.inference.hearing import engines, hear
from parlance.inference.live import ear, spectrum
from parlance.inference.live.resample import Resampler
from parlance.inference.live.stream import CHOICES, LiveStream
from parlance.inference.rigging.own_visemes import looks, looks_of

RATE = 16_000
SPEECH = Path(__file__).resolve().parents[2] / "demo/hello.flac"
GAP = geometry.INDEX["gap"]


def buzz(seconds: float, seed: int = 0) -> np.ndarray:
    """A voice of sorts: a buzz in two resonances that move, with pauses."""
    time = np.arange(round(seconds * RATE)) / RATE
    random = np.random.default_rng(seed)
    buzzing = sum(np.sin(2 * np.pi * 120 * n * time) / n for n in range(1, 30))
    swell = np.clip(np.sin(2 * np.pi * 1.7 * time + random.uniform(0, 6)), 0, None)
    return (0.1 * buzzing * swell + 0.002 * random.standard_normal(len(time))).astype(np.float32)


def frames_of(stream, wave, cuts):
    shown = []
    for part in np.split(wave, cuts):
        shown += stream.feed(part)
    return shown + stream.finish()


@pytest.fixture(scope="module")
def reference():
    wave = buzz(1.2)
    return wave, {choice: frames_of(LiveStream(look_ahead=choice), wave, []) for choice in (CHOICES[0], CHOICES[2])}


@settings(max_examples=4, deadline=None)
@given(st.lists(st.integers(0, round(1.2 * RATE)), max_size=12), st.sampled_from((CHOICES[0], CHOICES[2])))
def test_however_sound_arrives_the_frames_are_the_same(reference, cuts, choice):
    wave, whole = reference
    shown = frames_of(LiveStream(look_ahead=choice), wave, sorted(cuts))
    assert len(shown) == len(whole[choice])
    for one, other in zip(shown, whole[choice], strict=True):
        assert one.time == other.time
        np.testing.assert_array_equal(one.shapes, other.shapes)
        np.testing.assert_array_equal(one.head, other.head)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from((8000, 22050, 44100, 48000)), st.lists(st.integers(0, 9000), max_size=8))
def test_a_resampled_sound_does_not_depend_on_its_pieces(rate, cuts):
    wave = np.random.default_rng(1).standard_normal(9000).astype(np.float32)
    whole = Resampler(rate).feed(wave)
    other = Resampler(rate)
    np.testing.assert_array_equal(np.concatenate([other.feed(part) for part in np.split(wave, sorted(cuts))]), whole)
    assert abs(len(whole) - 9000 * RATE / rate) < 40


def test_a_tone_is_the_same_tone_at_another_rate():
    for rate in (8000, 44100, 48000):
        tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate).astype(np.float32)
        made = Resampler(rate).feed(tone)[200:15000]
        wanted = np.sin(2 * np.pi * 440 * (np.arange(len(made)) + 200) / RATE)
        assert np.abs(made - wanted).max() < 0.01
    above = np.sin(2 * np.pi * 11_000 * np.arange(48_000) / 48_000).astype(np.float32)
    assert np.abs(Resampler(48_000).feed(above)[200:15000]).max() < 0.02


def test_frames_come_at_their_rate_and_as_late_as_promised():
    wave = buzz(0.8)
    for choice in CHOICES:
        stream = LiveStream(look_ahead=choice, alive=False)
        heard, shown = 0, []
        for part in np.array_split(wave, 80):
            heard += len(part)
            for frame in stream.feed(part):
                assert heard / RATE - frame.time <= stream.delay + 0.0101
                assert heard / RATE - frame.time >= choice
                shown.append(frame)
        np.testing.assert_allclose([frame.time for frame in shown], np.arange(len(shown)) / 60)
        assert len(shown) >= (0.8 - stream.delay) * 60 - 1
        shown += stream.finish()
        assert len(shown) >= 47


def test_silence_rests_and_is_told_once():
    stream = LiveStream(alive=False)
    shown = stream.feed(np.zeros(round(8.5 * RATE), np.float32))
    assert max(frame.shapes.max() for frame in shown) < 0.03
    assert max(frame.shapes.max() for frame in shown[60:]) == 0
    assert [note.kind for note in stream.notes] == ["silence"]
    stream.notes.clear()
    stream.feed(np.concatenate([buzz(0.5), np.zeros(round(8.5 * RATE), np.float32)]))
    assert [note.kind for note in stream.notes] == ["silence"]


def test_clipping_and_broken_samples_are_told_and_survived():
    stream = LiveStream(alive=False)
    bad = np.clip(80 * buzz(3.0), -1, 1)
    bad[5000:5100] = np.nan
    bad[6000] = np.inf
    shown = stream.feed(bad)
    assert {note.kind for note in stream.notes} == {"clipping", "broken"}
    assert len(stream.notes) == 2
    assert all(np.isfinite(frame.shapes).all() and 0 <= frame.shapes.min() <= frame.shapes.max() <= 1 for frame in shown)


def test_a_live_face_blinks_and_moves_its_head_a_little_without_jumps():
    shown = LiveStream(alive=True).feed(np.zeros(10 * RATE, np.float32))
    lids = np.array([frame.shapes[arkit.INDEX["eyeBlinkLeft"]] for frame in shown])
    head = np.stack([frame.head for frame in shown])
    assert 1 <= ((lids[1:] > 0.6) & (lids[:-1] <= 0.6)).sum() <= 12
    assert 0.2 < np.ptp(head, axis=0).max() < 25
    assert np.abs(np.diff(head, axis=0)).max() < 3
    still = LiveStream(alive=False).feed(buzz(0.5))
    upper = [arkit.INDEX[name] for name in ("eyeBlinkLeft", "browInnerUp", "eyeLookUpLeft")]
    assert max(frame.shapes[upper].max() for frame in still) == 0


def test_sliders_shape_the_live_mouth():
    wave = files.read(SPEECH).samples[:RATE]

    def opened(direction):
        shown = LiveStream(alive=False, direction=direction).feed(wave)
        return max(frame.shapes[arkit.INDEX["jawOpen"]] for frame in shown)

    assert opened(Direction(jaw=0.3)) < 0.6 * opened(Direction())


def test_lips_meet_on_the_face_that_shows_it():
    wave = files.read(SPEECH).samples[: 3 * RATE]
    apart = replace(geometry.REFERENCE, neutral=geometry.REFERENCE.neutral + np.float32(2.5) * (np.arange(geometry.COUNT) == GAP))

    def gaps(stream):
        return geometry.measure(np.stack([frame.shapes for frame in stream.feed(wave)]), apart)[:, GAP]

    own, reference = gaps(LiveStream(alive=False, geometry=apart)), gaps(LiveStream(alive=False))
    assert own.min() < 0.3 < 1.0 < reference.min()


def test_it_tells_which_visemes_are_said():
    audio = Audio(files.read(SPEECH).samples[: 5 * RATE])
    shown = LiveStream(alive=False, look_ahead=0.26).feed(audio.samples)
    live = looks_of(np.stack([frame.said for frame in shown]))
    whole = looks(hear(audio), np.array([frame.time for frame in shown]))
    clear = whole.max(axis=1) > 0.6
    assert clear.sum() > 100
    assert (live.argmax(axis=1) == whole.argmax(axis=1))[clear].mean() > 0.8


def test_both_executors_hear_the_same(monkeypatch):
    wave = files.read(SPEECH).samples[:RATE]
    first = LiveStream(alive=False)
    if first.engine.name != "onnxruntime":
        pytest.skip("onnxruntime is not installed")
    one = first.feed(wave)
    monkeypatch.setenv(engines.FORCE, "numpy")
    other = LiveStream(alive=False)
    assert other.engine.name == "NumPy"
    for a, b in zip(one, other.feed(wave), strict=True):
        np.testing.assert_allclose(a.shapes, b.shapes, atol=2e-3)


def test_memory_does_not_grow_with_the_sound():
    stream = LiveStream(alive=False)
    stream.feed(buzz(1.0))
    kept = [len(stream._spectrum._waiting), stream._window._posteriors.shape, stream._ear._state.shape]
    for _ in range(3):
        stream.feed(buzz(1.0))
    assert [len(stream._spectrum._waiting), stream._window._posteriors.shape, stream._ear._state.shape] == kept
    assert len(stream._spectrum._waiting) < spectrum.NEEDED + 320


@pytest.mark.parametrize("wrong", [{"look_ahead": 0.1}, {"rate": 100}, {"fps": 0.0}, {"fps": 1e9}])
def test_what_cannot_be_is_told(wrong):
    with pytest.raises(ParlanceError):
        LiveStream(**wrong)


def test_the_weights_are_small_and_say_what_they_are():
    from parlance.inference.hearing import weights

    assert weights.find_live().stat().st_size <= 3_000_000
    assert weights.find().name != weights.LIVE
    assert ear.live_engine().spec.look_aheads == ear.LOOK_AHEADS


def test_other_weights_are_refused():
    from parlance.inference.hearing.engines import engine

    with pytest.raises(ParlanceError, match="live"):
        ear.LiveSpec.from_metadata(engine().executor.metadata)
