# SPDX-License-Identifier: GPL-3.0-or-later
"""What the drawings of a mouth are called, and which set they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

NAMES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "switch_rhubarb": (("x", "rest", "idle", "sil"), ("a",), ("b",), ("c",), ("d",), ("e",), ("f",), ("g",), ("h",)),
    "switch_blair": (
        ("rest", "sil", "closed", "neutral"), ("mbp", "bmp", "pbm"), ("ai", "aa", "a", "i"), ("e",), ("o",), ("u",), ("wq", "w"),
        ("fv",), ("l", "th", "lth"), ("etc", "cdgknrsyz", "consonants"),
    ),
    "switch_vowels": (
        ("closed", "rest", "sil", "n", "neutral"), ("a", "aa"), ("i", "ee"), ("u", "oo", "ou"), ("e", "eh"), ("o", "oh"),
    ),
}  # fmt: skip
"""What the drawings of each set are called, in the order of their numbers."""
_FEWEST: Final = 3
_SEPARATORS: Final = re.compile(r"[\W_]+")


def set_of(names: Sequence[str]) -> tuple[str, dict[int, int]]:
    """The set that most of these names are of, and {number of a drawing: place of its name}; empty where they are of none."""
    best: dict[int, int] = {}
    chosen = ""
    called = [_called(name, names) for name in names]
    for drawings, spellings in NAMES.items():
        own = {number: i for number, spelled in enumerate(spellings) for i, name in enumerate(called) if name in spelled}
        if len(own) > len(best):
            best, chosen = own, drawings
    return (chosen, best) if len(best) >= _FEWEST else ("", {})


def _called(name: str, names: Sequence[str]) -> str:
    """What a drawing is called, without what all are called and a number that Blender adds."""
    words = [word for word in _SEPARATORS.split(re.sub(r"\.\d{3}$", "", name).lower()) if word]
    shared = set.intersection(*(set(_SEPARATORS.split(each.lower())) for each in names)) if len(names) > 1 else set()
    own = [word for word in words if word not in shared] or words
    return own[-1] if own else ""
