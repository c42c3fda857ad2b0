# SPDX-License-Identifier: GPL-3.0-or-later
"""Vocal sounds are learned from made ones; sounds of games judge, found by kind and by who makes them."""

import io
import json
import zipfile

import numpy as np
import pytest

from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.files import read
from parlance.inference.hearing import hear
from parlance.models import corpora
from parlance.models.vocal import sounds as games
from parlance.models.vocal.breathing import JUDGED
from parlance.models.vocal.fit import logistic
from parlance.models.vocal.laughing import sobs
from parlance.models.vocal.made import coughs, gasp, noise, sighs
from parlance.models.vocal.throats import plain, through, voice

soundfile = pytest.importorskip("soundfile")


def made(maker, seed):
    """Through a throat that nobody has."""
    rng = np.random.default_rng(seed)
    return maker(rng, plain(rng))


def heard(samples):
    silence = np.zeros(SAMPLE_RATE // 2, np.float32)
    return [event for event in hear(Audio(np.concatenate([silence, samples, silence]))).events if event.kind != "breath"]


def test_sobs_that_nobody_learned_from_are_heard_but_never_surely():
    found = [[event for event in heard(made(sobs, seed)) if event.kind == "cry"] for seed in range(100, 112)]
    assert sum(bool(each) for each in found) >= 5
    assert all(event.confidence < 0.7 for each in found for event in each)
    assert max(event.duration for each in found for event in each) > 1.5


@pytest.mark.parametrize(("maker", "kind"), [(coughs, "cough"), (sighs, "sigh")])
def test_coughs_and_sighs_that_nobody_learned_from_are_heard(maker, kind):
    found = [{event.kind for event in heard(made(maker, seed))} for seed in range(300, 312)]
    assert sum(kind in each for each in found) >= 4
    assert sum("laugh" in each for each in found) <= 2


def test_a_gasp_is_one_breath_from_where_it_begins():
    """And no sigh of what is let out of it."""
    found = []
    for seed in range(400, 412):
        samples = made(gasp, seed).astype(np.float32)
        silence = np.zeros(SAMPLE_RATE // 2, np.float32)
        found.append(hear(Audio(np.concatenate([silence, 0.5 * samples, silence]))).events)
    breaths = [[event for event in each if event.kind == "breath"] for each in found]
    assert sum(len(each) == 1 and abs(each[0].time - 0.5) < 0.05 for each in breaths) >= 6
    assert sum(any(event.kind == "sigh" for event in each) for each in found) <= 2


def test_a_voice_goes_through_a_throat_at_its_pitch_and_formants():
    rng = np.random.default_rng(0)
    throat = plain(rng)
    wave = through(voice(rng, np.full(SAMPLE_RATE, 200.0), breathy=0.0, rough=0.0), throat.envelopes["open"][0])
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    peaks = [np.argmax(spectrum[hertz - 100 : hertz + 101]) + hertz - 100 for hertz in (200, 400, 600)]
    assert np.allclose(peaks, (200, 400, 600), atol=2)
    low, high = np.linalg.norm(spectrum[500:1200]), np.linalg.norm(spectrum[5000:5700])
    assert 10 < 20 * np.log10(low / high) < 70, "a vowel has its formants below, and some treble"


def test_knocks_and_hisses_are_neither_laughs_nor_sobs():
    events = [event for seed in range(200, 210) for event in heard(made(noise, seed)) if event.confidence > 0.6]
    assert sum(event.kind in {"laugh", "cry"} for event in events) <= 1


def test_sounds_are_read_from_folders_and_archives_each_once(tmp_path, monkeypatch):
    table = {
        "guides": ["other"],
        "packages": {"game": "data", "other": "all.pk3"},
        "sounds": [["game", "laugh", r"(?P<who>\w+)/ha\.wav"], ["other", "effort", r"sound/(?P<who>\w+)/ugh\.wav"]],
    }
    (tmp_path / "sources.json").write_text(json.dumps(table))
    monkeypatch.setattr(games, "SOURCES", tmp_path / "sources.json")
    recordings = []
    for number in range(3):
        file = io.BytesIO()
        soundfile.write(file, np.random.default_rng(number).normal(size=8000) * 0.1, 8000, format="WAV")
        recordings.append(file.getvalue())
    for who, data in (("ann", recordings[0]), ("bob", recordings[1]), ("copy", recordings[0])):
        (tmp_path / "game/data" / who).mkdir(parents=True)
        (tmp_path / "game/data" / who / "ha.wav").write_bytes(data)
    (tmp_path / "other").mkdir()
    with zipfile.ZipFile(tmp_path / "other/all.pk3", "w") as archive:
        archive.writestr("sound/cy/ugh.wav", recordings[2])
        archive.writestr("sound/cy/readme.txt", "no sound")
    found = {sound.who: sound for sound in games.sounds(tmp_path)}
    told = {who: (sound.kind, sound.split) for who, sound in found.items()}
    assert told == {"ann": ("laugh", "test"), "bob": ("laugh", "test"), "cy": ("effort", "valid")}, "they never teach"
    assert len(found["ann"].samples) == SAMPLE_RATE


def test_regression_finds_the_cue_that_tells():
    rng = np.random.default_rng(0)
    answer = rng.random(400) < 0.3
    cues = np.column_stack([answer + 0.5 * rng.normal(size=400), rng.normal(size=400), np.ones(400)])
    weights = logistic(cues, answer.astype(float), np.ones(400), np.array([1.0, 1.0]))
    assert weights[0] > 2
    assert abs(weights[1]) < 0.5


def test_what_bursts_only_once_is_no_sure_cough():
    """A glottis opens and closes in one; an oof does not."""
    once = made(coughs, 619)
    gap = np.zeros(SAMPLE_RATE // 20, np.float32)
    one, two = heard(once), heard(np.concatenate([once, gap, 0.7 * once]))
    assert not [event for event in one if event.kind == "cough" and event.confidence > 0.5]
    assert [event for event in two if event.kind == "cough" and event.confidence > 0.6]


@pytest.mark.skipif(not {"an4", "speech_commands"} <= set(corpora.available()), reason="the corpora are not here")
def test_breaths_of_speakers_kept_aside_are_surer_than_clicks_and_rooms():
    """By those that were judged by eye."""
    sure: dict[int, list[float]] = {0: [], 1: []}
    for corpus, judged in json.loads(JUDGED.read_text("utf-8")).items():
        for each in corpora.read(corpus) if corpus in ("an4", "speech_commands") else ():
            if each.split == "test" and each.id in judged:
                breaths = [event for event in hear(read(each.path)).events if event.kind == "breath"]
                for begin, right in judged[each.id]:
                    near = [event.confidence for event in breaths if abs(event.time - begin) < 0.1]
                    sure[right].append(max(near, default=0.0))
    assert len(sure[0]) > 12
    assert len(sure[1]) > 12
    assert np.mean(sure[1]) > 0.6
    assert np.mean(sure[0]) < 0.45
    assert max(sure[1]) < 1.0
