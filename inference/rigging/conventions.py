# SPDX-License-Identifier: GPL-3.0-or-later
"""conventions.json: naming conventions with words of their own, read once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_SIDES = (("L", "Left"), ("R", "Right"))


@dataclass(frozen=True)
class Convention:
    """One convention.

    needs: how many different names must be found before any of them means anything; short names such as “A” need company.
    names: the plain name to {source: gain}.
    """

    key: str
    label: str
    needs: int
    prefix: re.Pattern[str]
    requires_prefix: bool
    ignore_case: bool
    names: Mapping[str, Mapping[str, float]]

    def plain(self, name: str) -> str | None:
        """A shape's name without the convention's prefix; None where the prefix is missing but needed."""
        text = unicodedata.normalize("NFC", name)
        match = self.prefix.match(text)
        if match is None:
            return None if self.requires_prefix else self._cased(text)
        return self._cased(text[match.end() :])

    def known(self, names: tuple[str, ...]) -> dict[str, Mapping[str, float]]:
        """The names of this convention among others, each with its sources, however few they are."""
        return {name: self.names[plain] for name in names if (plain := self.plain(name)) is not None and plain in self.names}

    def _cased(self, text: str) -> str:
        return text.lower() if self.ignore_case else text

    def find(self, names: tuple[str, ...]) -> dict[str, Mapping[str, float]]:
        """The shapes of a character that this convention explains, each with its sources; empty where too few are there."""
        found = self.known(names)
        return found if len({self.plain(name) for name in found}) >= self.needs else {}


@lru_cache(maxsize=1)
def conventions() -> tuple[Convention, ...]:
    """All of them."""
    raw = json.loads(Path(__file__).with_name("conventions.json").read_text(encoding="utf-8"))
    return tuple(_convention(key, entry) for key, entry in raw.items() if key != "about")


def _convention(key: str, entry: dict[str, Any]) -> Convention:
    ignore_case = entry.get("ignore_case", False)
    names = {name: sources for item in entry["names"].items() for name, sources in _sided(*item)}
    return Convention(
        key=key,
        label=entry["label"],
        needs=entry["needs"],
        prefix=re.compile(entry["prefix"]),
        requires_prefix=entry.get("requires_prefix", False),
        ignore_case=ignore_case,
        names={(name.lower() if ignore_case else name): sources for name, sources in names.items()},
    )


def _sided(name: str, driven_by: str | list[str] | dict[str, float]) -> Iterator[tuple[str, dict[str, float]]]:
    if "%" not in name and "@" not in name:
        yield name, _gains(driven_by)
        return
    for short, long in _SIDES:
        if not isinstance(driven_by, str):
            raise ValueError(f"{name}: a sided name has one source")
        yield name.replace("%", short).replace("@", long), _gains(driven_by.replace("%", long).replace("@", long))


def _gains(driven_by: str | list[str] | dict[str, float]) -> dict[str, float]:
    if isinstance(driven_by, str):
        return {driven_by: 1.0}
    if isinstance(driven_by, list):
        return {source: 1.0 / len(driven_by) for source in driven_by}
    return driven_by
