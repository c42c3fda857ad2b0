# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings are read with our phones, and no speaker is both learned from and judged on."""

import json

import numpy as np
import pytest
import soundfile

from parlance.inference.errors import ParlanceError
from parlance.models import corpora
from parlance.models.corpora import read_audio, split_of

needs_data = pytest.mark.skipif(not corpora.available(), reason="the corpora are not here")


@pytest.fixture
def tiny_corpus(tmp_path, monkeypatch):
    (tmp_path / "labels").mkdir()
    (tmp_path / "audio" / "an4").mkdir(parents=True)
    row = {"id": "an1-fcaw-b", "speaker": "an4_fcaw", "language": "en-US", "text": "ME", "alphabet": "arpabet"}
    labelled = row | {"phones": [["M", 0.1, 0.2], ["IY", 0.2, 0.4]]}
    rows = [labelled, row | {"id": "an2-mabc-b", "speaker": "an4_mabc", "phones": None}]
    (tmp_path / "labels" / "an4.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    file = tmp_path / "audio" / "an4" / "an1-fcaw-b.opus"
    soundfile.write(file, np.zeros(16000, np.float32), 16000, format="OGG", subtype="OPUS")
    monkeypatch.setenv("PARLANCE_DATA", str(tmp_path))


@pytest.mark.usefixtures("tiny_corpus")
def test_a_corpus_is_read_with_our_phones_and_its_split():
    first, second = corpora.read("an4")
    assert [(p.symbol, p.start, p.end) for p in first.phones] == [("sil", 0.0, 0.1), ("m", 0.1, 0.2), ("i", 0.2, 0.4)]
    assert first.split == "test"
    assert second.phones is None
    assert second.split == "train"
    assert len(read_audio(first.path)) == 16000


@pytest.mark.usefixtures("tiny_corpus")
def test_a_corpus_that_is_not_there_says_so():
    assert corpora.available() == ("an4",)
    with pytest.raises(ParlanceError, match="emodb"):
        corpora.read("emodb")


def test_audio_at_another_rate_is_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(100), 44100)
    with pytest.raises(ValueError, match="16000"):
        read_audio(tmp_path / "a.wav")


def test_emodb_holds_out_a_woman_and_a_man():
    held = {s for s in ("08", "09", "10", "11", "12", "13", "14", "15") if split_of("emodb", f"emodb_{s}", "x") == "test"}
    assert held == {"09", "15"}


@needs_data
@pytest.mark.parametrize(
    "corpus", ["an4", "emodb", "librispeech", "picovoice_orders", "picovoice_wake", "speech_commands", "arabic_commands"]
)
def test_no_speaker_is_in_two_splits(corpus):
    if corpus not in corpora.available():
        pytest.skip("not here")
    splits = {}
    for utterance in corpora.read(corpus):
        splits.setdefault(utterance.speaker, set()).add(utterance.split)
    assert all(len(found) == 1 for found in splits.values())
    assert {split for found in splits.values() for split in found} == {"train", "valid", "test"}


@needs_data
def test_film_of_unknown_faces_only_judges():
    if "grid_faces" not in corpora.available():
        pytest.skip("not here")
    assert {u.split for u in corpora.read("grid_faces")} == {"valid"}


@needs_data
def test_grid_tests_every_word():
    clips = corpora.read("grid_s1")
    for position in range(6):
        tested = {u.id[position] for u in clips if u.split == "test"}
        assert tested == {u.id[position] for u in clips}
