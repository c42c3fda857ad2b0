# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses, phrase ends, accents and breaths in made-up speech where we know them."""

import numpy as np

from parlance.inference.hearing import events
from parlance.inference.performance import FRAME_RATE, Phone


def sentence(syllables=12, pause_after=(5,), pause=0.6):
    """Syllables of 0.2 s: a consonant and a vowel; silences of 0.4 s around."""
    phones, now = [Phone("sil", 0.0, 0.4)], 0.4
    for index in range(syllables):
        phones += [Phone("t", now, now + 0.08), Phone("a", now + 0.08, now + 0.2)]
        now += 0.2
        if index in pause_after:
            phones.append(Phone("sil", now, now + pause))
            now += pause
    return [*phones, Phone("sil", now, now + 0.4)]


def sound_of(phones):
    frames = round(phones[-1].end * FRAME_RATE)
    loudness, voicing = np.full(frames, -70.0), np.zeros(frames)
    for phone in phones:
        part = slice(round(phone.start * FRAME_RATE), round(phone.end * FRAME_RATE))
        loudness[part] = {"sil": -70.0, "t": -35.0, "a": -22.0}[phone.symbol]
        voicing[part] = float(phone.symbol == "a")
    return events.Sound(loudness, loudness - 10, np.zeros(frames), voicing)


def of_kind(found, kind):
    return [event for event in found if event.kind == kind]


def test_pauses_and_phrase_ends():
    phones = sentence()
    found = events.find(phones, sound_of(phones))
    assert [(round(e.time, 3), round(e.duration, 3)) for e in of_kind(found, "pause")] == [(0.0, 0.4), (1.6, 0.6), (3.4, 0.4)]
    assert [round(e.time, 3) for e in of_kind(found, "phrase_end")] == [1.6, 3.4]
    times = [event.time for event in found]
    assert times == sorted(times)
    assert all(0 <= event.strength <= 1 for event in found)


def test_speech_that_runs_to_the_end_ends_a_phrase():
    phones = sentence()[:-1]
    assert round(of_kind(events.find(phones, sound_of(phones)), "phrase_end")[-1].time, 3) == 3.4


def test_even_syllables_have_no_accent():
    phones = sentence(pause_after=())
    assert not of_kind(events.find(phones, sound_of(phones)), "accent")


def test_a_louder_higher_syllable_is_the_accent():
    phones = sentence(pause_after=())
    sound = sound_of(phones)
    vowel = [phone for phone in phones if phone.symbol == "a"][4]
    part = slice(round(vowel.start * FRAME_RATE), round(vowel.end * FRAME_RATE))
    sound.loudness[part] += 5
    sound.pitch[part] += 4
    accents = of_kind(events.find(phones, sound), "accent")
    assert [round(e.time, 2) for e in accents] == [round(vowel.start, 2)]


def test_a_stronger_accent_is_stronger():
    strengths = []
    for lift in (6, 10):
        phones = sentence(pause_after=())
        sound = sound_of(phones)
        sound.loudness[round(1.28 * FRAME_RATE) : round(1.4 * FRAME_RATE)] += lift
        strengths.append(max(e.strength for e in of_kind(events.find(phones, sound), "accent")))
    assert strengths[1] > strengths[0]


def test_a_breath_is_airy_noise_in_a_pause():
    phones = sentence(pause=0.8)
    sound = sound_of(phones)
    sound.air[round(1.85 * FRAME_RATE) : round(2.25 * FRAME_RATE)] += 18
    sound.loudness[round(1.85 * FRAME_RATE) : round(2.25 * FRAME_RATE)] += 12
    breaths = list(events.breaths(phones, sound))
    assert len(breaths) == 1
    assert abs(breaths[0].time - 1.85) < 0.05
    assert abs(breaths[0].duration - 0.4) < 0.06


def test_a_steady_room_does_not_breathe():
    phones = sentence(pause=0.8)
    sound = sound_of(phones)
    sound.air[:] += np.random.default_rng(0).normal(0, 1.5, len(sound.air))
    assert not list(events.breaths(phones, sound))


def test_nothing_said_has_no_events_but_the_pause():
    phones = [Phone("sil", 0.0, 2.0)]
    assert {event.kind for event in events.find(phones, sound_of(phones))} == {"pause"}
