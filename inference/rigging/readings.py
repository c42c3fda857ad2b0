# SPDX-License-Identifier: GPL-3.0-or-later
"""What the names of shapes propose: by convention, else by their words, else by likeness with an honest confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from .. import arkit
from .conventions import conventions
from .words import Phrase, Side, likeness, phrase, vocabulary

CERTAIN: Final = 0.75
"""What is at or above this confidence moves the face."""
WORTH_OFFERING: Final = 0.55
"""Guesses below this are not even offered."""

_IN_CONVENTION: Final = 0.98
_IN_WORDS: Final = 0.95
_IN_OTHER_WORDS: Final = 0.85
_COPY_PENALTY: Final = 0.3
_GUESS_SCALE: Final = 0.74
_MARGIN: Final = 0.08
_BOTH: Final[tuple[Side, Side]] = ("Left", "Right")


@dataclass(frozen=True)
class Reading:
    """One way to understand a shape: what drives it, how sure that is, and by which convention."""

    target: str
    gains: Mapping[str, float]
    confidence: float
    convention: str
    part: str = ""

    def doubted(self, confidence: float) -> Reading:
        """The same, at most this sure."""
        return replace(self, confidence=min(self.confidence, confidence))

    @property
    def mirrored(self) -> Reading:
        """The same on the other side of the face."""
        return replace(self, gains={arkit.mirrored(source): gain for source, gain in self.gains.items()})


def by_names(names: tuple[str, ...]) -> dict[str, Reading]:
    """The best reading of each name that has any."""
    best: dict[str, Reading] = {}
    for reading in (*_by_standard(names), *_by_convention(names), *_by_words(names)):
        if reading.target not in best or reading.confidence > best[reading.target].confidence:
            best[reading.target] = reading
    return {name: best[name] for name in names if name in best}


def _by_standard(names: tuple[str, ...]) -> list[Reading]:
    return [Reading(name, {name: 1.0}, 1.0, "ARKit") for name in names if name in arkit.INDEX]


def _by_convention(names: tuple[str, ...]) -> list[Reading]:
    """The convention that explains most of the character comes first, and first come wins."""
    explained = [(convention, convention.find(names)) for convention in conventions()]
    explained.sort(key=lambda item: -len(item[1]))
    return [
        Reading(name, gains, _IN_CONVENTION, convention.label, part=name)
        for convention, found in explained
        for name, gains in found.items()
    ]


def _by_words(names: tuple[str, ...]) -> list[Reading]:
    shared = _shared_beginning(names)
    readings = (_reading_of_words(name, name.removeprefix(shared)) for name in names)
    return [reading for reading in readings if reading is not None]


def _shared_beginning(names: tuple[str, ...]) -> str:
    """A beginning that nearly all names have and that ends at a separator, such as “Hero_face_”."""
    if len(names) < 4:
        return ""
    beginnings: Counter[str] = Counter()
    for name in names:
        beginnings.update(name[: i + 1] for i, letter in enumerate(name[:-1]) if letter in "_.:- |/")
    common = [text for text, count in beginnings.items() if count >= 0.9 * len(names)]
    return max(common, key=len, default="")


def _reading_of_words(name: str, telling: str) -> Reading | None:
    spoken = phrase(telling)
    if not spoken.words and not spoken.side:
        return None
    copied = _COPY_PENALTY if spoken.copied else 0.0
    for shape, phrasings in vocabulary().phrasings.items():
        if spoken.words in phrasings:
            gains = _gains(shape, spoken.side)
            if gains is not None:
                sure = _IN_WORDS if spoken.words == phrasings[0] else _IN_OTHER_WORDS
                return Reading(name, gains, sure - copied, "Words", part=f"{spoken.side}{shape}")
    guess = _guess(spoken)
    if guess is None:
        return None
    shape, sure = guess
    gains = _gains(shape, spoken.side)
    return None if gains is None else Reading(name, gains, sure - copied, "Likeness", part=f"{spoken.side}{shape}")


def _gains(shape: str, side: Side) -> dict[str, float] | None:
    """What drives a shape of that wording on that side: a shape without a side takes the mean of both."""
    if "%" not in shape:
        return {shape: 1.0}
    if side:
        return {shape.replace("%", side): 1.0}
    if shape in {"jaw%", "mouth%"}:
        return None
    return {shape.replace("%", each): 0.5 for each in _BOTH}


def _guess(spoken: Phrase) -> tuple[str, float] | None:
    """The likeliest shape for words that no phrasing has, unless a second one is about as likely.

    At least one word must be spelled as it should be.
    """
    scores = sorted(
        (
            (max((likeness(spoken.words, text) for text in texts if spoken.words & text), default=0.0), shape)
            for shape, texts in vocabulary().phrasings.items()
        ),
        reverse=True,
    )
    (first, shape), (second, _) = scores[0], scores[1]
    sure = _GUESS_SCALE * first
    return (shape, sure) if first - second >= _MARGIN and sure >= WORTH_OFFERING else None
