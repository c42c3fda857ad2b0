# SPDX-License-Identifier: GPL-3.0-or-later
"""Which corrections agree well enough to be offered as rules.

For every shape, classes of sounds are looked at from all of them down to single phones. A class is offered where its corrections
differ from nothing by more than chance makes them, and agree with each other.

Chance is what an artist does who changes keys here and there without a rule: as often more as less. A weight cannot be less than
nothing or more than all, so that where little stands every visible change is upwards; each change therefore counts only as far as
its opposite could have been made. Changes made in one go count once. Their mean is tested against the spread that this artist's
changes have within classes of sound (a moderated t, after Smyth 2004), so that few changes which happen to agree prove nothing
where the others do not; and against chance signs alone, which needs no assumption about sizes. Of all tests made together no
more than FALSE may be mistaken (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..arrays import Doubles
from .classes import EVERYTHING, WORDS, PhoneClass, base_of
from .corrections import Correction
from .rules import Kind, Rule
from .statistics import chosen, huber_slope, sign_flip_p, t_tail

FALSE: Final = 0.01
"""The chance that anything is offered where there is nothing."""
BY_SIGNS: Final = 0.05
"""The chance that signs alone may have for what is offered: six changes of one kind."""
MOST_SOUNDS: Final = 3
"""Phones that a change made in one go may cover to be about a sound; a wider one is about a passage, and nothing is learned."""
FEWEST: Final = 5
"""Changes below which nothing is even looked at."""
AGREE: Final = 0.8
"""Share of the changes that must go the same way."""
SCATTER: Final = 0.75
"""How far sizes may scatter, as a share of the usual size."""
ROOM: Final = 0.02
"""A weight; a change whose opposite could not have been seen says nothing about which way it goes."""
COVERED: Final = 0.6
"""Share of a class's sounds, by how often they are spoken, that must have been changed before the whole class is meant."""
DIFFERENT: Final = 0.05
"""The chance below which the parts of a class are taken to be changed differently."""
PRIOR: Final = 12
"""Degrees of freedom that the artist's other changes may have beside those of the class itself."""
CLAMPED: Final = 0.005


@dataclass(frozen=True)
class Offer:
    """A rule that an artist's corrections agree on.

    label: like “wide open vowels: jaw opened further by a fifth”.   places: how many corrections it was learned from.
    p: the chance of as much agreement without a rule.   corrections: what it was learned from.
    """

    rule: Rule
    label: str
    p: float
    corrections: tuple[Correction, ...]

    @property
    def places(self) -> int:
        """In how many places the artist has done it."""
        return len(self.corrections)


@dataclass(frozen=True)
class _Finding:
    sounds: PhoneClass
    corrections: tuple[Correction, ...]
    mean: float
    error: float
    degrees: int
    p: float


def offers(found: Sequence[Correction], spoken: Mapping[str, int], known: Iterable[Rule] = ()) -> list[Offer]:
    """Rules that corrections agree on, the surest first.

    spoken: how often each phone is spoken in the lines that were corrected.   known: rules that are there already; corrections of
    what they do are offered as a change of them only where they agree again.
    """
    found = _about_sounds(found)
    chance = _within(found)
    findings: dict[tuple[str, ...], dict[str, _Finding]] = {}
    for shapes in sorted({each.shapes for each in found}):
        mine = [each for each in found if each.shapes == shapes]
        findings[shapes] = dict(_findings(mine, *chance))
    flat = [(shapes, finding) for shapes, by_class in findings.items() for finding in by_class.values()]
    real = chosen([finding.p for _, finding in flat], FALSE)
    sure = {(shapes, finding.sounds.label) for (shapes, finding), taken in zip(flat, real, strict=True) if taken}
    made = []
    for shapes, by_class in findings.items():
        here = {label for each, label in sure if each == shapes}
        made += [_offer(shapes, finding) for finding in _broadest(EVERYTHING, by_class, here, spoken)]
    existing = {(rule.phones, rule.shapes, rule.kind, round(rule.amount, 4)) for rule in known}
    fresh = [each for each in made if (each.rule.phones, each.rule.shapes, each.rule.kind, each.rule.amount) not in existing]
    return sorted((each for each in fresh if _agrees(each)), key=lambda each: each.p)


def _about_sounds(found: Sequence[Correction]) -> list[Correction]:
    """Corrections of single sounds, without those of whole passages."""
    covered = Counter(each.gesture for each in found)
    return [each for each in found if covered[each.gesture] <= MOST_SOUNDS]


def _findings(found: list[Correction], spread: float, degrees: int) -> Iterator[tuple[str, _Finding]]:
    """What each class of sounds shows for one shape, beside the spread of all the artist's changes and its degrees of freedom."""
    for sounds in _classes(EVERYTHING):
        mine = [each for each in found if each.phone in sounds.phones]
        values = _gestures(mine)
        if len(mine) < FEWEST or len(values) < FEWEST:
            continue
        own = float(((values - values.mean()) ** 2).sum())
        extra = min(max(degrees - (len(values) - 1), 0), PRIOR)
        variance = (own + extra * spread) / (len(values) - 1 + extra)
        error = float(np.sqrt(variance / len(values))) + 1e-9
        freedom = len(values) - 1 + extra
        p = t_tail(float(values.mean()) / error, freedom) if sign_flip_p(values.tolist()) <= BY_SIGNS else 1.0
        yield sounds.label, _Finding(sounds, tuple(mine), float(values.mean()), error, freedom, p)


