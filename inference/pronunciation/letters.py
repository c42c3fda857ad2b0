# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters to sounds: a tree of letters in their surroundings says what each letter sounds like.

From the letter itself outwards (next, before, next but one, …) the tree asks for another letter only where the answer depends on
it: an IGTree (Daelemans, van den Bosch & Weijters 1997). `models/pronunciation/` grows it from spelled and spoken words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

ORDER: Final = (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5)
"""Places of the letters that are asked for, as seen from the one that is to be pronounced."""
EDGE: Final = "#"
"""Stands for what is before and after a word."""


def letter_at(word: str, place: int) -> str:
    """A letter of a word, or EDGE outside it."""
    return word[place] if 0 <= place < len(word) else EDGE


def pronounce(word: str, tree: Mapping[str, Any], chunks: Sequence[str]) -> tuple[str, ...]:
    """The sounds of a word: classes of phones.py, "ˈ" before the stressed vowel. Letters that the tree does not know are silent.

    tree: for each letter a chunk's number, or [number, "letters", a subtree for each of them].   chunks: sounds between spaces.
    """
    sounds: list[str] = []
    for place, letter in enumerate(word):
        node: Any = tree.get(letter)
        if node is None:
            continue
        for offset in ORDER[1:]:
            if isinstance(node, int):
                break
            found = node[1].find(letter_at(word, place + offset))
            if found < 0:
                break
            node = node[2 + found]
        sounds += chunks[node if isinstance(node, int) else node[0]].split()
    return tuple(sounds)
