# SPDX-License-Identifier: GPL-3.0-or-later
"""Languages the model was never taught from recordings, through the product: python -m parlance.models.evaluate.languages.

Voices are espeak-ng's with its own phone times, in two voice qualities that training never used, saying lines written for this;
a Czech voice of Festival that only validates; and what recordings there are: Arabic words and a Mandarin actor.
Synthetic voices flatter: they are clean, even, and of the engine that training heard in other languages.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.hearing import engine
from ...inference.performance import FRAME_RATE
from ...inference.phones import BILABIAL, LABIODENTAL, VOWEL
from ...inference.presets import load_preset
from ..symbols import UnknownSymbolError
from ..synthesis.espeak import Espeak
from ..synthesis.festival import Line, speak
from ..synthesis.voices import ESPEAK_LANGUAGES, ESPEAK_VARIANTS, FESTIVAL, installed
from ..targets import facegood
from . import lips, seen
from .metrics import TOUCHING, correlation
from .product import Shown, show
from .singing import FPS, Heard, utterance
from .table import write
from .voices import held_out

LANGUAGES: Final[dict[str, dict[str, tuple[str, list[str]]]]] = json.loads(
    Path(__file__).with_name("languages.json").read_text(encoding="utf-8")
)
"""What was taught of it → language → espeak-ng's voice, and lines."""
TITLES: Final = {"never heard": "Never heard at all", "synthetic only": "Taught by synthetic voices alone"}
VARIANTS: Final = ("m2", "f3")
"""Voice qualities that training leaves out."""
RATES: Final = (150, 200)
"""Words a minute: each line is said at both, by each voice."""
CZECH_VOICE: Final = "czech_krb"
CZECH: Final = (
    "Bílý pes běhá po poli.",
    "Maminka vaří polévku s bramborem.",
    "Fotbalový míč spadl do vody.",
    "Ve vlaku bylo pět mužů.",
)
APART: Final = 4.0
"""mm of captured lip gap from which lips that touch are wrong."""
COLUMNS: Final = ("p b m closed %", "vowels touching %", "held ms", "rounding AUC", "f v bitten %", "phones right")
Row = dict[str, float]


def spoken(engine_: Espeak, voice: str, lines: Sequence[str]) -> Heard:
    """The lines as espeak-ng says them, heard. Skips a line with a sound that has no class here, and says so."""
    assert not set(VARIANTS) & set(ESPEAK_VARIANTS)
    result = []
    for variant in VARIANTS:
        for line in lines:
            for rate in RATES:
                made = engine_.say(line, f"{voice}+{variant}", rate=rate)
                try:
                    result.append(utterance(made, f"{voice}-{variant}", voice, "espeak"))
                except UnknownSymbolError as error:
                    print(f"{voice}: left out “{line}”: {error}")
    return result


def czech() -> Heard:
    """The Festival voice that training leaves out; empty where it is not installed."""
    voice = next(one for one in FESTIVAL if one.name == CZECH_VOICE)
    if not installed(voice):
        return []
    with tempfile.TemporaryDirectory() as scratch:
        made = speak(voice, [Line(line) for line in CZECH], Path(scratch))
    return [utterance(one, voice.speaker, voice.language, f"festival:{voice.phoneset}") for one in made if one is not None]


def row(shown: Sequence[Shown]) -> Row:
    """The figures of COLUMNS, and the number of sounds that each rests on."""
    phones = [phone for one in shown for phone in one.utterance.phones or ()]
    figures = seen.lips(shown)
    kinds = {"p b m": BILABIAL, "vowels": VOWEL, "f v": LABIODENTAL}
    counts = {name: float(sum(phone.symbol in kind for phone in phones)) for name, kind in kinds.items()}
    return {**{name: figures[name] for name in COLUMNS}, **counts}


def captured(shown: Sequence[Shown]) -> Row:
    """Against an actor's own lips: likeness of the gap, and touches where his are apart. His capture never shows a seal."""
    pairs = list(_gaps(shown))
    theirs, mine = (np.concatenate(each) for each in zip(*pairs, strict=True))
    return {
        "gap r": correlation(mine, theirs),
        "seconds": len(mine) / FRAME_RATE,
        "touching where his are apart %": 100.0 * float((mine[theirs >= APART] <= TOUCHING).mean()),
    }


def _gaps(shown: Sequence[Shown]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from ...inference import geometry

    for one in shown:
        face = facegood.captured(one.utterance.id)
        if face is not None:
            theirs = face.measures[:, geometry.INDEX["gap"]].astype(np.float64)
            mine = one.at("gap", np.arange(len(theirs)) / FRAME_RATE)
            yield theirs[face.known], mine[face.known]


def tables(direction: Direction) -> dict[str, dict[str, Row]]:
    """The tables of the report, {title: {row name: its figures}}."""

    def shown(heard: Heard) -> list[Shown]:
        return [show(*pair, FPS, direction) for pair in heard]

    result: dict[str, dict[str, Row]] = {}
    engine_ = Espeak()
    for kind, languages in LANGUAGES.items():
        rows, every = {}, []
        for language, (voice, lines) in languages.items():
            if kind == "never heard" and voice in ESPEAK_LANGUAGES:
                raise ParlanceError(f"{language} is spoken for training; move it in languages.json to “synthetic only”.")
            some = shown(spoken(engine_, voice, lines))
            rows[language] = row(some)
            every += some
            print(f"{language}: {len(some)} lines", flush=True)
        result[TITLES[kind]] = {**rows, "all": row(every)}
    some = shown(czech())
    if some:
        result[TITLES["synthetic only"]]["Czech (Festival)"] = row(some)
    arabic = shown(lips.heard("arabic_commands", "test", 80))
    if arabic:
        result["Recordings, voices held out"] = {"Arabic (words)": row(arabic)}
    actor = shown([(one.utterance, one.performance) for one in held_out("facegood")])
    if actor:
        result["Recordings, an actor's captured lips"] = {"Mandarin (held-out take)": captured(actor)}
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/languages"))
    parser.add_argument("--preset", default="natural")
    options = parser.parse_args(arguments)
    ear = engine()
    print(f"{ear.spec.name}, heard with {ear.name}")
    print(write(tables(load_preset(options.preset).direction), options.out))


if __name__ == "__main__":
    main()
