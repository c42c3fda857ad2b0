# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech without phones, labelled by our own model: with a text, espeak-ng says which phones and the model when; without one,
the model says both. Where only the order of the phones is to be trusted, the model says when.

Training runs twice: a first network, trained on what is labelled, labels the rest (`label_corpus`, or
`python -m parlance.models.alignment RUN`); the second learns from that too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..inference.audio import SAMPLE_RATE
from ..inference.errors import ParlanceError
from ..inference.hearing.segment import align, decode
from ..inference.performance import FRAME_RATE, Phone
from .corpora import Utterance, read, read_audio
from .symbols import from_espeak
from .targets.cache import FOLDER

Hear = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Waveform float32[n] → phone probabilities float32[T, P]."""

TRUSTED: Final = {"kerstin_de": 0.9, "librispeech": 0.5, "arabic_commands": 0.7}
"""Corpus → share of its utterances, the most confidently labelled, that is learnt from. Of the rest, the reader said something
else, espeak-ng did not know a name, or the model was guessing; where there is no text, guesses are more common."""
CORPORA: Final = tuple(TRUSTED)
"""What is labelled so."""
TIMED_ANEW: Final = frozenset({"arabic_commands"})
"""Corpora whose phones are published but were timed by a network that did not know their sounds (its confidence was .27)."""
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


def label(utterance: Utterance, hear: Hear) -> tuple[Phone, ...]:
    """Phones with times and confidence, aligned to known phones or to the text where there are any, else simply decoded.

    Raises ParlanceError when the text cannot be fitted into the audio.
    """
    wave = read_audio(utterance.path)
    duration = len(wave) / SAMPLE_RATE
    if utterance.phones is not None:
        symbols = tuple(phone.symbol for phone in utterance.phones)
        pauses = tuple(place for place, symbol in enumerate(symbols) if symbol == "sil")
        return align(hear(wave), symbols, duration, optional=pauses)
    if utterance.text is None:
        return decode(hear(wave), duration)
    transcript = transcribe(utterance.text, utterance.language)
    return align(hear(wave), transcript.symbols, duration, optional=transcript.optional)


def confidence(phones: Sequence[Phone]) -> float:
    """Mean probability of the phones over all frames that are not silence, 0..1."""
    lengths = np.array([phone.end - phone.start for phone in phones if phone.symbol != "sil"])
    sure = np.array([phone.confidence for phone in phones if phone.symbol != "sil"])
    return float((lengths * sure).sum() / max(lengths.sum(), 1e-9))


def label_corpus(corpus: str, hear: Hear) -> float:
    """Label every utterance of a corpus in TRUSTED and keep the result; returns the mean confidence."""
    rows: dict[str, _Row] = {}
    for utterance in tqdm(read(corpus), desc=f"labelling {corpus}", unit="clip", mininterval=5.0):
        try:
            phones = label(utterance, hear)
        except ParlanceError as error:
            print(f"{utterance.id} left out: {error}")
            continue
        rows[utterance.id] = {
            "score": round(confidence(phones), 4),
            "phones": [(p.symbol, round(p.start, 3), round(p.end, 3), round(p.confidence, 3)) for p in phones],
        }
    kept = _path(corpus)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return float(np.mean([row["score"] for row in rows.values()] or [0.0]))


def with_alignments(corpus: str, utterances: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """The same utterances, with the phones of `label_corpus` where it was confident enough and there are none, or only such
    whose times nobody trusts (TIMED_ANEW: the others then have none)."""
    if corpus in TIMED_ANEW:
        utterances = tuple(replace(utterance, phones=None) for utterance in utterances)
    kept = _path(corpus)
    if not kept.exists():
        return utterances
    rows: dict[str, _Row] = json.loads(kept.read_text(encoding="utf-8"))
    enough = float(np.quantile([row["score"] for row in rows.values()], 1.0 - TRUSTED.get(corpus, 1.0)))
    good = {name: row["phones"] for name, row in rows.items() if row["score"] >= enough}
    return tuple(_aligned(utterance, good) for utterance in utterances)


def _aligned(utterance: Utterance, good: Mapping[str, Sequence[tuple[str, float, float, float]]]) -> Utterance:
    if utterance.phones is not None or utterance.id not in good:
        return utterance
    return replace(utterance, phones=tuple(Phone(*segment) for segment in good[utterance.id]))


def _path(corpus: str) -> Path:
    return FOLDER / "alignments" / f"{corpus}.json"


def hear_with(weights: Path) -> Hear:
    """The phone probabilities of a trained network (a run's weights.pt); half a second of silence goes around each waveform."""
    import torch

    from .export import load
    from .network import Shipped

    shipped = Shipped(load(weights)[0]).eval()
    edge = SAMPLE_RATE // 2
    skipped = round(edge / SAMPLE_RATE * FRAME_RATE)

    def hear(wave: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.no_grad():
            phones = shipped(torch.from_numpy(np.pad(wave, edge))[None])[0][0].numpy()
        return np.asarray(phones[skipped : skipped + -(-len(wave) * round(FRAME_RATE) // SAMPLE_RATE)], dtype=np.float32)

    return hear


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Label speech that has no phones.")
    parser.add_argument("run", type=Path, help="run folder of a trained network")
    parser.add_argument("--corpora", nargs="*", default=list(CORPORA))
    options = parser.parse_args()
    hear = hear_with(options.run / "weights.pt")
    for corpus in options.corpora:
        print(f"{corpus}: mean confidence {label_corpus(corpus, hear):.2f}")


if __name__ == "__main__":
    main()
