# SPDX-License-Identifier: GPL-3.0-or-later
"""Songs and music through the product: python -m parlance.models.evaluate.singing.

Songs are sung by the diphone voices of Festival (models/synthesis/song.py), whose speech is taught but for one. Half of them also
sing in training, on other words and notes (models/synthesis/songs.py): the row UNTAUGHT is of the other half.
Music is made by models/synthesis/instruments.py, and not taught either.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE, Audio
from ...inference.direction import Direction
from ...inference.hearing import engine, hear
from ...inference.performance import Performance
from ...inference.phones import VOWEL
from ...inference.presets import load_preset
from ..corpora import Utterance
from ..symbols import to_phones
from ..synthesis.instruments import MIXES, mix
from ..synthesis.song import Note, Song, sing
from ..synthesis.songs import SINGERS
from ..synthesis.spoken import Spoken
from ..synthesis.voices import FESTIVAL, Voice, installed
from . import seen
from .metrics import TOUCHING
from .product import Shown, show
from .table import write

FPS: Final = 24.0
LOUDEST: Final = 0.7
UNTAUGHT: Final = "voices never taught to sing"
HELD: Final = 0.6
"""Seconds from which a vowel counts as held."""
EDGE: Final = 0.12
"""Seconds at each end of a held vowel in which the lips are on their way."""
DIED: Final = 0.5
"""A held vowel has died away where the mouth is less than this share as far open as at its widest."""
MELODY: Final = ((0.5, 0), (0.3, 2), (1.2, 4), (0.4, 5), (0.25, 4), (2.5, 7), (0.7, 4), (0.3, 2), (1.8, 0))
"""(seconds of the vowel, semitones above the voice's own note)."""
WORDS: Final = {
    "en-US": (
        "my baby moon, come home to me",
        "above the valley, rivers move and fall",
        "people remember a summer by the sea",
        "give me your love before the morning",
    ),
    "it-IT": ("mamma bella, la luna buona", "vola via, bambina mia", "un fiore piove sopra il mare", "la primavera viene piano"),
    "fi-FI": ("oma maa mansikka", "lumi painaa puuta", "hyvää yötä pieni poika", "meri vie venettä"),
    "cs-CZ": ("moje milá máma", "voda plyne pod mostem", "fouká vítr ve poli", "bílá paní věří bohu"),
}
"""Language → lines written for this."""
OWN_NOTE: Final = {
    "kal_diphone": 110.0, "ked_diphone": 110.0, "lp_diphone": 196.0, "suo_fi_lj_diphone": 196.0, "czech_dita": 196.0,
    "czech_krb": 220.0,
}  # fmt: skip
LOW: Final = 123.0
"""Hz of the first note, by voice and for the others."""
MUSIC_SECONDS: Final = 20.0
Row = dict[str, float]
Heard = list[tuple[Utterance, Performance]]


def utterance(spoken: Spoken, name: str, language: str, alphabet: str) -> tuple[Utterance, Performance]:
    """What a synthesiser said, with its own phone times, and what is heard in it. Raises UnknownSymbolError."""
    phones = to_phones(spoken.segments, alphabet)
    samples = np.asarray(spoken.samples * (LOUDEST / max(float(np.abs(spoken.samples).max(initial=0.0)), 1e-6)), np.float32)
    made = Utterance(name, "synthetic", name, language, Path(name), "", phones, None, "test")
    return made, hear(Audio(samples), threads=1)


def singers() -> tuple[Voice, ...]:
    """The installed voices that can hold a note: those made of diphones, in a language with WORDS."""
    return tuple(voice for voice in FESTIVAL if voice.language in WORDS and "hts" not in voice.name and installed(voice))


def songs(voice: Voice) -> list[Song]:
    """Every line of the voice's language, each from another place of the melody."""
    own = OWN_NOTE.get(voice.name, LOW)
    notes = [Note(seconds, own * 2 ** (step / 12)) for seconds, step in MELODY]
    return [Song(words, (*notes[turn:], *notes[:turn])) for turn, words in enumerate(WORDS[voice.language])]


def sung(voice: Voice) -> Heard:
    """A voice's songs, heard."""
    with tempfile.TemporaryDirectory() as scratch:
        takes = sing(voice, songs(voice), Path(scratch))
    return [utterance(take, voice.speaker, voice.language, f"festival:{voice.phoneset}") for take in takes if take is not None]


def held_vowels(shown: Sequence[Shown]) -> Row:
    """Vowels of HELD seconds or more: how many stay open throughout, and how far their end is from their widest."""
    stays, ends, shut = [], [], []
    for one in shown:
        for phone in one.utterance.phones or ():
            if phone.symbol not in VOWEL or phone.end - phone.start < HELD:
                continue
            gap = one.span("gap", phone.start + EDGE, phone.end - EDGE)
            stays.append(bool(gap.min() >= DIED * gap.max()) and bool(gap.min() > TOUCHING))
            shut.append(bool(gap.min() <= TOUCHING))
            ends.append(float(np.mean(gap[-20:]) / max(float(np.mean(gap[:20])), 1e-3)))
    return {
        "held vowels": float(len(stays)),
        "open throughout %": 100.0 * float(np.mean(stays)),
        "touching %": 100.0 * float(np.mean(shut)),
        "end / beginning": float(np.median(ends)),
    }


def row(shown: Sequence[Shown]) -> Row:
    """Held vowels and closures of songs."""
    lips = seen.lips(shown)
    closures = {name: lips[name] for name in ("p b m closed %", "held ms", "f v bitten %", "rounding AUC")}
    return {**held_vowels(shown), **closures}


def moved(shapes: NDArray[np.float32]) -> float:
    """How far the mouth's curves go in a second, their mean."""
    return float(np.abs(np.diff(shapes[:, list(seen.MOUTH)], axis=0)).mean() * FPS)


def music(direction: Direction, speech: float) -> Row:
    """Motion on each mix as a percentage of `speech`, that of a voice."""
    silent = {}
    for name in MIXES:
        waves = [mix(name, np.random.default_rng(500 + turn), MUSIC_SECONDS) for turn in range(3)]
        made = Utterance(name, "synthetic", name, "", Path(name), "", (), None, "test")
        motion = [moved(show(made, hear(Audio(wave), threads=1), FPS, direction).shapes) for wave in waves]
        silent[f"{name} %"] = 100.0 * float(np.mean(motion)) / speech
    made = Utterance("nothing", "synthetic", "nothing", "", Path("nothing"), "", (), None, "test")
    nothing = hear(Audio(np.zeros(int(MUSIC_SECONDS) * SAMPLE_RATE, np.float32)), threads=1)
    return {**silent, "silence %": 100.0 * moved(show(made, nothing, FPS, direction).shapes) / speech}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/singing"))
    parser.add_argument("--keep", action="store_true", help="write the clips beside the table, to listen to")
    options = parser.parse_args(arguments)
    ear = engine()
    print(f"{ear.spec.name}, heard with {ear.name}")
    heard = {voice: sung(voice) for voice in singers()}
    tables: dict[str, dict[str, Row]] = {}
    for preset in ("natural", "singing"):
        direction = load_preset(preset).direction
        shown = {voice: [show(*pair, FPS, direction) for pair in some] for voice, some in heard.items()}
        every = [one for some in shown.values() for one in some]
        rows = {f"{voice.language}, {voice.name}": row(some) for voice, some in shown.items()}
        untaught = [one for voice, some in shown.items() if voice.name not in SINGERS for one in some]
        tables[f"Songs, {preset}"] = {**rows, "all": row(every), UNTAUGHT: row(untaught)}
        speech = moved(np.concatenate([one.shapes[seen.speaking(one)] for one in every]))
        tables.setdefault("Music, against sung words", {})[preset] = music(direction, speech)
    if options.keep:
        _keep(options.out)
    print(write(tables, options.out))


def _keep(folder: Path) -> None:
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    for voice in singers():
        with tempfile.TemporaryDirectory() as scratch:
            for number, take in enumerate(sing(voice, songs(voice), Path(scratch))):
                if take is not None:
                    soundfile.write(folder / f"{voice.speaker}-{number}.flac", take.samples, SAMPLE_RATE)
    for name in MIXES:
        soundfile.write(folder / f"{name}.flac", mix(name, np.random.default_rng(500), MUSIC_SECONDS), SAMPLE_RATE)


if __name__ == "__main__":
    main()
