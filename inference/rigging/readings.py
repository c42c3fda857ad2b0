# SPDX-License-Identifier: GPL-3.0-or-later
"""What the names of shapes propose: by convention, else by their words, else by likeness with an honest confidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from .. import arkit
from .composition import composed
from .conventions import conventions
from .shortening import MANY, shortened
from .sounds import by_sounds
from .vocabulary import vocabulary
from .words import Phrase, Side, likeness, phrase, strange

CERTAIN: Final = 0.75
"""What is at or above this confidence moves the face."""
WORTH_OFFERING: Final = 0.55
"""Guesses below this are not even offered."""

_IN_CONVENTION: Final = 0.98
_LATER_CHOICE: Final = 0.001
_SAME: Final = 0.02
_IN_WORDS: Final = 0.95
_IN_OTHER_WORDS: Final = 0.85
_AS_SOUND: Final = 0.9
_COPY_PENALTY: Final = 0.3
_GUESSED: Final = 0.03
_DOUBTED: Final = 0.72
_GUESS_SCALE: Final = 0.74
_MARGIN: Final = 0.08
_MANY_SHARE: Final = 0.1
_REMARK: Final = re.compile(r"\s*[(（]([^()（）]*)[)）]\s*$")
_MOODS: Final = frozenset({"smile", "frown", "sneer", "snarl", "pout"})
_FEELINGS: Final = 3
_VARIANT: Final = re.compile(r"(.*[^\W\d_])[ _.-]?0?[2-9]")
_BOTH: Final[tuple[Side, Side]] = ("Left", "Right")

_OF_THE_MOUTH: Final = frozenset({"lip", "corner", "chin", "cheek", "tongue"})
_BOTH_LIPS: Final = frozenset({"mouthFunnel", "mouthPucker", "mouthPress%", "mouthClose"})
_SIDED: Final = {"browUp%": "browOuterUp%", "mouthWide%": "mouthStretch%", "mouthRaise%": "mouthSmile%"}
_LOOK_RIGHT: Final = {"eyeLookInLeft": 0.5, "eyeLookOutRight": 0.5}
_BROWS_UP: Final = {"browInnerUp": 0.34, "browOuterUpLeft": 0.33, "browOuterUpRight": 0.33}


@dataclass(frozen=True)
class Reading:
    """One way to understand a shape: what drives it, how sure that is, and by which convention."""

    target: str
    gains: Mapping[str, float]
    confidence: float
    convention: str
    part: str = ""

    def doubted(self, confidence: float) -> Reading:
        """The same reading, its confidence lowered to `confidence` (0..1) where it is higher."""
        return replace(self, confidence=min(self.confidence, confidence))

    @property
    def mirrored(self) -> Reading:
        """The same reading for the other side of the face: Left and Right of its sources exchanged."""
        return replace(self, gains={arkit.mirrored(source): gain for source, gain in self.gains.items()})


def by_names(meshes: Sequence[tuple[str, ...]]) -> dict[str, Reading]:
    """The best reading of each name that has any; the names of all meshes of a character are read together.

    What a convention knows to be none of the 52 shapes has a reading without gains, whatever its words say.
    """
    return dict(_by_names(tuple(meshes)))


@lru_cache(maxsize=64)
def _by_names(meshes: tuple[tuple[str, ...], ...]) -> dict[str, Reading]:
    """Remembered, for a crowd of characters has the same names, and so has a file that is opened again."""
    names = tuple(dict.fromkeys(name for mesh in meshes for name in mesh))
    short = shortened(meshes)
    best: dict[str, Reading] = {}
    for reading in (*_by_standard(names), *_by_convention(names, short), *_by_sounds(short), *_by_words(short)):
        if reading.target not in best or reading.confidence > best[reading.target].confidence + _SAME:
            best[reading.target] = reading
    return {name: best[name] for name in names if name in best}


def _by_standard(names: tuple[str, ...]) -> list[Reading]:
    return [Reading(name, {name: 1.0}, 1.0, "ARKit") for name in names if name in arkit.INDEX]


def _by_convention(names: tuple[str, ...], short: Mapping[str, str]) -> Iterator[Reading]:
    """The convention that explains most of the character comes first, and first come wins."""
    explained = [(convention, convention.find(names, short)) for convention in conventions()]
    explained.sort(key=lambda item: (-len(item[1]), item[0].key == "hobby"))
    for convention, found in explained:
        for name, entry in found.items():
            sure = _IN_CONVENTION - _LATER_CHOICE * entry.choice
            yield Reading(name, entry.gains, sure, convention.label, part=entry.part)


def _by_sounds(short: Mapping[str, str]) -> Iterator[Reading]:
    for name, viseme in by_sounds(short):
        yield Reading(name, {viseme: 1.0}, _AS_SOUND, "Sounds", part=viseme)


def _by_words(short: Mapping[str, str]) -> list[Reading]:
    labels = _labels(short.values())
    readings = (
        _with_remark(name, telling, labels) or _reading_of_words(name, name, frozenset()) for name, telling in short.items()
    )
    told = [_as_variant(reading, short) for reading in readings if reading is not None]
    whole = _whole_expressions(short, labels)
    return [reading.doubted(_DOUBTED) if reading.target in whole else reading for reading in told]


def _whole_expressions(short: Mapping[str, str], labels: frozenset[str]) -> frozenset[str]:
    """Names of one word, such as “F_Smile01”, in the company of feelings: expressions of the whole face."""
    alone = {name: phrase(text, labels) for name, text in short.items()}
    alone = {name: said for name, said in alone.items() if len(said.words) == 1 and not said.side}
    feelings = [name for name, said in alone.items() if said.words <= vocabulary().feelings]
    return frozenset(name for name, said in alone.items() if said.words <= _MOODS) if len(feelings) >= _FEELINGS else frozenset()


def _as_variant(reading: Reading, names: Collection[str]) -> Reading:
    """Of “eyeclose” and “eyeclose3” the second is another shape for the same words, and nobody knows which."""
    numbered = _VARIANT.fullmatch(reading.target)
    return reading.doubted(_DOUBTED) if numbered and numbered[1] in names else reading


def _labels(names: Collection[str]) -> frozenset[str]:
    """Words that mean nothing and that many names have: those of an exporter, a character, a tracker."""
    counts = Counter(word for name in names for word in strange(name))
    return frozenset(word for word, count in counts.items() if count >= max(MANY, _MANY_SHARE * len(names)))


def _with_remark(name: str, telling: str, labels: frozenset[str]) -> Reading | None:
    """Of “下颚前突(嘴闭合)” the jaw is meant; a remark that says another thing casts doubt."""
    whole = _reading_of_words(name, telling, labels)
    remark = _REMARK.search(telling)
    if remark is None:
        return whole
    told = _reading_of_words(name, telling[: remark.start()], labels)
    if not phrase(remark[1]).words:
        return whole or told
    if told is None or (whole is not None and whole.gains == told.gains):
        return whole
    return told.doubted(_DOUBTED)


def _reading_of_words(name: str, telling: str, labels: frozenset[str]) -> Reading | None:
    spoken = phrase(telling, labels)
    if not spoken.words and not spoken.side:
        return None
    told = _told(spoken)
    if told is not None:
        shape, sure = told
        gains = _gains(shape, spoken.side)
        if gains is not None:
            return Reading(name, gains, _as_written(sure, spoken), "Words", part=_part(spoken, shape))
    guess = _guess(spoken)
    if guess is None:
        return None
    shape, sure = guess
    gains = _gains(shape, spoken.side)
    return None if gains is None else Reading(name, gains, _as_written(sure, spoken), "Likeness", part=_part(spoken, shape))


def _told(spoken: Phrase) -> tuple[str, float] | None:
    """The shape that a name's words tell: by a phrasing, by a pattern, or together with what else is said."""
    for shape, phrasings in vocabulary().phrasings.items():
        if spoken.words in phrasings and _gains(shape, spoken.side) is not None:
            return shape, _IN_WORDS if spoken.words == phrasings[0] else _IN_OTHER_WORDS
    shape = _by_pattern(spoken.words)
    return (shape, _IN_OTHER_WORDS) if shape and _gains(shape, spoken.side) is not None else composed(spoken)


