# SPDX-License-Identifier: GPL-3.0-or-later
"""Moods: written recipes of how a character is, kept as JSON. They come on top of a preset and of the emotions.

A mood moves sliders (blinks, gaze, head, manner of speaking, a mix of emotions), holds a face in millimetres, and does things
now and then. A Direction names one that comes along, or has the text of one within it, so that a scene needs no other file.
Needs no NumPy, so that a menu of moods costs nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from . import arkit
from .direction import Control, Direction, controls
from .errors import ParlanceError
from .feature_names import FEATURES, PARTS
from .saved_json import SavedJson

FILE: Final = SavedJson("mood", "parlance mood", 1)
FOLDER: Final = Path(__file__).with_name("acting") / "moods"
SHIPPED: Final = (
    "confident", "excited", "bored", "playful", "confused", "tired", "tender", "sarcastic", "stern", "flirty", "in_pain",
    "laughing",
)  # fmt: skip
"""The files that come along, in the order of the menu."""
NOT_MOVED: Final = ("mood_amount", "seed", "emotion_strength")
MOVED: Final[dict[str, Control]] = {
    item.name: item
    for item in controls()
    if isinstance(item.default, float) and item.section not in ("timing", "keys") and item.name not in NOT_MOVED
}
"""The sliders that a mood may move."""
UNITS: Final = frozenset({*arkit.NAMES, *(name.removesuffix("Left") for name in arkit.NAMES if name.endswith("Left"))})
MILLIMETRES: Final = frozenset({*FEATURES, *PARTS})
MOMENTS: Final = ("any", "accent", "phrase_end", "pause")
"""When a mood does something: at any time, on a stressed syllable, at the end of a phrase, in a pause."""
MOST_CHARACTERS: Final = 60_000
MOST_GESTURES: Final = 12
FURTHEST: Final = 20.0
"""Millimetres that anything in a face is asked to go at most."""


@dataclass(frozen=True)
class Look:
    """A face: units, weights 0..1 of the shapes it is made of; mm, how far features go where that should not be left to them."""

    units: Mapping[str, float] = field(default_factory=dict)
    mm: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Gesture:
    """Something a mood does now and then.

    look: the face it adds.   head: degrees it adds, pitch (down), yaw and roll (to the left).   at: one of MOMENTS.
    per_minute: how often.   rise, hold, fall: seconds.   beats: how often a second it shakes, 0 for not at all.
    """

    look: Look
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    at: str = "any"
    per_minute: float = 6.0
    rise: float = 0.25
    hold: float = 0.4
    fall: float = 0.5
    beats: float = 0.0


@dataclass(frozen=True)
class Mood:
    """A recipe. plus: what is added to sliders.   times: what they are multiplied by.   look: the face that is held.

    strength: 0..1, how far look and gestures are shown where the mood is in full.
    """

    name: str
    about: str
    plus: Mapping[str, float] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)
    look: Look = field(default_factory=Look)
    gestures: tuple[Gesture, ...] = ()
    strength: float = 1.0


def mood_names() -> tuple[str, ...]:
    """The names of the moods that come along, for `load_mood`."""
    return SHIPPED


@lru_cache(maxsize=32)
def load_mood(name: str) -> Mood:
    """A mood that comes along, by the name of its file, or from its own text. Raises ParlanceError where it is neither."""
    if name.lstrip().startswith("{"):
        return parse_mood(name)
    if name not in SHIPPED:
        raise ParlanceError(f"There is no mood “{name[:60]}”; choose one of {', '.join(SHIPPED)}, or a file.")
    return read_mood(FOLDER / f"{name}.json")


def read_mood(path: Path) -> Mood:
    """A mood from a JSON file. Raises ParlanceError for a file that cannot be read or is no mood."""
    return parse_mood(FILE.read(path), path.stem)


def write_mood(mood: Mood, path: Path) -> None:
    """Save a mood as JSON, whole or not at all. Raises ParlanceError where the file cannot be written."""
    FILE.write(format_mood(mood), path)


def mood_named(given: str) -> str:
    """What a Direction keeps of a mood that is given by its name or as a file. Raises ParlanceError for neither."""
    if given.lower().endswith(".json"):
        return embedded(read_mood(Path(given)))
    if not given.lstrip().startswith("{"):
        given = given.strip().lower().replace("-", "_").replace(" ", "_")
    if given:
        load_mood(given)
    return given


def embedded(mood: Mood) -> str:
    """The text of a mood for `Direction.mood`, in one line."""
    return json.dumps(json.loads(format_mood(mood)), ensure_ascii=False, separators=(",", ":"))


def directed(direction: Direction) -> Direction:
    """The direction with the sliders where its mood moves them; itself where it has none. Raises ParlanceError as `load_mood`.

    A character whose head cannot turn keeps its carriage.
    """
    if not direction.mood or direction.mood_amount <= 0:
        return direction
    mood, amount = load_mood(direction.mood), direction.mood_amount
    values: dict[str, Any] = {}
    for name in {**mood.plus, **mood.times}:
        item = MOVED[name]
        if item.section == "head" and direction.head_amount == 0:
            continue
        value = getattr(direction, name) * mood.times.get(name, 1.0) ** amount + amount * mood.plus.get(name, 0.0)
        values[name] = min(max(value, item.low), item.high)
    return replace(direction, **values)


def mood_of(direction: Direction, base: Direction, name: str, about: str = "") -> Mood:
    """What a Direction has beyond a base, as a mood of one's own: sliders, emotions, and the mood that is in it already.

    base: what the mood will be put on, as the preset in force; on it the saved mood gives what the Direction gives now.
    """
    moved = directed(direction)
    plus = {each: getattr(moved, each) - getattr(base, each) for each in MOVED}
    plus = {each: round(value, 4) for each, value in plus.items() if abs(value) > 1e-4}
    if not direction.mood or direction.mood_amount <= 0:
        return Mood(name, about, plus)
    held = load_mood(direction.mood)
    return Mood(name, about, plus, {}, held.look, held.gestures, round(held.strength * direction.mood_amount, 4))


def format_mood(mood: Mood) -> str:
    """The JSON text of a mood."""
    raw: dict[str, Any] = {"format": FILE.format, "version": FILE.version, "name": mood.name, "about": mood.about}
    raw |= {"sliders": {"plus": dict(mood.plus), "times": dict(mood.times)}, "face": _raw(mood.look), "strength": mood.strength}
    raw["gestures"] = [
        _raw(each.look)
        | {"head": list(each.head), "at": each.at, "per_minute": each.per_minute}
        | {"rise": each.rise, "hold": each.hold, "fall": each.fall, "beats": each.beats}
        for each in mood.gestures
    ]
    return json.dumps(raw, ensure_ascii=False, indent=2) + "\n"


def _raw(look: Look) -> dict[str, Any]:
    return {"units": dict(look.units), "mm": dict(look.mm)}


def parse_mood(text: str, fallback_name: str = "mood") -> Mood:
    """A mood from JSON text. Raises ParlanceError that says what is wrong with it."""
    if len(text) > MOST_CHARACTERS:
        raise ParlanceError(f"“{fallback_name}” is too long to be a mood; choose a file that was saved by Parlance.")
    raw = FILE.parse(text, fallback_name)
    name = raw.get("name", fallback_name)
    name = name.strip()[:60] if isinstance(name, str) and name.strip() else fallback_name
    return _Reader(name).mood(raw)


class _Reader:
    """Raw JSON of one mood, told from mistakes by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def mood(self, raw: dict[str, Any]) -> Mood:
        sliders, about = self.part(raw, "sliders"), raw.get("about", "")
        gestures = raw.get("gestures", [])
        is_list = isinstance(gestures, list) and all(isinstance(each, dict) for each in gestures)
        if not is_list or len(gestures) > MOST_GESTURES:
            raise ParlanceError(f"In the mood “{self.name}”, “gestures” must be a list of at most {MOST_GESTURES} gestures.")
        return Mood(
            self.name,
            about[:300] if isinstance(about, str) else "",
            self.numbers(sliders, "plus", frozenset(MOVED), (-100.0, 100.0)),
            self.numbers(sliders, "times", frozenset(MOVED), (0.01, 10.0)),
            self.look(self.part(raw, "face")),
            tuple(self.gesture(each) for each in gestures),
            self.number("strength", raw.get("strength", 1.0), (0.0, 1.0)),
        )

    def gesture(self, raw: dict[str, Any]) -> Gesture:
        head, at = raw.get("head", [0, 0, 0]), raw.get("at", "any")
        if at not in MOMENTS:
            raise ParlanceError(f"In the mood “{self.name}”, a gesture must be “at” one of {', '.join(MOMENTS)}.")
        if not isinstance(head, list) or len(head) != 3:
            raise ParlanceError(f"In the mood “{self.name}”, a gesture's “head” must be three numbers of degrees.")
        pitch, yaw, roll = (self.number("head", value, (-45.0, 45.0)) for value in head)
        usual = Gesture(Look())
        times = {key: self.number(key, raw.get(key, getattr(usual, key)), (0.02, 10.0)) for key in ("rise", "hold", "fall")}
        often = self.number("per_minute", raw.get("per_minute", usual.per_minute), (0.0, 120.0))
        beats = self.number("beats", raw.get("beats", 0.0), (0.0, 12.0))
        return Gesture(self.look(raw), (pitch, yaw, roll), at, often, beats=beats, **times)

    def look(self, raw: dict[str, Any]) -> Look:
        return Look(self.numbers(raw, "units", UNITS, (0.0, 1.0)), self.numbers(raw, "mm", MILLIMETRES, (-FURTHEST, FURTHEST)))

    def part(self, raw: dict[str, Any], key: str) -> dict[str, Any]:
        found = raw.get(key, {})
        if not isinstance(found, dict):
            raise ParlanceError(f"In the mood “{self.name}”, “{key}” must be a group of names and numbers.")
        return found

    def numbers(self, raw: dict[str, Any], key: str, known: frozenset[str], span: tuple[float, float]) -> dict[str, float]:
        found = self.part(raw, key)
        for name in found:
            if name not in known:
                raise ParlanceError(f"The mood “{self.name}” sets “{name[:60]}” in “{key}”, which does not exist; remove it.")
        return {name: self.number(name, value, span) for name, value in found.items()}

    def number(self, key: str, value: object, span: tuple[float, float]) -> float:
        """Within its span. Raises ParlanceError for what is no number."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(_float(value)):
            raise ParlanceError(f"In the mood “{self.name}”, “{key}” must be a number.")
        return min(max(float(value), span[0]), span[1])


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
