# SPDX-License-Identifier: GPL-3.0-or-later
"""Clips that singing is judged by: held where the notes say, and as high."""

import numpy as np
import pytest

from parlance.inference.phones import VOWEL
from parlance.models.evaluate.languages import LANGUAGES, VARIANTS
from parlance.models.symbols import to_phones
from parlance.models.synthesis.instruments import MIXES, mix
from parlance.models.synthesis.song import Note, Song, sing
from parlance.models.synthesis.voices import ESPEAK_LANGUAGES, ESPEAK_VARIANTS, FESTIVAL, installed

VOICE = FESTIVAL[0]


def pitch(samples):
    """Hz, by autocorrelation."""
    likeness = np.correlate(samples, samples, "full")[len(samples) - 1 :]
    return 16000 / (60 + int(np.argmax(likeness[60:250])))


@pytest.mark.skipif(not installed(VOICE), reason=f"{VOICE.name} is not installed")
def test_a_vowel_is_as_long_and_high_as_its_note_and_consonants_stay_short(tmp_path):
    (sung,) = sing(VOICE, [Song("my moon", (Note(0.6, 110.0), Note(1.5, 140.0)))], tmp_path)
    said = to_phones(sung.segments, f"festival:{VOICE.phoneset}")
    moon = next(phone for phone in said if phone.symbol == "u")
    assert moon.end - moon.start == pytest.approx(1.5, abs=0.05)
    assert all(phone.end - phone.start < 0.12 for phone in said if phone.symbol not in VOWEL | {"sil"})
    middle = sung.samples[round((moon.start + 0.6) * 16000) : round((moon.start + 0.8) * 16000)]
    assert pitch(middle) == pytest.approx(140.0, rel=0.06)
    level = np.sqrt(np.mean(middle**2))
    late = sung.samples[round((moon.end - 0.3) * 16000) : round((moon.end - 0.2) * 16000)]
    assert np.sqrt(np.mean(late**2)) == pytest.approx(level, rel=0.5)


@pytest.mark.parametrize("name", MIXES)
def test_music_is_as_long_as_asked_and_sounds_throughout(name):
    wave = mix(name, np.random.default_rng(1), 4.0)
    assert len(wave) == 4 * 16000
    seconds = wave.reshape(4, 16000)
    assert np.sqrt(np.mean(seconds**2, axis=1)).min() > 0.01


def test_languages_said_to_be_unheard_are_not_taught():
    assert not {voice for voice, _ in LANGUAGES["never heard"].values()} & set(ESPEAK_LANGUAGES)
    assert {voice for voice, _ in LANGUAGES["synthetic only"].values()} <= set(ESPEAK_LANGUAGES)
    assert not set(VARIANTS) & set(ESPEAK_VARIANTS)
    assert sum(len(languages) for languages in LANGUAGES.values()) >= 8
