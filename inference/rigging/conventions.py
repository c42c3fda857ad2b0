# SPDX-License-Identifier: GPL-3.0-or-later
"""naming/*.json: naming conventions with words of their own, one file each with its source, read once.

A file has `names`: name -> what drives it: an ARKit shape or a viseme of visemes.py, a list of several that add up, an object
of gains, or null for what the convention knows to be none of them. '%' and '@' stand for L, R, Left and Right in the name, and
for Left and Right in the source. Names are compared without case, accents and separators.

needs: how many of the convention's names must be present before its short names mean anything.   needs_prefixed: how many that
have its prefix are enough.   needs_one: one of these must be present.   prefix: a regular expression that is taken off every name
first, suffix one of its end; requires_prefix: only names that have the prefix count.   instead: groups of names of which only the
first that a character has moves.   pattern: of names that are numbers (`_numbered`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from .vocabulary import unaccented
from .words import phrase

_SPELLINGS: Final = (("L", "Left"), ("R", "Right"), ("Left", "Left"), ("Right", "Right"))
_SEPARATORS: Final = re.compile(r"[\s_.:\-/|,()@#\\]+")
_PATH: Final = re.compile(r"[.:|/@#\\]")
_FIRST: Final = re.compile(r"(?<=\D)0?1$")
_ENDING: Final = re.compile(r"(?:l|r|left|right|\d+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """What drives a name, {source: gain}; empty for nothing.

    part: the same for all names that do the same thing instead of each other.   choice: the place among them, 0 first.
    """

    gains: Mapping[str, float]
    part: str
    choice: int = 0


@dataclass(frozen=True, eq=False)
class Convention:
    """One convention, its names folded as `folded` does."""

    key: str
    label: str
    source: str
    needs: int
    needs_prefixed: int
    needs_one: frozenset[str]
    prefix: re.Pattern[str]
    suffix: re.Pattern[str] | None
    requires_prefix: bool
    pattern: re.Pattern[str] | None
    names: Mapping[str, Entry]

    def plain(self, *spellings: str) -> str | None:
        """The convention's own name for a shape that is spelled so; None where it has none."""
        return next((plain for text in spellings if (plain := _plain(self, text)) is not None), None)

    def _prefixed(self, plains: Mapping[str, str | None], short: Mapping[str, str]) -> int:
        """How many of the names that are its own have a prefix of the convention, and so are meant."""
        return len({plain for name, plain in plains.items() if plain and (self._tells(name) or self._tells(short[name]))})

    def _tells(self, spelling: str) -> bool:
        match = self.prefix.match(_tails(spelling)[-1])
        return match is not None and match.end() > 0

    def plains(self, text: str) -> Iterator[str]:
        """What a spelling may come to, once prefixes, paths and separators are gone."""
        if self.pattern is not None:
            yield from _numbered(self.pattern, text)
            return
        text = text if self.suffix is None else self.suffix.sub("", text)
        for tail in _tails(text):
            match = self.prefix.match(tail)
            if match is not None:
                plain = folded(tail[match.end() :])
                yield plain
                yield _FIRST.sub("", plain)
            if not self.requires_prefix:
                yield folded(tail)

    def known(self, names: tuple[str, ...], short: Mapping[str, str]) -> dict[str, Entry]:
        """The names of this convention among others, however few they are. short: each without what all begin with."""
        plains = {name: self.plain(name, short[name]) for name in names}
        return {name: self.names[plain] for name, plain in plains.items() if plain is not None}

    def find(self, names: tuple[str, ...], short: Mapping[str, str]) -> dict[str, Entry]:
        """The shapes of a character that this convention explains; empty where too few are there."""
        plains = {name: self.plain(name, short[name]) for name in names}
        present = {plain for plain in plains.values() if plain is not None}
        if len(present) < self.needs and self._prefixed(plains, short) < self.needs_prefixed:
            return {}
        if self.needs_one and not present & self.needs_one:
            return {}
        return {name: self.names[plain] for name, plain in plains.items() if plain is not None}


@lru_cache(maxsize=65536)
def _plain(convention: Convention, text: str) -> str | None:
    """Remembered, for every mesh of a character is asked about the same names."""
    return next((plain for plain in convention.plains(text) if plain in convention.names), None)


@lru_cache(maxsize=32768)
def folded(name: str) -> str:
    """A name without case, accents and separators."""
    return _SEPARATORS.sub("", unaccented(name))


@lru_cache(maxsize=1)
def conventions() -> tuple[Convention, ...]:
    """All naming conventions, in the order of their files."""
    files = sorted((Path(__file__).parent / "naming").glob("*.json"))
    return tuple(_convention(file.stem, json.loads(file.read_text(encoding="utf-8"))) for file in files)


@lru_cache(maxsize=8192)
def _tails(text: str) -> tuple[str, ...]:
    """A name, and what follows each separator of a path in it: “rig:Face/JawOpen”, “Face/JawOpen”, “JawOpen”."""
    tails = (text[match.end() :] for match in _PATH.finditer(text))
    return (text, *(tail for tail in tails if tail and not _ENDING.match(tail)))


def _numbered(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Names that are a number with a side before or after it, as “L_AU06”, “AU12_LipCornerPuller_R”: au6l, au12r."""
    match = pattern.search(text)
    if match is None:
        return
    side = phrase(f"x_{match['first'] or ''}_{match['rest']}").side
    number = f"au{int(match['number'])}"
    yield number + side[:1].lower()  # both sides of a unit are not one of them


def _convention(key: str, entry: dict[str, Any]) -> Convention:
    spelled: dict[str, tuple[str, dict[str, float]]] = {}
    for name, driven_by in entry["names"].items():
        for spelling, part, gains in _sided(name, driven_by):
            spelled.setdefault(folded(spelling), (folded(part), gains))
    groups = {spelled[folded(name)][0]: (group, i) for group in entry.get("instead", ()) for i, name in enumerate(group)}
    names: dict[str, Entry] = {}
    for name, (part, gains) in spelled.items():
        group, choice = groups.get(part, ((part,), 0))
        names[name] = Entry(gains, f"{key}:{group[0]}", choice)
    return Convention(
        key=key,
        label=entry["label"],
        source=entry["source"],
        needs=entry["needs"],
        needs_prefixed=entry.get("needs_prefixed", entry["needs"]),
        needs_one=frozenset(folded(spelling) for name in entry.get("needs_one", ()) for spelling, _, _ in _sided(name, None)),
        prefix=re.compile(entry["prefix"]),
        suffix=re.compile(entry["suffix"]) if "suffix" in entry else None,
        requires_prefix=entry.get("requires_prefix", False),
        pattern=re.compile(entry["pattern"]) if "pattern" in entry else None,
        names=names,
    )


def _sided(name: str, driven_by: str | list[str] | dict[str, float] | None) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Each spelling of a name, the spelling that stands for it, and what drives it."""
    if "%" not in name and "@" not in name:
        yield name, name, _gains(driven_by)
        return
    for short, long in _SPELLINGS:
        if not isinstance(driven_by, str | None):
            raise ValueError(f"{name}: a sided name has one source")
        source = driven_by.replace("%", long).replace("@", long) if driven_by else None
        yield name.replace("%", short).replace("@", short), name.replace("%", long[0]).replace("@", long[0]), _gains(source)


def _gains(driven_by: str | list[str] | dict[str, float] | None) -> dict[str, float]:
    if driven_by is None:
        return {}
    if isinstance(driven_by, str):
        return {driven_by: 1.0}
    if isinstance(driven_by, list):
        return {source: 1.0 / len(driven_by) for source in driven_by}
    return driven_by