def _classes(sounds: PhoneClass) -> Iterator[PhoneClass]:
    yield sounds
    for part in sounds.parts:
        yield from _classes(part)


def _gestures(found: Sequence[Correction]) -> Doubles:
    """What each gesture did on average, -1 .. 1 of as far as its opposite could have been done; without room it says nothing."""
    together: dict[int, list[float]] = {}
    for each in found:
        room = min(each.before, 1.0 - each.before)
        if room >= ROOM:
            together.setdefault(each.gesture, []).append(float(np.clip(each.change / room, -1.0, 1.0)))
    return np.array([np.mean(values) for values in together.values()])


def _within(found: Iterable[Correction]) -> tuple[float, int]:
    """The variance of changes of one shape within single phones, in the units of `_gestures`, and its degrees of freedom."""
    apart: dict[tuple[str, tuple[str, ...]], list[Correction]] = {}
    for each in found:
        apart.setdefault((each.phone, each.shapes), []).append(each)
    total, degrees = 0.0, 0
    for together in apart.values():
        values = _gestures(together)
        if len(values) > 1:
            total += float(((values - values.mean()) ** 2).sum())
            degrees += len(values) - 1
    return total / max(degrees, 1), degrees


def _broadest(
    sounds: PhoneClass, findings: Mapping[str, _Finding], sure: set[str], spoken: Mapping[str, int]
) -> Iterator[_Finding]:
    """The widest classes that hold as wholes; where one does not, what its parts show."""
    finding = findings.get(sounds.label)
    if finding is not None and sounds.label in sure and _covered(finding, spoken) and not _falls_apart(sounds, finding):
        yield finding
        return
    for part in sounds.parts:
        yield from _broadest(part, findings, sure, spoken)


def _covered(finding: _Finding, spoken: Mapping[str, int]) -> bool:
    """Whether most of what a class stands for has been changed somewhere."""
    seen = {each.phone for each in finding.corrections}
    every = sum(spoken.get(phone, 0) for phone in finding.sounds.phones)
    return sum(spoken.get(phone, 0) for phone in seen) >= COVERED * every


def _falls_apart(sounds: PhoneClass, finding: _Finding) -> bool:
    """Whether some part of a class is changed otherwise than the whole: by another share, where the whole has one."""
    kind, amount, scatter = _estimate(finding.corrections)
    parts = [[each for each in finding.corrections if each.phone in part.phones] for part in sounds.parts]
    filled = [part for part in parts if len(part) >= 2]
    chances = []
    for part in filled:
        x = np.array([each.before if kind == "factor" else 1.0 for each in part])
        left = np.array([each.change for each in part]) - amount * x
        spread = max(scatter, 0.05 * float(np.abs(amount * x).mean()))
        error = spread / np.sqrt(len(part))
        chances.append(t_tail(float(left.mean()) / error, max(len(finding.corrections) - 1, 1)))
    return bool(chances) and min(chances) * len(chances) < DIFFERENT


def _estimate(found: Sequence[Correction]) -> tuple[Kind, float, float]:
    """Whether changes are rather a share of what stood there or of one size, how large, and how far they scatter about that."""
    inside = [each for each in found if CLAMPED < each.before + each.change < 1 - CLAMPED]
    used = inside if 2 * len(inside) >= len(found) else list(found)
    before = np.maximum(np.array([each.before for each in used]), ROOM)
    change = np.array([each.change for each in used])
    share, spread_of_share = huber_slope(before, change)
    size, spread_of_size = huber_slope(np.ones(len(change)), change)
    return ("factor", share, spread_of_share) if spread_of_share <= spread_of_size else ("offset", size, spread_of_size)


def _offer(shapes: tuple[str, ...], finding: _Finding) -> Offer:
    kind, amount, _ = _estimate(finding.corrections)
    rule = Rule(finding.sounds.phones, shapes, kind, round(amount, 4))
    return Offer(rule, f"{finding.sounds.label}: {words(rule)}", finding.p, finding.corrections)


def _agrees(offer: Offer) -> bool:
    """Whether most changes go the way of the rule, and are about as large."""
    changes = np.array([each.change for each in offer.corrections])
    kind, amount, scatter = _estimate(offer.corrections)
    usual = float(np.median([abs(offer.rule.change(each.before)) for each in offer.corrections]))
    same_way = float((np.sign(changes) == np.sign(amount)).mean())
    return same_way >= AGREE and scatter <= SCATTER * max(usual, 1e-9) and kind in ("factor", "offset")


def words(rule: Rule) -> str:
    """Like “jaw opened further by a fifth” or “lower lip tucked deeper by 0.08”."""
    more, less = WORDS[base_of(rule.shapes[0])]
    side = ""
    if len(rule.shapes) == 1 and rule.shapes[0].endswith(("Left", "Right")) and base_of(rule.shapes[0]) != rule.shapes[0]:
        side = ", left only" if rule.shapes[0].endswith("Left") else ", right only"
    size = f"{abs(rule.amount):.0%}" if rule.kind == "factor" else f"{abs(rule.amount):.2f}"
    return f"{more if rule.amount > 0 else less} by {_share(rule) or size}{side}"


_SHARES: Final = {1 / 2: "half", 1 / 3: "a third", 1 / 4: "a quarter", 1 / 5: "a fifth", 1 / 10: "a tenth"}


def _share(rule: Rule) -> str:
    if rule.kind != "factor":
        return ""
    return next((name for share, name in _SHARES.items() if abs(abs(rule.amount) - share) < 0.07 * share), "")
