# SPDX-License-Identifier: GPL-3.0-or-later
"""What is prepared of a corpus, and which of it teaches what."""

import numpy as np
import pytest

from parlance.models import corpora, dataset
from parlance.models.targets.teacher import TARGETS


def test_a_corpus_that_is_not_there_is_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("PARLANCE_DATA", str(tmp_path))
    assert dataset.utterances("emodb") == ()


@pytest.mark.parametrize(("samples", "frames"), [(0, 0), (1, 1), (320, 1), (321, 2), (16000, 50)])
def test_the_last_frame_may_be_cut_short(samples, frames):
    assert dataset.frames_of(np.zeros(samples, np.float32)) == frames


@pytest.mark.skipif("an4" not in corpora.available(), reason="the corpora are not here")
def test_unfilmed_speech_is_taught_and_unlabelled_speech_is_not(monkeypatch):
    monkeypatch.setattr("parlance.models.targets.teacher.halfway", lambda: TARGETS)
    spoken = dataset.utterances("an4")
    labelled = next(u for u in spoken if u.phones)
    silent = next(u for u in spoken if not u.phones)
    wave = corpora.read_audio(labelled.path)
    face, seen = dataset.targets(labelled, wave)
    assert not seen
    assert len(face.weights) == dataset.frames_of(wave)
    assert dataset.targets(silent, wave) == (None, False)
