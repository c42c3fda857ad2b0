# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is held out. Decided once, before any training; listed in the model card.

Speakers are held out whole wherever a corpus has several. The rest can only hold out
utterances, which say nothing about new voices.
"""

from __future__ import annotations

from typing import Final

from .utterance import Split

AN4_TEST: Final = frozenset({"fcaw", "fjlp", "fvap", "marh", "mdms2", "menk", "miry", "mjgm", "mjwl", "mmxg"})
"""AN4's own test speakers."""
AN4_VALID: Final = frozenset({"fjam", "fsrb", "mblb", "mema", "mmap", "mtje"})
EMODB_TEST: Final = frozenset({"09", "15"})
"""A woman and a man."""
EMODB_VALID: Final = frozenset({"12"})
FACEGOOD_TEST: Final = frozenset({"1114_2_05"})
GRID_WORDS: Final = "abcdefghijklmnopqrstuvxyz"
"""The letters GRID speaks (no w)."""


def split_of(corpus: str, speaker: str, utterance: str) -> Split:
    """Where an utterance belongs. speaker and utterance as in the label files."""
    name = speaker.rpartition("_")[2]
    match corpus:
        case "an4":
            return _listed(name, AN4_TEST, AN4_VALID)
        case "emodb":
            return _listed(name, EMODB_TEST, EMODB_VALID)
        case "facegood":
            return _listed(utterance, FACEGOOD_TEST, frozenset())
        case "grid_s1":
            return _counted(_grid_cell(utterance))
        case "librispeech":
            return _counted(int(name))
        case _:
            return _counted(int("".join(c for c in utterance if c.isdigit()) or 0))


def _listed(name: str, test: frozenset[str], valid: frozenset[str]) -> Split:
    return "test" if name in test else "valid" if name in valid else "train"


def _counted(number: int) -> Split:
    """Every tenth is test, every twentieth valid."""
    return "test" if number % 10 == 3 else "valid" if number % 20 == 7 else "train"


def _grid_cell(clip: str) -> int:
    """A number that walks through every letter, digit and verb: GRID clips are named verb, colour, place, letter, digit, adverb.

    Counting along letter + 3·digit + colour spreads each test fold over all the words.
    """
    letter = GRID_WORDS.index(clip[3])
    digit = "z123456789".index(clip[4])
    return 7 * letter + 3 * digit + "bgrw".index(clip[1]) + 5 * "blps".index(clip[0])
