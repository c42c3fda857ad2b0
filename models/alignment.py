# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech with a text but no phones: espeak-ng says which phones, our own model when.

Training runs twice: a first network, trained on what is labelled, aligns the rest (`align_corpus`); the second learns from
that too.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..inference.audio import SAMPLE_RATE
from ..inference.errors import ParlanceError
from ..inference.hearing.segment import align
from ..inference.performance import Phone
from .corpora import Utterance, read, read_audio
from .symbols import from_espeak
from .targets.cache import FOLDER

Hear = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Waveform float32[n] → phone probabilities float32[T, P]."""

CORPORA: Final = ("kerstin_de",)
"""What is aligned: it has a text and nothing else."""
DOUBTFUL: Final = 0.1
"""Share of a corpus' utterances, the least confidently aligned, that are left out: there the reader said something else, or
espeak-ng did not know a name."""
_VOICES: Final = {"de-DE": "de", "nl-NL": "nl", "en-US": "en-us", "en-GB": "en"}
_ACCENTS: Final[dict[str, dict[str, str]]] = {"de-DE": {"ɑ": "a", "ɾ": "x", "r": "x", "ɝ": "ʌ"}}
"""Where espeak-ng transcribes differently from how people of that language are labelled elsewhere: its German r is a tap, its a
is back, its -er is r-coloured."""


class _Row(TypedDict):
    score: float
    phones: list[tuple[str, float, float, float]]


@dataclass(frozen=True)
class Transcript:
    """symbols: phone classes in order, with a silence before, after and between words.  optional: which of them are silences."""

    symbols: tuple[str, ...]
    optional: tuple[int, ...]


def transcribe(text: str, language: str) -> Transcript:
    """What espeak-ng would say. Raises ParlanceError when it is missing, or for a language of no voice here."""
    if language not in _VOICES:
        raise ParlanceError(f"There is no voice to transcribe {language} with.")
    command = ["espeak-ng", "-v", _VOICES[language], "-q", "--ipa", "--sep=_", text]
    try:
        spelled = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise ParlanceError("espeak-ng is needed to align text; run: apt-get install espeak-ng") from error
    return words_to_transcript(spelled.split(), _ACCENTS.get(language, {}))


def words_to_transcript(words: Iterable[str], accent: dict[str, str]) -> Transcript:
    """Words as espeak-ng spells them ("b_ə_h_ˈaʊ_p_t_ə_n"), an optional silence around each."""
    symbols = ["sil"]
    optional = [0]
    for word in words:
        classes = [name for phone in word.split("_") for name, _ in from_espeak(phone) if name != "sil"]
        if classes:
            symbols += [accent.get(name, name) for name in classes]
            optional.append(len(symbols))
            symbols.append("sil")
    return Transcript(tuple(symbols), tuple(optional))


def align_utterance(utterance: Utterance, hear: Hear) -> tuple[tuple[Phone, ...], float]:
    """Phones with times and confidence, and the mean confidence over all frames of speech, 0..1.

    Raises ParlanceError when the text cannot be fitted into the audio.
    """
    wave = read_audio(utterance.path)
    transcript = transcribe(utterance.text or "", utterance.language)
    phones = align(hear(wave), transcript.symbols, len(wave) / SAMPLE_RATE, optional=transcript.optional)
    lengths = np.array([phone.end - phone.start for phone in phones if phone.symbol != "sil"])
    sure = np.array([phone.confidence for phone in phones if phone.symbol != "sil"])
    return phones, float((lengths * sure).sum() / max(lengths.sum(), 1e-9))


def align_corpus(corpus: str, hear: Hear) -> float:
    """Align every utterance of a corpus and keep the result; returns the mean confidence."""
    rows: dict[str, _Row] = {}
    for utterance in tqdm(read(corpus), desc=f"aligning {corpus}", unit="clip"):
        try:
            phones, score = align_utterance(utterance, hear)
        except ParlanceError as error:
            print(f"{utterance.id} left out: {error}")
            continue
        rows[utterance.id] = {
            "score": round(score, 4),
            "phones": [(p.symbol, round(p.start, 3), round(p.end, 3), round(p.confidence, 3)) for p in phones],
        }
    kept = _path(corpus)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return float(np.mean([row["score"] for row in rows.values()] or [0.0]))


def with_alignments(corpus: str, utterances: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """The same utterances, with the phones of `align_corpus` where there are none and the alignment is good enough."""
    kept = _path(corpus)
    if not kept.exists():
        return utterances
    rows: dict[str, _Row] = json.loads(kept.read_text(encoding="utf-8"))
    enough = float(np.quantile([row["score"] for row in rows.values()], DOUBTFUL))
    good = {name: row["phones"] for name, row in rows.items() if row["score"] >= enough}
    return tuple(replace(u, phones=tuple(Phone(*segment) for segment in good[u.id])) if _wants(u, good) else u for u in utterances)


def _wants(utterance: Utterance, good: Mapping[str, object]) -> bool:
    return utterance.phones is None and utterance.id in good


def _path(corpus: str) -> Path:
    return FOLDER / "alignments" / f"{corpus}.json"
