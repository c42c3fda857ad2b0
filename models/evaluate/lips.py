# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of the lips on voices held out, through acting, seal and keys: python -m parlance.models.evaluate.lips."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from ...inference.audio import Audio
from ...inference.command_line import options as command
from ...inference.direction import Direction
from ...inference.hearing import ModelFile, engine, hear
from ...inference.performance import Performance
from ...inference.presets import load_preset
from ..corpora import Utterance, data_folder, read, read_audio
from . import film, seen, turning
from .product import Shown, as_heard, show
from .table import write

VOICES: Final = {
    "kathleen_en": "en, read",
    "picovoice_orders": "en, orders",
    "speech_commands": "en, words",
    "picovoice_wake": "en, wake words",
    "an4": "en, spelling",
    "emodb": "de, acted",
    "nathalie_nl": "nl, known voice",
}
RUNNING: Final = {"librispeech": "en, running"}
"""Speech nobody labelled: judged by the phones that were heard, so only of use for how far and how much the mouth moves."""
FILM: Final = {film.CORPUS: "faces never seen"}
EACH: Final = 40
Spoken = list[tuple[Utterance, Performance]]
Tables = dict[str, dict[str, dict[str, float]]]


def chosen(corpus: str, split: str, limit: int) -> list[Utterance]:
    """Labelled utterances of a split, at most `limit`, evenly over the corpus and so over its speakers."""
    if not (data_folder() / "labels" / f"{corpus}.jsonl").exists():
        return []
    every = [one for one in read(corpus) if corpus in FILM or (one.split == split and (one.phones or corpus in RUNNING))]
    every.sort(key=lambda one: (one.speaker, one.id))
    step = max(len(every) / limit, 1.0)
    return [every[int(place * step)] for place in range(min(limit, len(every)))]


def heard(corpus: str, split: str, limit: int, model: ModelFile | None = None) -> Spoken:
    """The utterances and what is heard in them. model: a network of the user's own, instead of the one that ships."""
    found = []
    for one in chosen(corpus, split, limit):
        performance = hear(Audio(read_audio(one.path)), threads=1, model=model)
        found.append((one if one.phones else replace(one, phones=performance.phones), performance))
    return found


def tables(spoken: dict[str, Spoken], rates: Sequence[float], direction: Direction) -> Tables:
    """The tables of the report, {title: {row name: its figures}}."""
    result: Tables = {}
    for fps in (None, *rates):
        title = "as heard, before acting" if fps is None else f"{fps:g} frames a second"
        shown = {corpus: [_shown(*pair, fps, direction) for pair in some] for corpus, some in spoken.items() if some}
        voices = {VOICES[corpus]: seen.lips(some) for corpus, some in shown.items() if corpus in VOICES}
        for language in sorted({name.split(",")[0] for name in voices}):
            group = [one for corpus, some in shown.items() if VOICES.get(corpus, "").startswith(language) for one in some]
            voices[f"all {language}"] = seen.lips(group)
        result[f"Lips, {title}"] = voices
        running = {name: _by_own_phones(shown[corpus]) for corpus, name in RUNNING.items() if corpus in shown}
        if running:
            result[f"Running speech by its own phones, {title}"] = running
        if fps is not None:
            names = VOICES | RUNNING
            turns = {names[corpus]: turning.turns(some) for corpus, some in shown.items() if corpus in names}
            result[f"There and back within two frames, {title}"] = turns | turning.real(fps)
        filmed = {name: film.likeness(shown[corpus]) for corpus, name in FILM.items() if corpus in shown}
        if filmed:
            result[f"Film, {title}"] = filmed
    return result


def _by_own_phones(shown: Sequence[Shown]) -> dict[str, float]:
    row = seen.lips(shown)
    return {name: value for name, value in row.items() if name not in ("p b m closed %", "phones right")}


def _shown(utterance: Utterance, performance: Performance, fps: float | None, direction: Direction) -> Shown:
    return as_heard(utterance, performance) if fps is None else show(utterance, performance, fps, direction)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/lips"))
    parser.add_argument("--split", choices=("valid", "test"), default="test", help="choose settings on valid only")
    parser.add_argument("--each", type=int, default=EACH, help="utterances per corpus at most")
    parser.add_argument("--fps", type=float, nargs="+", default=[24.0, 60.0])
    parser.add_argument("--preset", help="speak with a preset instead of the defaults")
    command.add_model(parser)
    options = parser.parse_args(arguments)
    model = command.model(options)
    direction = load_preset(options.preset).direction if options.preset else Direction()
    ear = engine(model=model)
    print(f"{ear.model.rpartition(' ')[0]}, heard with {ear.name}; {options.split} voices")
    spoken = {corpus: heard(corpus, options.split, options.each, model) for corpus in (*VOICES, *RUNNING, *FILM)}
    print(write(tables(spoken, options.fps, direction), options.out))


if __name__ == "__main__":
    main()
