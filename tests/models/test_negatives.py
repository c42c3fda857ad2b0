# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds without speech that training is full of: different each time, and no voice among them."""

import numpy as np
import pytest

pytest.importorskip("torch")

from parlance.models.negatives import MAKERS, missing
from parlance.models.synthesis import effects, midi, orchestra
from parlance.models.synthesis.midi import NOTE_OFF, NOTE_ON, PROGRAM, Event

SECOND = 16_000


def spectrum(wave):
    power = np.abs(np.fft.rfft(wave)) ** 2
    return power, np.fft.rfftfreq(len(wave), 1 / SECOND)


def read_events(data):
    """(ticks, status, channel, data bytes) of the one track of a MIDI file."""
    assert data[:4] == b"MThd"
    assert data[14:18] == b"MTrk"
    track, at, now = data[22:], 0, 0
    assert len(track) == int.from_bytes(data[18:22], "big")
    while at < len(track):
        step = 0
        while track[at] & 0x80:
            step, at = step << 7 | track[at] & 0x7F, at + 1
        now += step << 7 | track[at]
        status = track[at + 1]
        size = 3 + track[at + 3] if status == 0xFF else 2 if status & 0xF0 == PROGRAM else 3
        body = track[at + 2 : at + 1 + size]
        at += 1 + size
        if status != 0xFF:
            yield now, status & 0xF0, status & 0x0F, tuple(body)


def test_a_score_is_read_back_as_it_was_written():
    events = [
        Event(0.0, PROGRAM, 3, (40,)),
        Event(0.5, NOTE_ON, 3, (60, 100)),
        Event(40.0, NOTE_OFF, 3, (60, 0)),
        Event(40.0, NOTE_ON, 3, (62, 90)),
    ]
    read = list(read_events(midi.file_of(reversed(events))))
    assert read == [(round(e.time * midi.TICKS), e.status, e.channel, e.data) for e in events]


def test_no_voice_plays():
    for seed in range(30):
        events = orchestra.score(np.random.default_rng(seed), 8.0)
        chosen = {event.data[0] for event in events if event.status == PROGRAM and event.channel != midi.DRUMS}
        assert not chosen & orchestra.VOICES
        assert any(event.status == NOTE_ON for event in events)


def test_every_note_ends():
    for seed in range(10):
        held = {}
        for event in sorted(orchestra.score(np.random.default_rng(seed), 8.0), key=lambda event: event.time):
            if event.status in (NOTE_ON, NOTE_OFF):
                key = event.channel, event.data[0]
                held[key] = held.get(key, 0) + (1 if event.status == NOTE_ON else -1)
        assert not any(held.values())


@pytest.mark.skipif(not midi.installed(), reason="FluidSynth or its sound fonts are not installed")
def test_a_note_sounds_at_its_pitch():
    organ = [Event(0.0, PROGRAM, 0, (16,)), Event(0.0, NOTE_ON, 0, (69, 100)), Event(2.0, NOTE_OFF, 0, (69, 0))]
    power, hz = spectrum(midi.play(organ, midi.installed()[-1], wet=False)[SECOND // 2 : SECOND * 3 // 2])
    near = power[np.abs(hz - 440) < 10].sum() + power[np.abs(hz - 880) < 15].sum() + power[np.abs(hz - 220) < 10].sum()
    assert near > 0.5 * power.sum()


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind not in {"silence", *missing()}])
def test_no_two_clips_of_a_kind_are_alike(kind):
    one, other = (MAKERS[kind](np.random.default_rng(seed), 3 * SECOND).astype(np.float64) for seed in (1, 2))
    assert np.std(one) > 0.01
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.5


def test_a_resonance_passes_what_lies_at_its_centre():
    noise = np.random.default_rng(0).standard_normal(2 * SECOND).astype(np.float32)
    power, hz = spectrum(effects.resonate(noise, [np.full(2 * SECOND // effects.HOP, 1000.0)], 0.1, 0.0))
    assert power[np.abs(hz - 1000) < 200].mean() > 20 * power[np.abs(hz - 3000) < 500].mean()
