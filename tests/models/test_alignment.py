# SPDX-License-Identifier: GPL-3.0-or-later
"""Words and sounds: what is said, with the silences between, is put in time."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from parlance.inference.errors import ParlanceError
from parlance.inference.performance import Phone
from parlance.inference.phones import COUNT, INDEX
from parlance.models import alignment
from parlance.models.corpora import Utterance


def utterance(name):
    return Utterance(name, "kerstin_de", "kerstin", "de-DE", Path("none.opus"), "Mama", None, None, "train")


def test_words_have_an_optional_silence_around_them():
    transcript = alignment.words_to_transcript(["m_ˈa_m_ɑː", "(en)_", "k_ˈɔ_m_t"], {"ɑ": "a"})
    assert transcript.symbols == ("sil", "m", "a", "m", "a", "sil", "k", "ɔ", "m", "t", "sil")
    assert transcript.optional == (0, 5, 10)


def test_known_phones_only_get_new_times(tmp_path, monkeypatch):
    monkeypatch.setattr(alignment, "FOLDER", tmp_path)
    wave = tmp_path / "word.wav"
    soundfile.write(wave, np.zeros(16000, np.float32), 16000)
    said = tuple(Phone(symbol, 0.1 * k, 0.1 * (k + 1)) for k, symbol in enumerate(("sil", "b", "a", "sil")))
    word = replace(utterance("word"), corpus="arabic_commands", path=wave, phones=said)
    heard = np.full((50, COUNT), 1e-4, np.float32)
    for symbol, frames in (("sil", slice(0, 20)), ("b", slice(20, 25)), ("a", slice(25, 40)), ("sil", slice(40, 50))):
        heard[frames, INDEX[symbol]] = 0.9
    timed = alignment.label(word, lambda _: heard)
    assert [(p.symbol, round(p.start, 2)) for p in timed] == [("sil", 0.0), ("b", 0.4), ("a", 0.5), ("sil", 0.8)]
    assert alignment.with_alignments("arabic_commands", (word,))[0].phones is None, "the old times must not teach"


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
