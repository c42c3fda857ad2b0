# SPDX-License-Identifier: GPL-3.0-or-later
"""Learns how long sounds last, and how long people pause: python -m parlance.models.durations [--evaluate].

Every circumstance's share is found by ridge regression on the logarithm of the labelled durations, each line relative to its own
speaking rate. Judged on speakers that nothing was learned from, beside the mean of each class.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..inference.errors import ParlanceError
from ..inference.performance import Phone
from ..inference.phones import VOWEL
from ..inference.pronunciation import small_words, spoken
from ..inference.text import durations, script
from ..inference.text.durations import Model, Sounding
from .corpora import read
from .corpora.utterance import Split, Utterance

SPOKEN: Final = {"an4": "en", "kathleen_en": "en", "picovoice_orders": "en", "nathalie_nl": "nl"}
"""Sentences with phones, and their language. Single words and six-word commands are not how people talk."""
PENALTY: Final = 8.0
FEWEST: Final = 12
"""Times that a circumstance must have been met."""
PAUSE: Final = 0.15
"""Seconds of silence from which somebody pauses."""
OFTEN: Final = 0.35
UNMEASURED: Final = {".": 0.45, "!": 0.45, "?": 0.45, "…": 0.6, ":": 0.3, ";": 0.3, ",": 0.2, "—": 0.3, "–": 0.3, "": 0.0}
"""Seconds at marks that the recordings, which are single sentences, hardly have within them."""
MARKS: Final = (".", "!", "?", "…", ":", ";", ",", "—", "–", "")


@dataclass(frozen=True)
class Line:
    """The sounds of a recording, their labelled seconds, and the pause after each word that has one: its mark, and seconds."""

    sounds: tuple[Sounding, ...]
    lengths: tuple[float, ...]
    pauses: tuple[tuple[str, float], ...]
    language: str


def lines(corpus: str, splits: set[Split]) -> Iterator[Line]:
    """The recordings of a corpus whose labels and text agree."""
    for utterance in read(corpus):
        if utterance.split in splits and utterance.phones and utterance.text:
            line = _line(utterance, SPOKEN[corpus])
            if line is not None:
                yield line


def _line(utterance: Utterance, language: str) -> Line | None:
    written = script.parse(utterance.text or "")
    try:
        ways = [spoken.ways(word, language)[0] for word in written.words]
    except ParlanceError:
        return None
    labels = utterance.phones or ()
    owners = _owners([phone.symbol for phone in labels], [spoken.bare(way) for way in ways])
    small = set(small_words.read()[language].small_words.split())
    stresses = _stresses(labels, owners, ways)
    sounds, lengths, pauses = [], [], []
    for at, phone in enumerate(labels):
        if phone.symbol == "sil":
            continue
        after = labels[at + 1] if at + 1 < len(labels) else None
        silence = after.end - after.start if after is not None and after.symbol == "sil" else 0.0
        last = all(each.symbol == "sil" for each in labels[at + 1 :])
        word = owners[at]
        sounds.append(Sounding(phone.symbol, stresses[at], word, written.words[word].lower() in small, silence >= PAUSE or last))
        lengths.append(phone.end - phone.start)
        ends_word = after is None or after.symbol == "sil" or owners[at + 1] != word
        if ends_word and not last:
            pauses.append((written.marks[word], silence))
    return Line(tuple(sounds), tuple(lengths), tuple(pauses), language) if sounds else None


def _owners(symbols: Sequence[str], words: Sequence[Sequence[str]]) -> list[int]:
    """For each labelled phone the word it belongs to, by the cheapest way to turn one sequence into the other."""
    said = [(symbol, word) for word, way in enumerate(words) for symbol in way]
    costs = np.zeros((len(symbols) + 1, len(said) + 1))
    costs[0] = np.arange(len(said) + 1)
    for row, symbol in enumerate(symbols):
        skip = 0.0 if symbol == "sil" else 1.0
        costs[row + 1, 0] = costs[row, 0] + skip
        for column, (other, _) in enumerate(said):
            same = costs[row, column] + (0.0 if symbol == other else 1.2 if symbol != "sil" else 9.0)
            costs[row + 1, column + 1] = min(same, costs[row, column + 1] + skip, costs[row + 1, column] + 1.0)
    owners = [0] * len(symbols)
    row, column = len(symbols), len(said)
    while row:
        owners[row - 1] = said[max(column - 1, 0)][1] if said else 0
        symbol = symbols[row - 1]
        skip = 0.0 if symbol == "sil" else 1.0
        if column and costs[row, column] == costs[row - 1, column - 1] + (
            0.0 if symbol == said[column - 1][0] else 1.2 if symbol != "sil" else 9.0
        ):
            row, column = row - 1, column - 1
        elif costs[row, column] == costs[row - 1, column] + skip:
            row -= 1
        else:
            column -= 1
    return owners


def _stresses(labels: Sequence[Phone], owners: Sequence[int], ways: Sequence[Sequence[str]]) -> list[bool]:
    """Whether each label is the stressed vowel of its word: the vowel with that number among its vowels."""
    result, met = [], Counter[int]()
    for phone, word in zip(labels, owners, strict=True):
        vowels = [sound for sound in ways[word] if sound.lstrip(spoken.STRESS) in _VOWELS]
        stressed = [number for number, sound in enumerate(vowels) if sound.startswith(spoken.STRESS)]
        is_vowel = phone.symbol in _VOWELS
        result.append(is_vowel and met[word] in stressed)
        met[word] += is_vowel
    return result


_VOWELS: Final = VOWEL


def learned(some: Sequence[Line]) -> Model:
    """What each circumstance adds, and the usual pause at each mark."""
    counts = Counter(name for line in some for names in durations.circumstances(line.sounds, line.language) for name in names)
    known = sorted(name for name, count in counts.items() if count >= FEWEST)
    number = {name: place for place, name in enumerate(known)}
    gram = np.zeros((len(known), len(known)))
    target = np.zeros(len(known))
    for line in some:
        for names, length in zip(durations.circumstances(line.sounds, line.language), line.lengths, strict=True):
            places = [number[name] for name in names if name in number]
            gram[np.ix_(places, places)] += 1.0
            target[places] += math.log(max(length, 0.01))
    penalty = np.full(len(known), PENALTY)
    penalty[number["all"]] = 1e-3
    weights = np.linalg.solve(gram + np.diag(penalty), target)
    added = {name: round(float(weights[place]), 4) for name, place in number.items() if abs(weights[place]) > 5e-4}
    return Model(added, _pauses(some))


def _pauses(some: Sequence[Line]) -> dict[str, float]:
    """The median of the pauses that are made at each mark, where at least OFTEN of the readers make one; none elsewhere."""
    met: defaultdict[str, list[float]] = defaultdict(list)
    for line in some:
        for mark, silence in line.pauses:
            met[mark].append(silence)
    found = dict(UNMEASURED)
    for mark in MARKS:
        made = [silence for silence in met[mark] if silence >= PAUSE]
        if len(met[mark]) >= FEWEST:
            found[mark] = round(float(np.median(made)), 3) if len(made) >= OFTEN * len(met[mark]) else 0.0
    return {mark: found[mark] for mark in MARKS}


def means(some: Sequence[Line]) -> Model:
    """The rival: every class has its mean duration, whatever is around it."""
    met: defaultdict[str, list[float]] = defaultdict(list)
    for line in some:
        for sound, length in zip(line.sounds, line.lengths, strict=True):
            met[sound.symbol].append(math.log(max(length, 0.01)))
    return Model({f"is {symbol}": float(np.mean(logs)) for symbol, logs in met.items()}, {})


def judged(some: Sequence[Line], model: Model) -> dict[str, float]:
    """Error and agreement at each line's own speaking rate, which no text tells; start: of each sound in its line."""
    misses, ratios, told, real, starts = [], [], [], [], []
    for line in some:
        guess = np.array(durations.seconds(line.sounds, line.language, model=model))
        truth = np.array(line.lengths)
        guess *= truth.sum() / guess.sum()
        misses += list(1000 * np.abs(guess - truth))
        ratios += list(np.abs(np.log(guess / np.maximum(truth, 0.01))))
        told += list(np.log(guess))
        real += list(np.log(np.maximum(truth, 0.01)))
        starts += list(1000 * np.abs(np.cumsum(guess) - np.cumsum(truth)))
    return {
        "sounds": float(len(misses)),
        "mean miss ms": float(np.mean(misses)),
        "off by a factor of": float(np.exp(np.mean(ratios))),
        "agreement r": float(np.corrcoef(told, real)[0, 1]),
        "start off ms": float(np.median(starts)),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Learn how long sounds last.")
    parser.add_argument("--evaluate", action="store_true", help="only judge what ships")
    options = parser.parse_args()
    learnt = [line for corpus in SPOKEN for line in lines(corpus, {"train"})]
    if not options.evaluate:
        model = learned(learnt)
        stored = {"added": dict(sorted(model.added.items())), "pauses": model.pauses}
        durations.FILE.write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
        durations.chosen.cache_clear()
        print(f"{len(model.added)} circumstances from {sum(len(line.sounds) for line in learnt)} sounds; pauses {model.pauses}")
    rival = means(learnt)
    for corpus in SPOKEN:
        some = list(lines(corpus, {"test"}))
        for name, model in (("learned", durations.chosen()), ("mean of class", rival)):
            row = judged(some, model)
            print(f"{corpus:18} {name:14}", "  ".join(f"{key} {value:.2f}" for key, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