def _as_written(sure: float, spoken: Phrase) -> float:
    """Less sure of copies, of shortened and foreign forms, and unsure of what may be misspelt."""
    sure -= _GUESSED * len(spoken.guessed) + (_COPY_PENALTY if spoken.copied else 0.0)
    return min(sure, _DOUBTED) if spoken.misspelt else sure


def _by_pattern(words: frozenset[str]) -> str:
    """The shape whose pattern the words are; of a lip or corner “mouth” need not be said, nor “middle” of what has no sides."""
    patterns = vocabulary().patterns
    if "brow" in words:
        words -= {"eye"}
    if words not in patterns and words & _OF_THE_MOUTH:
        words -= {"mouth"}
    middle = patterns.get(words - {"middle"}, "")
    return patterns.get(words, "" if "%" in middle else middle)


def _part(spoken: Phrase, shape: str) -> str:
    """What of a shape is meant: halves of one for both lips move together, as do those of the two sides."""
    lips = spoken.words & {"upper", "lower"} if shape in _BOTH_LIPS else ()
    return f"{spoken.side}{shape}{''.join(sorted(lips))}"


def _gains(shape: str, side: Side) -> dict[str, float] | None:
    """What drives a shape of that wording on that side: a shape without a side takes the mean of both."""
    if "%" not in shape:
        return {shape: 1.0}
    if shape == "eyeLook%":
        return {"eyeLookOutLeft": 0.5, "eyeLookInRight": 0.5} if side == "Left" else _LOOK_RIGHT if side else None
    if shape == "browUp%" and not side:
        return _BROWS_UP
    if side:
        return {_SIDED.get(shape, shape).replace("%", side): 1.0}
    if shape in {"jaw%", "mouth%", "mouthWide%", "mouthRaise%"}:  # a wide mouth is as often the build of a face
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
