# SPDX-License-Identifier: GPL-3.0-or-later
"""Loudness, pitch and arousal against sounds whose answer is known."""

import numpy as np
import pytest

from parlance.inference.audio import SAMPLE_RATE
from parlance.inference.hearing import prosody
from parlance.inference.hearing.speaker import HIGHER, relative_arousal
from parlance.inference.performance import FRAME_RATE

FORMANTS = ((700, 1200, 2600), (300, 2200, 3000), (350, 800, 2500))


def voice(hertz, formants=FORMANTS[0], noise=0.0, level=0.1):
    """Pulses at the pitch of each sample, through resonances; a vowel to a pitch tracker."""
    phase = np.cumsum(hertz / SAMPLE_RATE)
    pulses = np.diff(np.floor(phase), prepend=0)
    spectrum = np.fft.rfft(pulses)
    frequency = np.fft.rfftfreq(len(pulses), 1 / SAMPLE_RATE)
    gain = sum(1 / (1 + ((frequency - formant) / 60) ** 2) for formant in formants) + 0.02
    sound = np.fft.irfft(spectrum * gain / (1 + frequency / 300), len(pulses))
    sound *= level / np.sqrt((sound**2).mean())
    return (sound + noise * level * np.random.default_rng(0).normal(size=len(sound))).astype(np.float32)


def test_loudness_of_a_tone_is_its_level():
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    heard = prosody.loudness(tone.astype(np.float32), 50)
    np.testing.assert_allclose(heard[2:-2], 20 * np.log10(0.5 / np.sqrt(2)), atol=0.1)


def test_digital_silence_is_the_floor():
    assert (prosody.loudness(np.zeros(3200, np.float32), 10) == prosody.QUIETEST).all()


@pytest.mark.parametrize("formants", FORMANTS)
@pytest.mark.parametrize("hertz", [75, 110, 180, 260, 400])
def test_steady_pitch_is_found(hertz, formants):
    sound = voice(np.full(SAMPLE_RATE, float(hertz)), formants, noise=0.1)
    found, voicing = prosody.pitch(sound, 50)
    inside = slice(4, -4)
    assert (voicing[inside] >= prosody.VOICED).all()
    np.testing.assert_allclose(12 * np.log2(found[inside] / hertz), 0, atol=0.4)


def test_gliding_pitch_is_followed():
    hertz = 120 * 2 ** (np.sin(np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE * np.pi) * 0.5)
    found, _ = prosody.pitch(voice(hertz, noise=0.05), 100)
    truth = hertz[HOP // 2 :: HOP]
    assert np.percentile(np.abs(12 * np.log2(found[5:-5] / truth[5:-5])), 95) < 0.7


HOP = int(SAMPLE_RATE / FRAME_RATE)


@pytest.mark.parametrize("gain", [1.0, 0.03])
def test_noise_has_no_pitch(gain):
    noise = gain * 0.1 * np.random.default_rng(0).normal(size=3 * SAMPLE_RATE)
    found, voicing = prosody.pitch(noise.astype(np.float32), 150)
    assert (found > 0).mean() < 0.06
    assert voicing.mean() < 0.3


def test_quiet_voices_keep_their_pitch():
    sound = voice(np.full(SAMPLE_RATE, 140.0), noise=0.02)
    loud, _ = prosody.pitch(sound, 50)
    quiet, _ = prosody.pitch(sound * np.float32(10 ** (-40 / 20)), 50)
    np.testing.assert_allclose(quiet[4:-4], loud[4:-4], rtol=0.01)


def test_semitones_are_relative_to_the_median():
    hertz = np.array([0, 100, 100, 200, 0], np.float32)
    np.testing.assert_allclose(prosody.semitones(hertz), [0, 0, 0, 12, 0], atol=1e-4)


def test_arousal_is_relative_to_the_speaker():
    rng = np.random.default_rng(0)
    speech = np.ones(3000, np.float32)
    calm_then_tense = np.where(np.arange(3000) < 1500, -0.3, 0.9) + 0.1 * rng.normal(size=3000)
    low = relative_arousal(calm_then_tense.astype(np.float32), speech)
    high = relative_arousal((calm_then_tense + 1).astype(np.float32), speech)
    assert low[:1300].mean() < -0.25
    assert low[1700:].mean() > 0.25
    assert np.abs(high - low).mean() < 0.2
    assert np.abs(low).max() <= 1


def test_a_higher_voice_is_not_a_tenser_one():
    speech = np.ones(150, np.float32)
    low, high = (np.full(150, value, np.float32) for value in (110.0, 210.0))
    raised = np.float32(HIGHER * 12 * np.log2(210 / 110))
    voices = ((-0.6, low), (-0.6 + raised, high))
    calm = [relative_arousal(np.full(150, raw, np.float32), speech, hertz).mean() for raw, hertz in voices]
    assert abs(calm[0] - calm[1]) < 0.05


def test_arousal_rests_while_nobody_speaks():
    speech = np.concatenate([np.ones(500), np.zeros(500)]).astype(np.float32)
    assert np.abs(relative_arousal(np.full(1000, 2.0, np.float32), speech)[650:]).max() < 0.05
