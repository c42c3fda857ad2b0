# SPDX-License-Identifier: GPL-3.0-or-later
"""One table about the shipped weights, on voices held out from training: python -m parlance.models.evaluate [--quick]."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ...inference.hearing import engine
from ..targets import grid
from . import articulation, faces, feelings, references, steadiness, worst
from .metrics import closures
from .table import write
from .voices import LANGUAGES, Heard, held_out

QUICK = 12
"""Utterances per corpus when in a hurry."""
Tables = dict[str, dict[str, dict[str, float]]]
TAKE_SECONDS = 5.0


def tables(limit: int | None, folder: Path) -> Tables:
    """Every table by title; says how far it is, and draws the worst cases into the folder."""
    began = time.perf_counter()

    def say(what: str) -> None:
        print(f"[{time.perf_counter() - began:5.0f} s] {what}", flush=True)

    say("hearing the held-out voices")
    heard: dict[str, list[Heard]] = {}
    for corpus in (*LANGUAGES, "facegood"):
        heard[corpus] = held_out(corpus, limit)
        say(f"{corpus}: {len(heard[corpus])} utterances")
    spoken = {corpus: heard[corpus] for corpus in LANGUAGES if heard[corpus]}
    result: Tables = {
        "Phones and lips": {LANGUAGES[corpus]: articulation.lips(some) for corpus, some in spoken.items()},
        "Real lips": {},
        "Stillness": {},
        "Same voice, other microphone": {},
        "Long file": {},
        "Feelings": {},
    }
    filmed = heard[grid.CORPUS]
    if filmed:
        result["Real lips"]["filmed speaker, held-out clips"] = faces.faces(filmed)
    if heard["facegood"]:
        result["Real lips"]["captured actor, held-out take"] = faces.faces(heard["facegood"], ("gap", "chin"), TAKE_SECONDS)
    say("reference rows")
    for name, predict in references.references().items():
        for corpus, some in spoken.items():
            gaps = ((predict(one.wave)[:, 0], one.utterance.phones or ()) for one in some)
            result["Phones and lips"][f"{name}, {LANGUAGES[corpus]}"] = articulation.closure_row(closures(gaps))
        stand_in = [replace(one, measures=predict(one.wave)) for one in filmed]
        result["Real lips"][name] = faces.faces(stand_in, ("gap", "width", "chin"))
    english = heard["an4"][: 40 if limit is None else limit]
    if english:
        say("stillness")
        result["Stillness"]["AN4 (pauses of .3 s) and synthetic sounds"] = steadiness.stillness(english)
        if filmed:
            result["Stillness"]["filmed voice (pauses of a second)"] = steadiness.pauses(filmed)
        say("other microphones")
        rows = steadiness.consistency(english)
        result["Same voice, other microphone"] = {f"AN4, {name}": row for name, row in rows.items()}
        say("ten minutes")
        result["Long file"]["AN4 strung together"] = steadiness.long_file(english, 1.0 if limit else 10.0)
    if heard["emodb"]:
        result["Feelings"]["EmoDB, two actors held out"] = feelings.feelings(heard["emodb"])
    say("pictures of the worst")
    for corpus, some in spoken.items():
        worst.plot(some, folder / f"worst_{corpus}.png")
    return {title: rows for title, rows in result.items() if rows}


def _plain(value: Any) -> Any:
    """NumPy numbers as Python's, for JSON."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return float(value) if isinstance(value, np.floating | float | int) else value


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure the shipped model on voices held out from training.")
    parser.add_argument("--out", type=Path, default=Path("out/model"))
    parser.add_argument("--quick", action="store_true", help="a few utterances of each corpus")
    options = parser.parse_args(arguments)
    ear = engine()
    print(f"{ear.spec.name}, heard with {ear.name}")
    print(write(_plain(tables(QUICK if options.quick else None, options.out)), options.out))


if __name__ == "__main__":
    main()
