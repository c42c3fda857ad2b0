# SPDX-License-Identifier: GPL-3.0-or-later
import json
import shutil
from pathlib import Path

import pytest

from parlance.inference.errors import ParlanceError
from parlance.models import alignment
from parlance.models.corpora import Utterance


def utterance(name):
    return Utterance(name, "kerstin_de", "kerstin", "de-DE", Path("none.opus"), "Mama", None, None, "train")


def test_words_have_an_optional_silence_around_them():
    transcript = alignment.words_to_transcript(["m_ˈa_m_ɑː", "(en)_", "k_ˈɔ_m_t"], {"ɑ": "a"})
    assert transcript.symbols == ("sil", "m", "a", "m", "a", "sil", "k", "ɔ", "m", "t", "sil")
    assert transcript.optional == (0, 5, 10)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_german_is_transcribed_as_german_is_labelled():
    transcript = alignment.transcribe("Rote Pflaumen, bitte.", "de-DE")
    assert transcript.symbols[:3] == ("sil", "x", "o")
    assert {"p", "f", "b", "m"} <= set(transcript.symbols)
    with pytest.raises(ParlanceError, match="xx"):
        alignment.transcribe("?", "xx")


def test_the_least_certain_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(alignment, "FOLDER", tmp_path)
    rows = {f"u{n}": {"score": n / 20, "phones": [["m", 0.0, 0.1, 0.9]]} for n in range(20)}
    (tmp_path / "alignments").mkdir()
    (tmp_path / "alignments" / "kerstin_de.json").write_text(json.dumps(rows))
    aligned = alignment.with_alignments("kerstin_de", tuple(utterance(f"u{n}") for n in range(21)))
    labelled = [u.id for u in aligned if u.phones]
    assert labelled == [f"u{n}" for n in range(2, 20)]
    assert aligned[5].phones[0].symbol == "m"
