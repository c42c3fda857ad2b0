# SPDX-License-Identifier: GPL-3.0-or-later
"""Geometry decides, names propose: readings of names held against what the shapes do, and shapes known by that alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..geometry import INDEX
from . import visemes
from .readings import CERTAIN, WORTH_OFFERING, Reading
from .survey import Survey, library
from .windows import WINDOWS
from .words import says_something_else

BY_EFFECT: Final = "what the shapes do"
_ELSEWHERE: Final = 0.06
"""Share of a shape's motion that must lie where its name says, for the name to be believed."""
_OTHER_SIDE: Final = 0.5
_SHUT: Final = 0.6
_LIKE: Final = 0.45
_AGREES: Final = 0.7
_ACTIVE_AT: Final = 0.86
_SURE: Final = 0.97
_MARGIN: Final = 0.03
_SAME: Final = 0.93
"""Cosine at which two sources cannot be told apart by what they do."""
_SIZES: Final = (0.2, 4.0)
_UPPER: Final = np.array([any(part in name for part in ("lid", "eye", "brow")) for name in WINDOWS])
_HOLDS_SHUT: Final = 0.35
_TURNED: Final = -0.7
"""Cosine with what a shape typically does at which it does the opposite."""
_STRONG: Final = 0.25
"""Share of a typical motion below which a shape proves nothing."""
_PLAIN: Final = {"jawOpen": 2.0, "eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}
"""Millimetres the wrong way that prove a shape reversed, of those that the face itself is found by."""
_ANYWHERE: Final = frozenset({"cheeks", "nose", "tongue"})


def weighed(readings: Mapping[str, Reading], found: Survey, others: Collection[str] = ()) -> dict[str, Reading]:
    """The readings of names, doubted, mirrored or confirmed by a survey, and readings of the shapes that names leave open.

    others: names that are known to be none of the 52 shapes; what they do is only offered.
    """
    result: dict[str, Reading] = {}
    widest = max((opens(name, found) for name in found.names), default=0.0)
    for name, reading in readings.items():
        if name not in found.index or name in found.dead:
            result[name] = reading
        elif not _moves_there(reading, found):
            continue
        else:
            result[name] = _closing(_confirmed(_on_its_side(reading, found), found), widest, found)
    open_names = [name for name in found.names if name not in found.dead and not _settled(result.get(name))]
    taken = {source for reading in result.values() if _settled(reading) for source in reading.gains}
    for reading in _by_effect(open_names, taken, found, others):
        known = result.get(reading.target)
        if known is None or reading.confidence > known.confidence:
            result[reading.target] = reading
    return {name: result[name] for name in found.names if name in result}


def _settled(reading: Reading | None) -> bool:
    return reading is not None and reading.confidence >= CERTAIN


def joined(gains: Mapping[str, float]) -> str:
    """The entry of the library for sources that drive one shape together; empty where it has none."""
    known = library().index
    return next((name for name in ("+".join(gains), "+".join(reversed(list(gains)))) if name in known), "")


def _moves_there(reading: Reading, found: Survey) -> bool:
    """Whether a shape moves the half of the face that its name says, brows and eyes or jaw and mouth."""
    regions = {arkit.region_of(source) if source in arkit.INDEX else "mouth" for source in reading.gains}
    if regions & _ANYWHERE:
        return True
    energy = np.square(found.windows[found.index[reading.target]]).sum(1)
    upper, all_told = float(energy[_UPPER].sum()), float(energy.sum())
    share = upper / all_told if all_told > 0.0 else 0.5
    if regions <= {"eyes", "brows"}:
        return all_told == 0.0 or share > _ELSEWHERE
    return all_told == 0.0 or 1.0 - share > _ELSEWHERE


def _on_its_side(reading: Reading, found: Survey) -> Reading:
    """The reading of the side of the face that a shape really moves: names are often those of the viewer's left and right."""
    if len(reading.gains) != 1:
        return reading
    (source,) = reading.gains
    other = arkit.mirrored(source)
    if other == source:
        return reading
    own, mirrored = found.like(reading.target, source), found.like(reading.target, other)
    return reading.mirrored if mirrored > _OTHER_SIDE and own < mirrored - _OTHER_SIDE else reading


def _confirmed(reading: Reading, found: Survey) -> Reading:
    """A guess by words that the shape bears out is certain; the name still says what it is."""
    entry = joined(reading.gains)
    if reading.confidence >= CERTAIN or not entry or reading.confidence < WORTH_OFFERING:
        return reading
    if found.like(reading.target, entry) < _AGREES:
        return reading
    return Reading(reading.target, reading.gains, CERTAIN, reading.convention, reading.part)


def _closing(reading: Reading, widest: float, found: Survey) -> Reading:
    """Lips that only press are a pose of their own: mouthClose closes a mouth that the jaw holds open."""
    if set(reading.gains) != {"mouthClose"} or opens(reading.target, found) < -_HOLDS_SHUT * widest:
        return reading
    if is_reversed(found, reading.target, reading.gains):
        return reading
    return replace(reading, gains={visemes.CLOSING: 1.0})


def _by_effect(names: list[str], taken: set[str], found: Survey, others: Collection[str]) -> Iterator[Reading]:
    """Readings of what shapes do, the clearest first; no source is given twice."""
    entries = library()
    candidates = []
    proven = _proven(names, found)
    for name in names:
        row = found.likeness[found.index[name]]
        size = float(np.linalg.norm(found.windows[found.index[name]]))
        order = np.argsort(-row)
        first = int(order[0])
        alike = entries.directions @ entries.directions[first]
        rivals = [int(i) for i in order[1:] if alike[i] < _SAME]
        margin = float(row[first] - row[rivals[0]]) if rivals else 1.0
        options = _one_of(entries.sources, row, alike, first)
        if name in proven and found.like(name, proven[name]) > _AGREES:
            options, margin = [proven[name], *options], 1.0
        fits = _SIZES[0] < size / float(entries.sizes[entries.index[options[0]]]) < _SIZES[1]
        candidates.append((float(row[first]), margin, fits, name, options))
    used = set(taken)
    candidates.sort(key=lambda each: (each[3] not in proven, -each[0], each[3]))
    for like, margin, fits, name, options in candidates:
        source = next((option for option in options if not used.intersection(option.split("+"))), None)
        clear = source is not None
        gains = {each: 1.0 / len((source or options[0]).split("+")) for each in (source or options[0]).split("+")}
        sure = _confidence(like, margin, fits and clear)
        if sure < WORTH_OFFERING:
            continue
        if name in others or says_something_else(name):
            sure = min(sure, CERTAIN - 0.01)
        if sure >= CERTAIN:
            used.update(gains)
        yield Reading(name, gains, round(sure, 2), BY_EFFECT, part=name)


def _proven(names: list[str], found: Survey) -> dict[str, str]:
    """What distances alone prove: the shape that opens the mouth widest, and those that close an eye, or both."""
    proven: dict[str, str] = {}
    shut: dict[str, list[str]] = {}
    for side in ("Left", "Right"):
        lid = INDEX[f"lid_{side.lower()}"]
        closing = {name: -float(found.measures[found.index[name], lid]) for name in names}
        name = max(closing, key=lambda each: closing[each], default="")
        if name and closing[name] > _SHUT * float(found.rest[lid]) > 0.0:
            shut.setdefault(name, []).append(f"eyeBlink{side}")
    proven |= {name: "+".join(sources) for name, sources in shut.items()}
    widest = max(names, key=lambda name: opens(name, found), default="")
    if widest and opens(widest, found) > 0.0:
        proven[widest] = "jawOpen"
    return proven


def _one_of(sources: tuple[str, ...], row: NDArray[np.float32], alike: NDArray[np.float32], first: int) -> list[str]:
    """The best source and those that cannot be told from it, shapes of ARKit before visemes."""
    same = [i for i in np.argsort(-row) if alike[i] >= _SAME and row[i] > row[first] - 0.05]
    return sorted((sources[i] for i in same), key=lambda source: (source in visemes.NAMES, -float(row[sources.index(source)])))


def _confidence(like: float, margin: float, fits: bool) -> float:
    """0..1 from how alike a shape is to its best source and how much less to the next."""
    sure = (like - _LIKE) / (_SURE - _LIKE)
    if like < _ACTIVE_AT or margin < _MARGIN or not fits:
        sure = min(sure, CERTAIN - 0.01)
    return min(max(sure, 0.0), 0.95)


def is_reversed(found: Survey, target: str, gains: Mapping[str, float]) -> bool:
    """Whether a shape, at the gains of its drives, does the opposite of its name and nothing that another name would explain."""
    entry = joined(gains)
    if not entry or target not in found.index or target in found.dead or entry.startswith("eyeLook"):
        return False
    if entry in _PLAIN:
        way = 1.0 if min(gains.values()) >= 0.0 else -1.0
        return way * _does(found, target, entry) < -_PLAIN[entry]
    row = (1.0 if min(gains.values()) >= 0.0 else -1.0) * found.likeness[found.index[target]]
    own = library().index[entry]
    size = float(np.linalg.norm(found.windows[found.index[target]]))
    if size < _STRONG * float(library().sizes[own]):
        return False
    return bool(row[own] < _TURNED and row.max() < -row[own] and _shows(entry))


def _does(found: Survey, target: str, entry: str) -> float:
    """Millimetres by which a shape lowers the chin, or what lies over the eye."""
    window = "chin" if entry == "jawOpen" else f"eye {entry.removeprefix('eyeBlink').lower()}"
    return -float(found.windows[found.index[target], WINDOWS.index(window), 1])


def _shows(entry: str) -> bool:
    """Whether a source moves enough windows for its opposite to be no accident."""
    rows = np.linalg.norm(library().directions[library().index[entry]].reshape(len(WINDOWS), 3), axis=1)
    return bool((rows > 0.1).sum() >= 2)


def opens(name: str, found: Survey) -> float:
    """Millimetres by which a shape parts the lips."""
    return float(found.measures[found.index[name], INDEX["gap"]])
