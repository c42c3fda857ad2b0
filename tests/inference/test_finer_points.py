# SPDX-License-Identifier: GPL-3.0-or-later
"""Finer points that an average hides and an animator sees: each of them was once broken without a test noticing."""

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.acting import act
from parlance.inference.audio import SAMPLE_RATE
from parlance.inference.direction import Direction
from parlance.inference.hearing import prosody, rest
from parlance.inference.keying import Keys, Record, fit, noticed, regenerate
from parlance.inference.performance import FRAME_RATE as RATE

FRAME_RATE = int(RATE)
PITCH, YAW = 0, 1


def curve(frames, values):
    """Keys with level handles."""
    points = np.column_stack((frames, values)).astype(float)
    reach = np.array([1.0, 0.0])
    return Keys(points[:, 0], points[:, 1], points - reach, points + reach)


def acted(performance, fps=60, **sliders):
    return act(performance, Direction(**sliders), fps=fps, start=0.0)


CARRIED = [("sadness", PITCH, 1), ("anger", PITCH, 1), ("fear", PITCH, -1), ("disgust", YAW, 1)]


@pytest.mark.parametrize(("emotion", "axis", "way"), CARRIED)
def test_emotions_carry_the_head(spoken, emotion, axis, way):
    """Grief and anger lower it, fear draws it back, disgust turns it away."""
    without, felt = (acted(spoken(4.0), phrasing=0.0, **{emotion: level}).head for level in (0.0, 1.0))
    assert way * (felt - without)[:, axis].mean() > 0.5


def test_the_sliders_of_the_head_turn_it_as_they_say(spoken):
    for name, axis in (("head_pitch", PITCH), ("head_yaw", YAW), ("head_roll", 2)):
        turned = acted(spoken(4.0), **{name: 20.0}).head - acted(spoken(4.0)).head
        assert turned[:, axis].mean() == pytest.approx(20, abs=1)


def test_one_side_of_the_face_leads(spoken):
    """At full asymmetry a smile begins on one side some hundredths of a second before the other."""
    smiling = {"joy": 0.8, "phrasing": 0.0, "smoothing": 0.0, "life": 0.0, "auto_emotion": 0.0}
    smile = acted(spoken(4.0), asymmetry=1.0, **smiling).layers["emotion"]
    sides = [smile[:, arkit.INDEX[f"mouthSmile{side}"]] for side in ("Left", "Right")]
    begun = [int(np.argmax(side > 0.3 * side.max())) for side in sides]
    assert 0.04 <= abs(begun[0] - begun[1]) / 60 <= 0.15
    together = acted(spoken(4.0), asymmetry=0.0, **smiling).layers["emotion"]
    # Five decimals are kept.
    np.testing.assert_allclose(together[:, arkit.INDEX["mouthSmileLeft"]], together[:, arkit.INDEX["mouthSmileRight"]], atol=1e-5)


def test_lips_are_free_before_the_first_sound_and_after_the_last():
    speech = np.zeros(4 * FRAME_RATE, np.float32)
    speech[100:120] = 1.0
    free = rest.presence(speech)
    assert (free[95:125] > 0.9).all()
    assert free[92] > 0.4
    assert free[127] > 0.4
    assert not free[:80].any()
    assert not free[140:].any()


def test_a_creaking_voice_keeps_its_octave():
    """Every second pulse of the vocal folds is weaker: an octave lower fits as well, and must not be jumped to."""
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    hertz = 200 * 2 ** (0.2 * np.sin(3 * np.pi * time))
    pulse = np.floor(np.cumsum(hertz / SAMPLE_RATE))
    pulses = np.diff(pulse, prepend=0) * (1 - 0.4 * (pulse % 2))
    frequency = np.fft.rfftfreq(len(pulses), 1 / SAMPLE_RATE)
    gain = sum(1 / (1 + ((frequency - formant) / 60) ** 2) for formant in (700, 1200, 2600)) + 0.02
    voice = np.fft.irfft(np.fft.rfft(pulses) * gain / (1 + frequency / 300), len(pulses))
    found, voicing = prosody.pitch((0.1 * voice / voice.std()).astype(np.float32), 2 * FRAME_RATE)
    truth = hertz[SAMPLE_RATE // FRAME_RATE // 2 :: SAMPLE_RATE // FRAME_RATE]
    inside = slice(4, -4)
    assert (voicing[inside] >= prosody.VOICED).all()
    assert np.abs(12 * np.log2(found[inside] / truth[inside])).max() < 2


def test_a_key_that_is_needed_anyway_stands_on_an_anchor_nearby():
    """On a flank without any turn, where only splits can put a key."""
    time = np.arange(100.0)
    flank = 1 / (1 + np.exp(-(time - 50) / 7))
    needed = fit(flank, 0, tolerance=0.002).frames
    inner = [int(frame) for frame in needed if 20 < frame < 80]
    assert len(inner) > 2
    for frame in inner:
        for anchor in (frame - 2, frame + 2):
            found = fit(flank, 0, tolerance=0.002, anchors=(anchor,)).frames
            beside = [key for key in found if key != anchor and abs(key - anchor) < 3]
            assert anchor in found or not beside, "none, or one on the anchor"


def test_an_exact_change_stays_exact_when_another_is_made_beside_it():
    generated = curve([0, 10, 20, 30, 40], [0.0, 0.2, 0.4, 0.2, 0.0])
    first = curve([0, 10, 20, 30, 40], [0.0, 0.7, 0.4, 0.2, 0.0])
    record = regenerate(Record(generated, generated), generated, first, keep="verbatim")
    both = curve([0, 10, 20, 30, 40], [0.0, 0.7, 0.9, 0.2, 0.0])
    (edit,) = noticed(record, both)
    assert edit.keep == "verbatim"
    louder = curve([0, 10, 20, 30, 40], [0.0, 0.4, 0.8, 0.4, 0.0])
    written = regenerate(record, louder, both).written
    assert dict(zip(written.frames, written.values, strict=True))[10.0] == pytest.approx(0.7)
