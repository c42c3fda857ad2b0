# SPDX-License-Identifier: GPL-3.0-or-later
"""Held notes keep the mouth as it was, until the voice stops."""

from dataclasses import replace

import numpy as np

from parlance.inference import phones
from parlance.inference.acting import act
from parlance.inference.arkit import INDEX
from parlance.inference.articulation import revise
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX as MEASURE
from parlance.inference.geometry import measure
from parlance.inference.performance import Phone
from parlance.inference.presets import load_preset

FPS = 24.0
NOTE = (3.0, 5.0)
"""Seconds in which a voice holds its vowel, all but the first tenth of it heard as silence."""


def sung(spoken, loudness=-20.0):
    """A second and a half of silence, half a second of [a], and a note that is lost."""
    performance = spoken(8)
    times = performance.times
    vowel = (times >= NOTE[0] - 0.2) & (times < NOTE[0] + 0.1)
    posteriors = np.zeros_like(performance.posteriors)
    posteriors[:, phones.INDEX["sil"]] = 1
    posteriors[vowel] = 0
    posteriors[vowel, phones.INDEX["a"]] = 1
    curves = np.zeros_like(performance.curves)
    curves[vowel, INDEX["jawOpen"]] = 0.5
    level = np.full(len(times), -70.0, np.float32)
    level[(times >= NOTE[0] - 0.2) & (times < NOTE[1])] = loudness
    said = (Phone("sil", 0, NOTE[0] - 0.2), Phone("a", NOTE[0] - 0.2, NOTE[0] + 0.1), Phone("sil", NOTE[0] + 0.1, 8))
    return replace(performance, posteriors=posteriors, curves=curves, loudness=level, phones=said, events=())


def opening(performance, direction):
    animation = act(performance, direction, fps=FPS, start=0.0)
    return measure(animation.shapes)[:, MEASURE["gap"]], animation.times


def test_a_singer_stays_open_for_the_whole_note_and_closes_after_it(spoken):
    gap, times = opening(sung(spoken), load_preset("singing").direction)
    held = gap[(times > NOTE[0] + 0.15) & (times < NOTE[1] - 0.1)]
    assert held.min() > 0.75 * held.max() > 5.0
    assert gap[times > NOTE[1] + 1.5].max() < 0.3 * held.max()


def test_a_vowel_that_ends_is_not_drawn_out(spoken):
    performance = sung(spoken)
    quiet = np.where(performance.times < NOTE[0] + 0.1, performance.loudness, -45.0).astype(np.float32)
    direction = replace(Direction(), sustain=1.0, relax=0.0)
    gap, times = opening(replace(performance, loudness=quiet), direction)
    plain, _ = opening(replace(performance, loudness=quiet), replace(direction, sustain=0.0))
    np.testing.assert_allclose(gap[times > NOTE[0] + 0.3], plain[times > NOTE[0] + 0.3], atol=0.3)


def test_a_silence_put_there_by_hand_ends_the_note(spoken):
    performance = sung(spoken)
    vowel = replace(performance.phones[1], end=NOTE[1])
    heard = revise(performance, (performance.phones[0], vowel, Phone("sil", NOTE[1], 8)))
    silenced = revise(heard, (*performance.phones[:2], Phone("sil", NOTE[0] + 0.1, 8)))
    gap, times = opening(silenced, replace(Direction(), sustain=1.0, relax=0.0))
    plain, _ = opening(silenced, replace(Direction(), sustain=0.0, relax=0.0))
    after = times > NOTE[0] + 0.3
    np.testing.assert_allclose(gap[after], plain[after], atol=0.3)


def test_a_sustained_tone_that_no_vowel_began_moves_nothing(spoken):
    performance = sung(spoken)
    silence = np.zeros_like(performance.posteriors)
    silence[:, phones.INDEX["sil"]] = 1
    performance = replace(performance, posteriors=silence, curves=np.zeros_like(performance.curves))
    with_it, _ = opening(performance, replace(Direction(), sustain=1.0))
    without, _ = opening(performance, replace(Direction(), sustain=0.0))
    np.testing.assert_array_equal(with_it, without)


def test_speech_is_as_it_was(spoken):
    performance = spoken(20)
    with_it, _ = opening(performance, replace(Direction(), sustain=1.0))
    without, _ = opening(performance, Direction())
    assert np.abs(with_it - without).mean() < 0.1
