# SPDX-License-Identifier: GPL-3.0-or-later
"""Head and brows answer to the voice: they follow its melody, beat its stresses, ask with it, and leave noise alone."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.acting import act
from parlance.inference.audio import Audio
from parlance.inference.direction import Direction
from parlance.inference.files import read
from parlance.inference.hearing import hear
from parlance.inference.performance import FRAME_RATE, Event

FPS = 50
BROW = arkit.INDEX["browInnerUp"]
STILL = Direction(head_sway=0.0, head_gaze=0.0, breath=0.0, auto_tension=0.0, head_voice=0.0)


@pytest.fixture
def talk(spoken):
    """A minute whose pitch goes up and down by itself, and nothing else."""
    return replace(spoken(60), events=())


def chin(performance, **direction):
    return -act(performance, Direction(**direction), fps=FPS, start=0.0).head[:, 0]


def followed(performance, track):
    voiced = performance.pitch != 0
    pitch = np.convolve(performance.pitch, np.ones(15) / 15, "same")
    return np.corrcoef(pitch[voiced], track[: len(pitch)][voiced])[0, 1]


def test_the_chin_follows_the_melody_of_the_voice(talk):
    assert np.mean([followed(talk, chin(talk, seed=seed)) for seed in range(5)]) > 0.3
    assert abs(np.mean([followed(talk, chin(talk, seed=seed, head_voice=0.0)) for seed in range(5)])) < 0.15


def test_the_brows_follow_it_too(talk):
    raised = [act(talk, Direction(seed=seed, life=0.0), fps=FPS, start=0.0).shapes[:, BROW] for seed in range(5)]
    assert np.mean([followed(talk, track) for track in raised]) > 0.3


def test_a_high_voice_and_a_low_one_that_speak_alike_move_alike(talk):
    """Pitch is relative and so is loudness: recorded louder, nothing changes."""
    louder = replace(talk, loudness=talk.loudness + 12)
    np.testing.assert_allclose(chin(talk), chin(louder), atol=1e-3)


def test_a_stressed_syllable_has_a_stroke_that_is_lowest_on_it(spoken):
    performance, lowest, found = spoken(60), [], 0
    accents = [event for event in performance.events if event.kind == "accent"]
    down = act(performance, STILL, fps=FPS, start=0.0).head[:, 0]
    turns = np.flatnonzero((down[1:-1] >= down[:-2]) & (down[1:-1] > down[2:])) + 1
    lowest = turns[down[turns] > 1.0] / FPS
    for event in accents:
        found += np.abs(lowest - event.time - event.duration / 2).min() <= 0.08
    assert found / len(accents) > 0.5
    assert np.abs(act(performance, replace(STILL, head_nods=0.0), fps=FPS, start=0.0).head[:, 0]).max() < np.abs(down).max() / 2


def test_stronger_accents_have_longer_strokes(spoken):
    performance = replace(spoken(60), events=())
    reached = []
    for strength in (0.4, 0.9):
        accents = tuple(Event("accent", 2.0 + 3 * index, 0.12, strength) for index in range(18))
        head = act(replace(performance, events=accents), STILL, fps=FPS, start=0.0).head[:, 0]
        reached.append(
            np.mean([head[round((event.time - 0.1) * FPS) : round((event.time + 0.3) * FPS)].max() for event in accents])
        )
    assert reached[1] > 1.8 * reached[0]


def asking(spoken):
    """The same sentence twice: told, and asked."""
    performance = spoken(12.0, seed=3)
    end = next(event for event in performance.events if event.kind == "phrase_end" and event.duration > 0.5)
    last = round(end.time * FRAME_RATE)
    pitch = np.where(performance.voicing > 0, -0.5, 0.0).astype(np.float32)
    risen = pitch.copy()
    risen[last - 14 : last] = np.linspace(-0.5, 8.0, 14)
    voicing = performance.voicing.copy()
    voicing[last - 14 : last] = 1
    return end.time, [replace(performance, pitch=each, voicing=voicing) for each in (pitch, risen)]


def test_brows_stress_what_is_said_high_sooner_than_what_is_said_low(spoken):
    performance = spoken(60)
    accents = [event for event in performance.events if event.kind == "accent"]
    pitch = performance.pitch.copy()
    for event, high in zip(accents, itertools.cycle((5, -5))):
        here = slice(round((event.time - 0.2) * FRAME_RATE), round((event.end + 0.2) * FRAME_RATE))
        pitch[here] = np.where(pitch[here] != 0, high, 0)
    sung = replace(performance, pitch=pitch)
    raised = []
    for seed in range(4):
        lively = act(sung, Direction(seed=seed, brow_frown=0.0, head_sway=0.0, head_gaze=0.0), fps=FPS, start=0.0)
        frames = [round((event.time + event.duration / 2) * FPS) for event in accents]
        raised += [[lively.shapes[frame, BROW] > 0.25 for frame in frames[start::2]] for start in (0, 1)]
    assert np.mean(raised[0::2]) > 1.4 * np.mean(raised[1::2]) > 0


def test_a_question_lifts_brows_and_chin_at_its_end(spoken):
    time, (told, asked) = asking(spoken)
    here = slice(round((time - 0.1) * FPS), round((time + 0.3) * FPS))
    for measured in (lambda take: take.shapes[here, BROW].max(), lambda take: -take.head[here, 0].min()):
        one, other = (
            np.mean([measured(act(each, Direction(seed=seed, brow_chance=1.0), fps=FPS, start=0.0)) for seed in range(8)])
            for each in (told, asked)
        )
        assert other > one + 0.15


@pytest.mark.parametrize(
    ("tension", "low", "high"), [(0.7, [3.0, 5.0, 2.8], [5.5, 9.0, 5.5]), (-0.7, [1.4, 2.4, 1.2], [3.0, 5.0, 3.0])]
)
def test_lively_voices_turn_the_head_as_people_on_stage_and_calm_ones_half_as_far(spoken, tension, low, high):
    takes = [act(spoken(120), Direction(seed=seed, tension=tension, auto_tension=0.0), fps=24, start=0.0) for seed in range(4)]
    angles = np.mean([take.head[24:-24].std(axis=0) for take in takes], axis=0)
    assert np.all(angles > low)
    assert np.all(angles < high)


def test_takes_differ_and_each_is_itself_again(talk):
    one, again, other = (act(talk, Direction(seed=seed), fps=FPS, start=0.0).head for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).mean() > 0.5


@pytest.fixture
def noises():
    """Clatter, a chord, hiss: ten seconds without a voice."""
    rng = np.random.default_rng(3)
    time = np.arange(160_000) / 16_000
    clatter = np.zeros(160_000)
    for hit in rng.uniform(0.5, 9.5, 30):
        at = int(hit * 16_000)
        clatter[at : at + 800] += rng.normal(size=800) * np.exp(-np.arange(800) / 120)
    chord = sum(np.sin(2 * np.pi * hertz * time) / number for hertz in (220, 277, 330) for number in (1, 2, 3))
    return {"clatter": 0.3 * clatter, "chord": 0.05 * chord, "hiss": 0.02 * rng.normal(size=160_000)}


@pytest.mark.parametrize("name", ["clatter", "chord", "hiss"])
def test_no_nod_to_noise(noises, real, name):
    performance = hear(Audio(noises[name].astype(np.float32)))
    assert not [event for event in performance.events if event.kind == "accent"]
    beating = act(performance, Direction(seed=1), fps=FPS, start=0.0).head
    without = act(performance, Direction(seed=1, head_nods=0.0, head_voice=0.0), fps=FPS, start=0.0).head
    assert np.abs(beating - without).max() < 0.5


def test_a_whisper_still_moves_the_head(real, request):
    voice = read(request.config.rootpath / "demo/hello.flac")
    heard = hear(voice)
    whispered = replace(heard, pitch=np.zeros_like(heard.pitch), voicing=np.zeros_like(heard.voicing))
    moved = chin(whispered, head_sway=0.0)
    assert moved.std() > 0.4
