# SPDX-License-Identifier: GPL-3.0-or-later
"""Voices that speak for the training: they tell where their phones are, and say what is missing."""

import numpy as np
import pytest

from parlance.inference.errors import ParlanceError
from parlance.models.symbols import to_phones
from parlance.models.synthesis import all_voices, espeak, festival, installed, missing
from parlance.models.synthesis.spoken import Spoken, at_rate, finished
from parlance.models.synthesis.texts import SENTENCES, text

VOICES = {voice.speaker: voice for voice in all_voices()}


def has(name):
    return pytest.mark.skipif(not installed(VOICES[name]), reason=f"{name} is not installed")


def level(samples, start, end):
    part = samples[round(start * 16000) : round(end * 16000)]
    return 10 * np.log10(np.mean(part.astype(np.float64) ** 2) + 1e-9)


@pytest.fixture(scope="module")
def speaker():
    return espeak.Espeak()


@has("espeak_en-us-m1")
def test_espeak_tells_where_its_phones_are(speaker):
    spoken = speaker.say("A pass. A pass.", "en-us+m1")
    phones = to_phones(spoken.segments, "espeak")
    hold = next(p for p in phones if p.symbol == "p")
    vowel = next(p for p in phones if p.symbol in ("æ", "a"))
    hiss = next(p for p in phones if p.symbol == "s")
    assert hold.end - hold.start > 0.04
    held = level(spoken.samples, hold.start + 0.01, hold.start + 0.03)
    assert level(spoken.samples, vowel.start + 0.03, vowel.end - 0.03) > held + 20
    high = np.abs(np.diff(spoken.samples[round(hiss.start * 16000) : round(hiss.end * 16000)])).mean()
    low = np.abs(spoken.samples[round(hiss.start * 16000) : round(hiss.end * 16000)]).mean()
    assert high > low
    assert phones[-1].end == pytest.approx(len(spoken.samples) / 16000, abs=0.02)


@has("espeak_en-us-m1")
def test_espeak_refuses_a_voice_it_would_not_speak_with(speaker):
    with pytest.raises(ParlanceError, match="nobody"):
        speaker.say("Hello", "nobody")


@pytest.mark.parametrize("name", ["flite_kal16", "festival_kal_diphone"])
def test_a_slower_larger_speaker_takes_longer(name, tmp_path):
    if not installed(VOICES[name]):
        pytest.skip(f"{name} is not installed")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    plain = festival.speak(VOICES[name], [festival.Line("Bob met my father.")], tmp_path / "a")[0]
    slow = festival.speak(VOICES[name], [festival.Line("Bob met my father.", pace=1.2, size=1.1)], tmp_path / "b")[0]
    assert len(slow.samples) > 1.2 * len(plain.samples)
    phones = to_phones(slow.segments, "festival:english")
    assert phones[-1].end == pytest.approx(len(slow.samples) / 16000, abs=0.05)
    spoken = [p.symbol for p in phones if p.symbol != "sil"]
    assert spoken[:3] == ["b", "ɑ", "b"]
    closure = next(p for p in phones if p.symbol == "m")
    assert closure.end > closure.start


def test_padding_shifts_the_labels_with_the_sound():
    click = np.zeros(8000, np.float32)
    click[4000:4400] = 0.5
    spoken = finished(Spoken(click, (("a", 0.25, 0.275),)), np.random.default_rng(3))
    ((_, start, end),) = spoken.segments
    assert level(spoken.samples, start, end) > level(spoken.samples, 0.0, start) + 20
    assert np.abs(spoken.samples).max() <= 1.0


def test_a_larger_speaker_is_deeper():
    tone = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000)
    deeper = at_rate(tone, 16000, 1.1)
    peak = np.abs(np.fft.rfft(deeper)).argmax() * 16000 / len(deeper)
    assert peak == pytest.approx(1000 / 1.1, rel=0.01)


def test_every_voice_has_something_to_say_and_a_name_of_its_own():
    assert len(VOICES) == len(all_voices())
    assert len({voice.language for voice in all_voices()}) >= 25
    generator = np.random.default_rng(0)
    for voice in all_voices():
        assert voice.texts in SENTENCES
        assert len(text(voice.texts, generator)) > 5


def test_what_is_missing_is_said_in_one_sentence():
    sentence = missing()
    assert sentence is None or "apt-get install" in sentence
