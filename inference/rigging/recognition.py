# SPDX-License-Identifier: GPL-3.0-or-later
"""From shape names to a Rig map: by convention, else by their words, else by likeness with an honest confidence.

Nothing doubtful moves a face unasked: what is less sure than CERTAIN, and what another shape does better, is offered muted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .. import arkit
from . import visemes
from .conventions import conventions
from .rig_map import Drive, RigMap
from .words import Phrase, Side, likeness, phrase, vocabulary

CERTAIN: Final = 0.75
"""Drives at or above this confidence are active."""
WORTH_OFFERING: Final = 0.55
"""Guesses below this are not even offered."""

_IN_CONVENTION: Final = 0.98
_IN_WORDS: Final = 0.95
_IN_OTHER_WORDS: Final = 0.85
_COPY_PENALTY: Final = 0.3
_GUESS_SCALE: Final = 0.74
_MARGIN: Final = 0.08
_CORE: Final = ("mouthClose", "mouthFunnel", "mouthPucker")
_BOTH: Final[tuple[Side, Side]] = ("Left", "Right")


@dataclass(frozen=True)
class _Reading:
    """One way to understand a shape: what drives it, how sure that is, and by which convention."""

    target: str
    gains: Mapping[str, float]
    confidence: float
    convention: str
    part: str = ""


def recognise(names: Iterable[str]) -> RigMap:
    """How a character with these shape names answers to the 52 shapes.

    Shapes that no reading explains are left out. Two shapes that would do the same thing twice, and visemes beside a full set of
    ARKit shapes, are kept but muted. Works on any names, also none.
    """
    distinct = tuple(dict.fromkeys(names))
    readings = [*_by_standard(distinct), *_by_convention(distinct), *_by_words(distinct)]
    best: dict[str, _Reading] = {}
    for reading in readings:
        if reading.target not in best or reading.confidence > best[reading.target].confidence:
            best[reading.target] = reading
    chosen = [best[name] for name in distinct if name in best]
    muted = _superfluous(chosen)
    drives = (
        Drive(source, reading.target, gain=gain, muted=reading.target in muted, confidence=round(reading.confidence, 2))
        for reading in chosen
        for source, gain in reading.gains.items()
    )
    return RigMap(_most_common(chosen, muted), tuple(drives))


def recognise_as(key: str, names: Iterable[str]) -> RigMap:
    """The preset of one convention (conventions.py) for a character: only the names it knows, none muted as superfluous."""
    convention = next(each for each in conventions() if each.key == key)
    distinct = tuple(dict.fromkeys(names))
    found = convention.known(distinct)
    drives = (Drive(source, name, gain=gain) for name, gains in found.items() for source, gain in gains.items())
    return RigMap(convention.label, tuple(drives))


def _by_standard(names: tuple[str, ...]) -> list[_Reading]:
    return [_Reading(name, {name: 1.0}, 1.0, "ARKit") for name in names if name in arkit.INDEX]


def _by_convention(names: tuple[str, ...]) -> list[_Reading]:
    """The convention that explains most of the character comes first, and first come wins."""
    explained = [(convention, convention.find(names)) for convention in conventions()]
    explained.sort(key=lambda item: -len(item[1]))
    return [
        _Reading(name, gains, _IN_CONVENTION, convention.label, part=name)
        for convention, found in explained
        for name, gains in found.items()
    ]


def _by_words(names: tuple[str, ...]) -> list[_Reading]:
    shared = _shared_beginning(names)
    readings = (_reading_of_words(name, name.removeprefix(shared)) for name in names)
    return [reading for reading in readings if reading is not None]


def _shared_beginning(names: tuple[str, ...]) -> str:
    """A beginning that nearly all names have and that ends at a separator, such as “Hero_face_”."""
    if len(names) < 4:
        return ""
    beginnings: Counter[str] = Counter()
    for name in names:
        beginnings.update(name[: i + 1] for i, letter in enumerate(name[:-1]) if letter in "_.:- |")
    common = [text for text, count in beginnings.items() if count >= 0.9 * len(names)]
    return max(common, key=len, default="")


def _reading_of_words(name: str, telling: str) -> _Reading | None:
    spoken = phrase(telling)
    if not spoken.words and not spoken.side:
        return None
    copied = _COPY_PENALTY if spoken.copied else 0.0
    for shape, phrasings in vocabulary().phrasings.items():
        if spoken.words in phrasings:
            gains = _gains(shape, spoken.side)
            if gains is not None:
                sure = _IN_WORDS if spoken.words == phrasings[0] else _IN_OTHER_WORDS
                return _Reading(name, gains, sure - copied, "Words", part=f"{spoken.side}{shape}")
    guess = _guess(spoken)
    if guess is None:
        return None
    shape, sure = guess
    gains = _gains(shape, spoken.side)
    return None if gains is None else _Reading(name, gains, sure - copied, "Likeness", part=f"{spoken.side}{shape}")


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


def _superfluous(readings: list[_Reading]) -> frozenset[str]:
    """Targets to mute: the unsure, what a better reading does already, and visemes beside a full set of ARKit shapes."""
    muted = {reading.target for reading in readings if reading.confidence < CERTAIN}
    by_source: dict[str, list[_Reading]] = {}
    for reading in readings:
        if reading.target not in muted:
            for source in reading.gains:
                by_source.setdefault(source, []).append(reading)
    for rivals in by_source.values():
        muted |= _outdone(rivals)
    active = {source for reading in readings if reading.target not in muted for source in reading.gains}
    if "jawOpen" in active and len(active.intersection(_CORE)) >= 2:
        muted |= {reading.target for reading in readings if any(source in visemes.NAMES for source in reading.gains)}
    return frozenset(muted)


def _outdone(rivals: list[_Reading]) -> set[str]:
    """Of several shapes for one source, all but those of the best convention; one for each side and part within it."""
    combined = {reading.target for reading in rivals if len(reading.gains) > 1}
    if len(combined) < len(rivals):
        rivals, outdone = [reading for reading in rivals if reading.target not in combined], combined
    else:
        outdone = set()
    best = max(rivals, key=lambda reading: reading.confidence)
    kept: dict[str, str] = {}
    for reading in sorted(rivals, key=lambda reading: -reading.confidence):
        same_kind = reading.convention == best.convention and reading.confidence >= best.confidence - 0.05
        if same_kind and reading.part not in kept:
            kept[reading.part] = reading.target
    return outdone | {reading.target for reading in rivals if reading.target not in kept.values()}


def _most_common(readings: list[_Reading], muted: frozenset[str]) -> str:
    counts = Counter(reading.convention for reading in readings if reading.target not in muted)
    label = counts.most_common(1)[0][0] if counts else ""
    return {"Words": "ARKit in other spelling", "Likeness": "unknown names"}.get(label, label)
