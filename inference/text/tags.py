# SPDX-License-Identifier: GPL-3.0-or-later
"""What a direction in brackets means: `[warm]`, `[brow raise 60%]`, `[looks left]`, `[laughs]`, or the name of a preset or mood.

The table is data (`acting/tags.json`; in German and French `acting/tag_words.json`). Upper case, hyphens and plurals do not
matter; an amount may follow, and a time: `[smiles 40% 2s]`, `[slightly sad]`. Needs no NumPy.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from .. import moods, presets
from ..direction import Direction, controls

TABLE: Final = Path(__file__).resolve().parents[1] / "acting" / "tags.json"
OTHERS: Final = TABLE.with_name("tag_words.json")
FULL: Final = 1.0
WORDS: Final = {"slightly": 0.45, "slight": 0.45, "a little": 0.45, "little": 0.45, "very": 1.35, "strongly": 1.35, "big": 1.35}
"""Words that say how much, against what the tag alone means."""
MOST: Final = 2.0
"""Times what a direction says that it can be asked for."""
_AMOUNT: Final = re.compile(r"(?<![\d.,])(\d{1,6}(?:[.,]\d+)?)\s*%")
_SECONDS: Final = re.compile(r"(?<![\d.,])(\d{1,4}(?:[.,]\d+)?)\s*s(?:ec(?:onds)?|ek(?:unden)?|econdes)?\b")
_LIKE: Final = 0.55
"""Likeness from which a known tag is offered for an unknown one."""


@dataclass(frozen=True)
class Meaning:
    """What one tag asks for.

    does: "mood", "manner", "end", "gesture", "look", "look at", "sound" or "pause".   raw: its row of the table.
    amount: against what the row says, 1 for just that; exact where it was given in per cent.   seconds: None as usual.
    name: what is looked at.   preset: the Direction of a preset, mood: of `Direction.mood`, where it names one.
    """

    does: str
    raw: Mapping[str, Any] = field(default_factory=dict)
    amount: float = FULL
    exact: bool = False
    seconds: float | None = None
    name: str = ""
    preset: Direction | None = None
    mood: str = ""

    def directed(self, base: Direction) -> Direction:
        """A mood or a manner on top of a Direction."""
        if self.preset is not None:
            return _between(base, self.preset, min(self.amount, 1.0))
        if self.mood:
            return replace(base, mood=self.mood, mood_amount=min(self.amount, 1.0))
        changes: dict[str, Any] = {}
        known = {item.name: item for item in controls()}
        alone = len(self.raw.get("set", {})) == 1
        for name, value in self.raw.get("set", {}).items():
            item = known[name]
            # One emotion at 60 % is .6 of it; a mixture is taken by shares.
            wanted = self.amount if self.exact and alone else item.default + self.amount * (value - item.default)
            changes[name] = round(min(max(wanted, item.low), item.high), 6)
        return replace(base, **changes)


@dataclass(frozen=True)
class Known:
    """The names that an artist has added: presets by name, moods (as `Direction.mood` has them) by name."""

    presets: Mapping[str, Direction] = field(default_factory=dict)
    moods: Mapping[str, str] = field(default_factory=dict)


def plain(text: str) -> str:
    """A tag as it is compared: lower case, single spaces, no hyphens."""
    return " ".join(re.sub(r"[-_’'.,!]+", " ", unicodedata.normalize("NFC", text).lower()).split())


@lru_cache(maxsize=1)
def table() -> tuple[dict[str, Any], ...]:
    """The rows of the table."""
    return tuple(json.loads(TABLE.read_text(encoding="utf-8"))["tags"])


@lru_cache(maxsize=1)
def others() -> dict[str, dict[str, list[str]]]:
    """By language, what directions are called in it, by their first English name."""
    return dict(json.loads(OTHERS.read_text(encoding="utf-8"))["words"])


@lru_cache(maxsize=1)
def _by_name() -> dict[str, dict[str, Any]]:
    found = {plain(name): row for row in table() for name in row["names"]}
    first = {row["names"][0]: row for row in table()}
    for words in others().values():
        for name, called in words.items():
            for each in called:
                found.setdefault(plain(each), first[name])
    return found


def meaning(text: str, known: Known | None = None) -> Meaning | None:
    """What a tag means; None where nobody knows it. The artist's own names come first."""
    known = known or Known()
    bare, amount, exact, seconds = _measured(text)
    if not bare:
        return None
    amount = min(amount, MOST)
    if own := own_name(text, known):
        own_mood = known.moods.get(own, "")
        does = "mood" if own_mood else "manner"
        return Meaning(does, {}, amount, exact, seconds, preset=None if own_mood else known.presets[own], mood=own_mood)
    row = _by_name().get(bare) or _by_name().get(_singular(bare))
    if row is not None:
        return _of_row(row, amount, exact, seconds)
    shipped = bare.replace(" ", "_")
    if shipped in presets.preset_names():
        return Meaning("manner", {}, amount, exact, seconds, preset=presets.load_preset(shipped).direction)
    looked = next((name for name, row in _by_name().items() if row["does"] == "look at" and bare.startswith(name + " ")), None)
    named = _by_name()[looked] if looked is not None else {}
    return Meaning("look at", named, amount, exact, seconds, name=_as_written(text, looked)) if looked is not None else None


