# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is held out. Decided once, before any training; listed in the model card.

Speakers are held out whole wherever a corpus has several. The rest can only hold out
utterances, which say nothing about new voices.
"""

from __future__ import annotations

import zlib
from typing import Final

from .utterance import Split

LISTED: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "an4": (
        frozenset({"fcaw", "fjlp", "fvap", "marh", "mdms2", "menk", "miry", "mjgm", "mjwl", "mmxg"}),
        frozenset({"fjam", "fsrb", "mblb", "mema", "mmap", "mtje"}),
    ),
    "emodb": (frozenset({"09", "15"}), frozenset({"12"})),
    "picovoice_orders": (frozenset({"0050", "0084", "0105", "0129", "0165"}), frozenset({"0071", "0092", "0111", "0146"})),
}
"""Corpus → test speakers and validation speakers. AN4's are its own test speakers; EmoDB's are a woman and a man."""
MANY_SPEAKERS: Final = frozenset({"picovoice_wake", "speech_commands", "arabic_commands"})
"""Corpora of so many speakers that a hash of the name spreads them."""
JUDGES: Final = frozenset({"grid_faces"})
"""Too little to learn from: validation only."""
FACEGOOD_TEST: Final = "1114_2_05"
GRID_WORDS: Final = "abcdefghijklmnopqrstuvxyz"
"""The letters GRID speaks (no w)."""


def split_of(corpus: str, speaker: str, utterance: str) -> Split:
    """Where an utterance belongs. speaker and utterance as in the label files."""
    if corpus in JUDGES:
        return "valid"
    if corpus in LISTED:
        test, valid = LISTED[corpus]
        name = speaker.rpartition("_")[2]
        return "test" if name in test else "valid" if name in valid else "train"
    if corpus == "facegood":
        return "test" if utterance == FACEGOOD_TEST else "train"
    return _counted(_number(corpus, speaker, utterance))


def _number(corpus: str, speaker: str, utterance: str) -> int:
    """A number that speakers, or utterances of a single speaker, are counted out by."""
    if corpus in MANY_SPEAKERS:
        return zlib.crc32(f"{corpus} {speaker}".encode())
    if corpus == "grid_s1":
        return _grid_cell(utterance)
    if corpus == "librispeech":
        return int(speaker.rpartition("_")[2])
    return int("".join(c for c in utterance if c.isdigit()) or 0)


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
