# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the pronunciations that ship, and say how well each tree pronounces words that it has not seen."""

from __future__ import annotations

import argparse
import json
import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ...inference.pronunciation import guess, letters, lexicon
from ...inference.pronunciation.lexicon import Lexicon
from . import alignment, profile, sources, tree

HELD_OUT: Final = 20
"""Every so manieth word is kept from the first tree, which is judged by them."""
ENGLISH_NUMBERS: Final = sources.Source("", "", "en-us")
Ways = dict[str, list[tuple[str, ...]]]


def gathered(language: str, folder: Path) -> Ways:
    """Every word of a language with the ways to say it, the usual one first."""
    ways: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    if language == "en":
        pairs = list(sources.cmu())
        source, words = ENGLISH_NUMBERS, list(sources.NUMBERS)
    else:
        pairs, source = [], sources.SOURCES[language]
        words = [*sources.listed(source, folder), *sources.NUMBERS]
    for word, sounds in [*pairs, *zip(words, sources.spoken(words, source), strict=True)]:
        if sounds and sounds not in ways[word]:
            ways[word].append(sounds)
    return {word: found for word, found in ways.items() if found}


def grown(ways: Ways) -> Lexicon:
    """The tree of words and sounds, without a list of exceptions."""
    words = [word for word in ways if not word.isdigit()]
    aligned = alignment.align([(word, ways[word][0]) for word in words])
    usable = [(word, parts) for word, parts in zip(words, aligned, strict=True) if parts is not None]
    spelled = [[" ".join(part) for part in parts] for _, parts in usable]
    grown_tree, chunks = tree.grow([word for word, _ in usable], spelled)
    return Lexicon(grown_tree, chunks, {})


def with_exceptions(bare: Lexicon, ways: Ways) -> Lexicon:
    """The same with every word listed that its tree gets wrong or that is said in several ways."""
    listed = {}
    for word, sounds in ways.items():
        if len(sounds) > 1 or letters.pronounce(word, bare.tree, bare.chunks) != sounds[0]:
            listed[word] = "|".join(" ".join(way) for way in sounds)
    return Lexicon(bare.tree, bare.chunks, listed)


def judged(ways: Ways) -> tuple[float, float]:
    """Share of unseen words whose sounds are all right, and of their sounds, stress aside."""
    unseen = {word for word in ways if zlib.crc32(b"held out " + word.encode()) % HELD_OUT == 0 and not word.isdigit()}
    bare = grown({word: found for word, found in ways.items() if word not in unseen})
    right, wrong, total = 0, 0, 0
    for word in sorted(unseen):
        guessed = _bare(letters.pronounce(word, bare.tree, bare.chunks))
        least = min(_distance(guessed, _bare(way)) for way in ways[word])
        right += least == 0
        wrong += least
        total += len(ways[word][0])
    return right / max(len(unseen), 1), 1.0 - wrong / max(total, 1)


def _bare(sounds: Sequence[str]) -> list[str]:
    return [sound.lstrip("ˈ") for sound in sounds]


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Insertions, deletions and changes between two sequences."""
    row = np.arange(len(other) + 1)
    for place, sound in enumerate(one, 1):
        cost = np.minimum(row[1:] + 1, row[:-1] + np.array([sound != each for each in other], int)) if len(other) else row[1:]
        fresh = np.concatenate([[place], cost])
        row = np.minimum.accumulate(fresh - np.arange(len(fresh))) + np.arange(len(fresh))
    return int(row[-1])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Make the pronunciations that ship.")
    parser.add_argument("--languages", nargs="*", default=["en", *sources.SOURCES])
    parser.add_argument("--lists", type=Path, default=sources.LISTS, help="folder of the word lists")
    parser.add_argument("--profiles", action="store_true", help="also make what languages are guessed by")
    parser.add_argument("--out", type=Path, default=lexicon.DATA)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.profiles:
        words = {code: sources.listed(source, options.lists) for code, source in sources.SOURCES.items() if code != "pt-br"}
        words["en"] = [word for word, _ in sources.cmu()]
        stored = json.dumps(profile.profiles(words), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        (options.out / guess.PROFILES.name).write_bytes(zlib.compress(stored.encode(), 9))
    for language in options.languages:
        ways = gathered(language, options.lists)
        right, sounds = judged(ways)
        made = with_exceptions(grown(ways), ways)
        data = lexicon.pack(made)
        (options.out / f"{language}.lexicon").write_bytes(data)
        facts = f"{len(ways)} words, {len(made.words)} listed, {len(data) / 1000:.0f} kB"
        print(f"{language}: {facts}; unseen words right {right:.1%}, their sounds {sounds:.1%}", flush=True)


if __name__ == "__main__":
    main()