def own_name(text: str, known: Known) -> str:
    """Which of the artist's own moods and presets a tag names; empty where none."""
    bare = _measured(text)[0]
    return next((name for name in (*known.moods, *known.presets) if plain(name) == bare), "")


def _of_row(row: dict[str, Any], amount: float, exact: bool, seconds: float | None) -> Meaning | None:
    if row["does"] == "look at" and "name" not in row:
        return None
    preset = presets.load_preset(row["preset"]).direction if "preset" in row else None
    return Meaning(row["does"], row, amount, exact, seconds, preset=preset, mood=row.get("mood", ""))


def _measured(text: str) -> tuple[str, float, bool, float | None]:
    """A tag without its amount and time; the amount, whether it was given in per cent, and the seconds."""
    amount, seconds = _AMOUNT.search(text), _SECONDS.search(_AMOUNT.sub(" ", text))
    bare = plain(_SECONDS.sub(" ", _AMOUNT.sub(" ", text)))
    lasting = _number(seconds[1]) if seconds else None
    if amount is not None:
        return bare, _number(amount[1]) / 100, True, lasting
    for word, much in WORDS.items():
        if bare.startswith(word + " ") and bare not in _by_name():
            return bare[len(word) + 1 :], much, False, lasting
    return bare, FULL, False, lasting


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _singular(bare: str) -> str:
    first, _, rest = bare.partition(" ")
    return f"{first.removesuffix('s')} {rest}".strip()


def _as_written(text: str, looked: str) -> str:
    """The name that follows, with its own capitals and marks."""
    return " ".join(text.split()[len(looked.split()) :])


def nearest(text: str, known: Known | None = None, names: Sequence[str] = ()) -> str:
    """The known tag that an unknown one is most like; empty where it is like none. names: of what can be looked at."""
    known, bare = known or Known(), _measured(text)[0]
    everything = {plain(each): each for words in others().values() for called in words.values() for each in called}
    everything |= {plain(name): name for row in table() for name in row["names"]}
    everything |= {plain(name): name for name in (*presets.preset_names(), *moods.mood_names(), *known.presets, *known.moods)}
    everything |= {plain(f"looks at {name}"): f"looks at {name}" for name in names}
    found = difflib.get_close_matches(bare, list(everything), 1, _LIKE)
    return everything[found[0]].replace("_", " ") if found else ""


def unknown(text: str, known: Known | None = None, names: Sequence[str] = ()) -> str:
    """One sentence for people on a tag that nobody knows."""
    if not plain(text):
        return "A direction is empty; write in the brackets what the face does, as in [smiles]."
    close = nearest(text, known, names)
    if plain(close) == plain(text):
        return f"The direction [{text[:60]}] needs a name, as in [{close} camera]."
    offer = f"did you mean [{close}]?" if close else "see the list in the manual."
    return f"Nothing is known of the direction [{text[:60]}]; {offer}"


def trouble(text: str, known: Known | None = None, names: Sequence[str] = ()) -> str:
    """One sentence for people on a tag that cannot be done as it says; empty where it can. names: of what can be looked at."""
    found, amount = meaning(text, known), _measured(text)[1]
    if found is None:
        return unknown(text, known, names)
    if amount > MOST:
        return f"The direction [{text[:60]}] is taken at {MOST:.0%}, the most there is."
    if found.name and names and plain(found.name) not in map(plain, names):
        return f"Nothing in the scene is called “{found.name[:60]}”; write its name in [{text[:60]}] as it is there."
    return ""


def _between(base: Direction, other: Direction, share: float) -> Direction:
    """The base with what another Direction sets beyond the defaults, by a share."""
    changes: dict[str, Any] = {}
    for item in controls():
        value = getattr(other, item.name)
        if value == item.default or item.section in ("keys", "timing"):
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            changes[item.name] = value
        else:
            here = getattr(base, item.name)
            changes[item.name] = round(here + share * (value - here), 6)
    if other.mood:
        changes |= {"mood": other.mood, "mood_amount": other.mood_amount * share}
    return replace(base, **changes)
