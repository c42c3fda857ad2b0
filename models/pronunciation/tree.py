# SPDX-License-Identifier: GPL-3.0-or-later
"""Grows a letter tree from aligned words (`inference/pronunciation/letters.py` reads it)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from ...inference.pronunciation.letters import ORDER, letter_at

FEWEST: Final = 2
"""Letters that must agree before the tree asks for one more place on their behalf; a single one is a matter for the lexicon."""

Example = tuple[str, int, int]
"""A word, a place in it, and the number of the chunk that its letter makes there."""


def grow(words: Iterable[str], parts: Iterable[Sequence[str]]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The tree and its chunks. parts: for each word what each letter makes, sounds between spaces."""
    numbers: dict[str, int] = {}
    by_letter: defaultdict[str, list[Example]] = defaultdict(list)
    for word, chunks in zip(words, parts, strict=True):
        for place, chunk in enumerate(chunks):
            by_letter[word[place]].append((word, place, numbers.setdefault(chunk, len(numbers))))
    tree = {letter: _node(examples, 1) for letter, examples in sorted(by_letter.items())}
    return tree, tuple(numbers)


def _node(examples: list[Example], depth: int) -> Any:
    counts = Counter(chunk for _, _, chunk in examples)
    usual = min(counts, key=lambda chunk: (-counts[chunk], chunk))
    if len(counts) == 1 or depth == len(ORDER):
        return usual
    groups: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[letter_at(example[0], example[1] + ORDER[depth])].append(example)
    children = {letter: _node(group, depth + 1) for letter, group in sorted(groups.items()) if len(group) >= FEWEST}
    kept = {letter: child for letter, child in children.items() if child != usual}
    return [usual, "".join(kept), *kept.values()] if kept else usual
