# SPDX-License-Identifier: GPL-3.0-or-later
"""Songs to learn from: some of Festival's diphone voices sing what they otherwise say, so that a voice on a note is not taken for
an instrument. The lines of models/evaluate/singing.py are others, and so are half of its voices."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from ...inference.performance import Phone
from ..symbols import UnknownSymbolError, to_phones
from .song import Note, Song, sing
from .spoken import Spoken
from .texts import text
from .voices import FESTIVAL, Voice, installed

SINGERS: Final = ("ked_diphone", "lp_diphone", "suo_fi_lj_diphone", "czech_ph", "czech_machac")
"""Half of the voices that can hold a note, one or two of each language; the others are kept to judge by."""
EACH: Final = 24
LOWEST, HIGHEST = 90.0, 330.0
"""Hz of a song's own note."""
STEPS: Final = (-5, -3, -1, 0, 0, 2, 4, 5, 7, 9)
"""Semitones above it."""
PEAK: Final = 0.7


def singers() -> tuple[Voice, ...]:
    """The voices of SINGERS that are installed on this machine."""
    return tuple(voice for voice in FESTIVAL if voice.name in SINGERS and installed(voice))


def _song(words: str, generator: np.random.Generator) -> Song:
    own = float(np.exp(generator.uniform(np.log(LOWEST), np.log(HIGHEST))))
    lengths = generator.choice([0.2, 0.3, 0.45, 0.7, 1.2, 2.2], size=7, p=[0.25, 0.25, 0.2, 0.15, 0.1, 0.05])
    return Song(words, tuple(Note(float(length), own * 2 ** (int(generator.choice(STEPS)) / 12)) for length in lengths))


def sung(voice: Voice) -> Iterator[tuple[Spoken, tuple[Phone, ...]]]:
    """EACH songs of a voice, and their phones; what it cannot sing is left out."""
    generator = np.random.default_rng(sum(voice.name.encode()))
    lines = [" ".join(text(voice.texts, generator).split()[:7]) for _ in range(EACH)]
    with tempfile.TemporaryDirectory() as scratch:
        takes = sing(voice, [_song(line, generator) for line in lines], Path(scratch))
    for take in takes:
        if take is None:
            continue
        loudest = float(np.abs(take.samples).max(initial=0.0))
        try:
            phones = to_phones(take.segments, f"festival:{voice.phoneset}")
        except UnknownSymbolError:
            continue
        if loudest > 0:
            yield Spoken(np.asarray(take.samples * (PEAK / loudest), np.float32), take.segments), phones
