# SPDX-License-Identifier: GPL-3.0-or-later
"""Another way to play a stretch: a Direction that differs where an artist wants a difference, and only there."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final, Literal, TypeAlias

from ..direction import Control, Direction, controls

Aspect: TypeAlias = Literal["MOUTH", "EMOTION", "EYES"]
VARIED: Final[dict[str, tuple[str, ...]]] = {
    "MOUTH": ("jaw", "lips", "articulation", "rounding", "spread", "stress"),
    "EMOTION": ("tension", "auto_emotion", "auto_tension", "phrasing", "emotion_strength"),
}
"""The sliders that are moved for each aspect; feelings that are set are scaled too. Eyes, brows and head are the take's."""
FEELINGS: Final = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt")
TAKES: Final = 10_000
"""How many takes there are; they are numbered from 0."""
NOTICEABLE: Final = 0.5
"""Share of the amount by which every slider moves at least: a redo that cannot be seen is none."""


def varied(base: Direction, last: Direction, aspects: Collection[Aspect], amount: float) -> Direction:
    """`last` with the given aspects played another way around `base`; the others as in `last`.

    base: the line's own direction, so that redoing again and again does not drift. last: how the stretch is played now; the same
    `last` always gives the same result, the result gives yet another. amount: 0..1, how far sliders move, a share of their value.
    """
    chance = random.Random(repr(last))
    known = {item.name: item for item in controls()}
    changes: dict[str, Any] = {}
    for aspect in sorted(aspects):
        names = VARIED.get(aspect, ())
        if aspect == "EMOTION":
            names += tuple(name for name in FEELINGS if getattr(base, name) > 0)
            if not base.mood and not any(getattr(base, name) > 0 for name in FEELINGS):
                changes |= _felt(amount, chance)
        changes |= {name: _moved(known[name], getattr(base, name), amount, chance) for name in names}
    if "EYES" in aspects:
        changes["seed"] = (last.seed + 1) % TAKES
    return replace(last, **changes)


def _felt(amount: float, chance: random.Random) -> dict[str, float]:
    """One feeling where none was set: on a neutral face there is nothing else to differ."""
    felt = chance.choice(FEELINGS)
    size = round(chance.uniform(NOTICEABLE, 1.0) * amount, 3)
    return {name: size if name == felt else 0.0 for name in FEELINGS}


def _moved(item: Control, value: float, amount: float, chance: random.Random) -> float:
    """A slider moved noticeably, up or down, within its range; away from the bound where it stands at one."""
    span = max(abs(value), (item.high - item.low) / 2) * amount
    step = chance.uniform(NOTICEABLE, 1.0) * span * chance.choice((-1, 1))
    if not item.low <= value + step <= item.high:
        step = -step
    return round(min(max(value + step, item.low), item.high), 3)


def differences(one: Direction, other: Direction) -> list[tuple[str, Any]]:
    """Which controls differ, by their labels, with their values in `other`; the largest difference first."""
    found = []
    for item in controls():
        before, after = getattr(one, item.name), getattr(other, item.name)
        if abs(before - after) > 1e-5:
            found.append((abs(after - before) / max(item.high - item.low, 1e-9), item.label, after))
    return [(label, value) for _, label, value in sorted(found, key=lambda each: -each[0])]
