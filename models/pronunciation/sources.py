# SPDX-License-Identifier: GPL-3.0-or-later
"""Spelled and spoken words: Festival's CMU lexicon for English; elsewhere the word lists of Debian, spoken by eSpeak NG."""

from __future__ import annotations

import re
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ...inference.errors import ParlanceError
from ..symbols import UnknownSymbolError, from_arpabet, from_espeak

CMU: Final = Path("/usr/share/festival/dicts/cmu/cmudict-0.4.out")
LISTS: Final = Path("/usr/share/dict")
_ENTRY: Final = re.compile(r'^\("([^"]+)" (\S+) \((.*)\)\)$')
_SYLLABLE: Final = re.compile(r"\(\(([^()]*)\) (\d)\)")


@dataclass(frozen=True)
class Source:
    """package: the Debian package of the word list. voice: of eSpeak NG. accent: where it transcribes otherwise than recordings
    of people are labelled. repairs: what the voice cannot write in IPA. short: words of up to so many letters are all taken."""

    package: str
    word_list: str
    voice: str
    encoding: str = "utf-8"
    accent: tuple[tuple[str, str], ...] = ()
    repairs: tuple[tuple[str, str], ...] = ()
    short: int = 4


SOURCES: Final = {
    "de": Source(
        "wngerman", "ngerman", "de", accent=(("ɑ", "a"), ("ɾ", "x"), ("r", "x"), ("ɝ", "ʌ")), repairs=(("??", "ʊɾ"),), short=6
    ),
    "nl": Source("wdutch", "dutch", "nl", short=6),
    "fr": Source("wfrench", "french", "fr"),
    "es": Source("wspanish", "spanish", "es"),
    "it": Source("witalian", "italian", "it"),
    "pt": Source("wportuguese", "portuguese", "pt"),
    "pt-br": Source("wbrazilian", "brazilian", "pt-br"),
    "ca": Source("wcatalan", "catalan", "ca"),
    "sv": Source("wswedish", "swedish", "sv", "latin-1"),
    "da": Source("wdanish", "danish", "da"),
    "nb": Source("wnorwegian", "bokmaal", "nb", "latin-1"),
    "pl": Source("wpolish", "polish", "pl"),
    "uk": Source("wukrainian", "ukrainian", "uk"),
    "bg": Source("wbulgarian", "bulgarian", "bg"),
}
MOST_WORDS: Final = 24_000
NUMBERS: Final = (*map(str, range(100)), *(str(hundred) for hundred in range(100, 1000, 100)), "1000")


def cmu() -> Iterator[tuple[str, tuple[str, ...]]]:
    """English words and their sounds, several ways to say one after the other. Raises ParlanceError without festlex-cmu."""
    if not CMU.exists():
        raise ParlanceError("The English lexicon is missing; run: apt-get install festlex-cmu")
    for line in CMU.read_text("latin-1").splitlines():
        entry = _ENTRY.match(line)
        if entry and entry[1].isascii() and entry[1].replace("'", "").isalpha():
            sounds = _syllables(entry[3])
            if sounds:
                yield entry[1].lower(), sounds


def _syllables(text: str) -> tuple[str, ...]:
    """The classes of an entry's syllables, the stressed vowel marked."""
    found: list[str] = []
    for symbols, stress in _SYLLABLE.findall(text):
        for symbol in symbols.split():
            parts = [name for name, _ in from_arpabet(symbol)]
            if stress == "1" and symbol[0] in "aeiou":
                parts[0] = "ˈ" + parts[0]
            found += parts
    return tuple(found)


def listed(source: Source, folder: Path) -> list[str]:
    """Words of a list in small letters, at most MOST_WORDS, spread evenly and always the same; and those of one letter."""
    path = folder / source.word_list
    if not path.exists():
        raise ParlanceError(f"The word list {source.word_list} is missing; run: apt-get install {source.package}")
    words = {line.strip() for line in path.read_text(source.encoding).splitlines()}
    good = sorted({word for word in words if 1 < len(word) <= 24 and word == word.lower() and word.replace("'", "").isalpha()})
    german = source.word_list == "ngerman"  # nouns are written with a capital
    if german:
        good = sorted({word.lower() for word in words if 1 < len(word) <= 24 and word.isalpha() and not word[1:].isupper()})
    alphabet = sorted({letter for word in good for letter in word if letter.isalpha()})
    kept = sorted(good, key=lambda word: zlib.crc32(word.encode()))[:MOST_WORDS]
    short = [word for word in good if len(word) <= source.short]
    return [*alphabet, *sorted({*kept, *short})]


def spoken(words: Sequence[str], source: Source) -> list[tuple[str, ...]]:
    """The sounds of each word as eSpeak NG says it alone; empty where it does not. Raises ParlanceError where it is missing."""
    accent = dict(source.accent)
    command = ["espeak-ng", "-q", "--ipa", "-b", "1", "-v", source.voice, "--sep=_", "--stdin"]
    text = "".join(f"{word} .\n\n" for word in words)
    try:
        said = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.CalledProcessError) as error:
        raise ParlanceError("eSpeak NG is needed to make pronunciations; run: apt-get install espeak-ng") from error
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if len(lines) != len(words):
        raise ParlanceError(f"eSpeak NG said {len(lines)} of {len(words)} words; some are run together.")
    return [_sounds(_repaired(line, source.repairs), accent) for line in lines]


def _repaired(line: str, repairs: Sequence[tuple[str, str]]) -> str:
    for mark, sounds in repairs:
        line = line.replace(mark, sounds)
    return line


def _sounds(line: str, accent: dict[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for symbol in line.replace(" ", "_").split("_"):
        if "(" in symbol or "??" in symbol:
            return ()  # it went over to another language, or has no letter for it
        try:
            parts = [accent.get(name, name) for name, _ in from_espeak(symbol.replace("ε", "ɛ")) if name != "sil"]
        except UnknownSymbolError:
            return ()
        if parts and "ˈ" in symbol:
            parts[0] = "ˈ" + parts[0]
        found += parts
    return tuple(found)
