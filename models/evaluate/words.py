# SPDX-License-Identifier: GPL-3.0-or-later
"""What a text is worth: where its phones are put, what lips gain by it, and whether wrong words are found.

    python -m parlance.models.evaluate.words             # the tables, on test voices
    python -m parlance.models.evaluate.words --choose    # the weights of the evidence anew, on validation voices

Phone starts are judged against the labels of the corpora, whose own steps are 10 ms.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import geometry
from ...inference.errors import ParlanceError
from ...inference.formats import performance_file
from ...inference.hearing import engine, evidence
from ...inference.hearing.evidence import CUES, Evidence
from ...inference.hearing.word_alignment import place_words
from ...inference.performance import Performance, Phone
from ...inference.pronunciation import spoken
from ...inference.text import script
from ...inference.text.transcript import align_text, pronounce
from ..corpora import Utterance, read, read_audio
from ..corpora.utterance import Split
from ..targets.cache import FOLDER
from .metrics import closures
from .voices import LANGUAGES, listen
from .wrong_texts import KINDS, Text, variants

SPOKEN: Final = {"an4": "en", "picovoice_orders": "en", "kathleen_en": "en", "nathalie_nl": "nl", "speech_commands": "en"}
"""Corpora with text and phones, and the language of the text."""
EVERY: Final = {"speech_commands": 4}
"""Of very many single words, each so many-th."""
PENALTY: Final = 1.0
FALSE_DOUBTS: Final = 0.04
"""Share of right words that may be doubted, as chosen on validation voices."""
FALSE_REFUSALS: Final = 0.01


@dataclass(frozen=True)
class Line:
    """One recording with its text, and what was heard without it."""

    utterance: Utterance
    words: tuple[str, ...]
    heard: Performance


@dataclass(frozen=True)
class Trial:
    """A text against a recording: the cues of each word that was placed; none where it did not fit into the sound."""

    text: Text
    cues: dict[int, NDArray[np.float64]]


def lines(corpus: str, split: Split) -> list[Line]:
    """The utterances of a split that have phones and text; what was heard is kept for the next time."""
    chosen = [each for each in read(corpus) if each.split == split and each.phones and each.text]
    return [Line(each, script.parse(each.text or "").words, _heard(each)) for each in chosen[:: EVERY.get(corpus, 1)]]


def _heard(utterance: Utterance) -> Performance:
    kept = FOLDER / "heard" / engine(1).model.rpartition(" ")[2] / f"{utterance.corpus}_{utterance.id}.npz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(performance_file.to_bytes(listen(read_audio(utterance.path))))
    return performance_file.from_bytes(kept.read_bytes())


def trials(some: Sequence[Line], language: str) -> Iterator[Trial]:
    """Every line with its right text and with wrong ones."""
    for line in some:
        others = [other.words for other in some if other.words != line.words]
        for text in variants(line.words, others, zlib.crc32(line.utterance.id.encode())):
            ways = [[spoken.bare(way) for way in each] for each in pronounce(text.words, language)]
            try:
                placed = place_words(line.heard.posteriors, ways)
            except ParlanceError:
                yield Trial(text, {})
                continue
            yield Trial(text, evidence.cues_of(line.heard.posteriors, placed, line.heard.phones))


def fitted(made: Iterable[Trial]) -> Evidence:
    """Logistic regression of "this is what is said" on the cues, right and wrong counting alike; then the two limits."""
    kept = list(made)
    rows, said = [], []
    for trial in kept:
        for word, cues in trial.cues.items():
            # In a wholly other text, or in swapped words, a word may be there by chance: nobody knows.
            if trial.text.kind != "swapped" and not (trial.text.kind == "other" and trial.text.said[word]):
                rows.append(cues)
                said.append(trial.text.said[word])
    features, truth = np.array(rows), np.array(said)
    weights = _regression(features, truth)
    right = [trial for trial in kept if trial.text.kind == "right"]
    bare = Evidence(tuple(weights), 0.0, 0.0)
    sureness = [evidence.confidences(trial.cues, bare).get(word, 0.0) for trial in right for word in range(len(trial.text.words))]
    sure = float(np.quantile(sureness, FALSE_DOUBTS))
    limits = Evidence(tuple(weights), sure, 0.0)
    shares = [_share(trial, limits) for trial in right]
    return Evidence(tuple(weights), sure, float(np.quantile(shares, FALSE_REFUSALS)))


def _regression(features: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    weights = np.zeros(features.shape[1])
    balance = np.where(truth, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))
    for _ in range(50):
        guess = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (balance * (guess - truth)) + PENALTY * weights
        bend = (features * (balance * guess * (1 - guess))[:, None]).T @ features + PENALTY * np.eye(len(weights))
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def _share(trial: Trial, limits: Evidence) -> float:
    sure = evidence.confidences(trial.cues, limits)
    return sum(confidence >= limits.sure for confidence in sure.values()) / len(trial.text.words)


def found_out(made: Sequence[Trial], limits: Evidence) -> dict[str, float]:
    """Per cent of right words that are doubted, of wrong words that are, and of whole texts that are refused, by kind."""
    row: dict[str, float] = {}
    for kind in KINDS:
        some = [trial for trial in made if trial.text.kind == kind]
        marks = []
        for trial in some:
            sure = evidence.confidences(trial.cues, limits)
            marks.append([sure.get(word, 0.0) < limits.sure for word in range(len(trial.text.words))])
        wrong = [
            mark
            for trial, each in zip(some, marks, strict=True)
            for mark, said in zip(each, trial.text.said, strict=True)
            if not said
        ]
        if kind == "right":
            row["right words doubted %"] = (
                100 * float(np.mean([mark for each in marks for mark in each])) if marks else float("nan")
            )
        elif kind in {"other", "replaced", "added"} and wrong:
            row[f"{kind} words found %"] = 100 * float(np.mean(wrong))
        elif kind == "swapped" and some:
            told = [
                any(mark for mark, said in zip(each, trial.text.said, strict=True) if not said)
                for trial, each in zip(some, marks, strict=True)
            ]
            row["swapped pairs found %"] = 100 * float(np.mean(told))
        if kind in {"right", "other"} and some:
            refused = float(np.mean([_share(trial, limits) < limits.share for trial in some]))
            row[f"{kind} texts refused %"] = 100 * refused
    row["words"] = float(sum(len(trial.text.words) for trial in made if trial.text.kind == "right"))
    return row


def timing(some: Sequence[Line], language: str) -> dict[str, float]:
    """Phone starts against labels, phones right in time, and closures, without the text and with it."""
    row: dict[str, float] = {}
    led = []
    refused = 0
    for line in some:
        try:
            led.append(align_text(line.heard, line.utterance.text or "", language))
        except ParlanceError:
            led.append(line.heard)
            refused += 1
    for name, told in (("alone", [line.heard for line in some]), ("text", led)):
        starts = np.concatenate(
            [_starts(line.utterance.phones or (), each.phones) for line, each in zip(some, told, strict=True)]
        )
        gaps = [geometry.measure(each.curves)[:, geometry.INDEX["gap"]] for each in told]
        lips = closures((gap, line.utterance.phones or ()) for line, gap in zip(some, gaps, strict=True))
        row |= {
            f"start ms, {name}": 1000 * float(np.median(np.abs(starts))),
            f"p90 ms, {name}": 1000 * float(np.quantile(np.abs(starts), 0.9)),
            f"phones right, {name}": float(np.mean([_right(line, each) for line, each in zip(some, told, strict=True)])),
            f"p b m closed %, {name}": 100 * lips.recall,
            f"vowels touching %, {name}": 100 * lips.false,
        }
    row["refused"] = float(refused)
    return row


def _right(line: Line, told: Performance) -> float:
    """Share of the spoken 10 ms steps whose phone is the labelled one."""
    labels = line.utterance.phones or ()
    steps = np.arange(0.005, min(told.duration, labels[-1].end), 0.01)
    truth, guess = _at(labels, steps), _at(told.phones, steps)
    spoken_steps = truth != "sil"
    return float((truth == guess)[spoken_steps].mean()) if spoken_steps.any() else float("nan")


def _at(phones: Sequence[Phone], steps: NDArray[np.float64]) -> NDArray[np.str_]:
    ends = np.array([phone.end for phone in phones])
    places = np.minimum(np.searchsorted(ends, steps, side="right"), len(phones) - 1)
    return np.array([phone.symbol for phone in phones])[places]


def _starts(labels: Sequence[Phone], phones: Sequence[Phone]) -> NDArray[np.float64]:
    """Seconds from the labelled start of each phone to the one it was given, for those that correspond in the two sequences."""
    one = [phone for phone in labels if phone.symbol != "sil"]
    other = [phone for phone in phones if phone.symbol != "sil"]
    costs = np.zeros((len(one) + 1, len(other) + 1))
    costs[:, 0], costs[0] = np.arange(len(one) + 1), np.arange(len(other) + 1)
    for row, label in enumerate(one):
        for column, phone in enumerate(other):
            same = costs[row, column] + 1.5 * (label.symbol != phone.symbol)
            costs[row + 1, column + 1] = min(same, costs[row, column + 1] + 1, costs[row + 1, column] + 1)
    row, column, shifts = len(one), len(other), []
    while row and column:
        differs = one[row - 1].symbol != other[column - 1].symbol
        if costs[row, column] == costs[row - 1, column - 1] + 1.5 * differs:
            row, column = row - 1, column - 1
            if not differs:
                shifts.append(other[column].start - one[row].start)
        elif costs[row, column] == costs[row - 1, column] + 1:
            row -= 1
        else:
            column -= 1
    return np.array(shifts)


def _choose() -> None:
    made = [trial for corpus, language in SPOKEN.items() for trial in trials(lines(corpus, "valid"), language)]
    found = fitted(made)
    stored = {
        "weights": {name: round(weight, 4) for name, weight in zip(CUES, found.weights, strict=True)},
        "sure": round(found.sure, 4),
        "share": round(found.share, 4),
    }
    evidence.FILE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(stored))


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Judge texts against recordings.")
    parser.add_argument("--choose", action="store_true", help="choose the weights of the evidence, on validation voices")
    parser.add_argument("--split", choices=("valid", "test"), default="test")
    options = parser.parse_args(arguments)
    if options.choose:
        _choose()
    limits = evidence.chosen()
    for corpus, language in SPOKEN.items():
        some = lines(corpus, options.split)
        row = timing(some, language) | found_out(list(trials(some, language)), limits)
        print(LANGUAGES[corpus], f"({len(some)} lines)")
        for name, value in row.items():
            print(f"    {name:32} {value:8.2f}", flush=True)


if __name__ == "__main__":
    main()
