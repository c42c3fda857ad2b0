# SPDX-License-Identifier: GPL-3.0-or-later
"""Artists that are simulated: some with a taste that nobody is told, some who change keys without any rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from parlance.inference.animation import Animation
from parlance.inference.arkit import INDEX, NAMES
from parlance.inference.keying import Keys, Record, fit_all, noticed
from parlance.inference.learning import Clock, Correction, CurveEdit, Offer, Rule, corrections, offers
from parlance.inference.performance import Performance, Phone
from parlance.inference.phones import VOWEL

MOUTH = [name for name in NAMES if name.startswith(("jawOpen", "mouth", "tongue")) and name not in {"mouthLeft", "mouthRight"}]
FAVOURITES = ("jawOpen", "mouthRollLower", "mouthPucker", "mouthFunnel", "mouthLowerDown", "mouthUpperUp", "mouthSmile")
"""What people change most."""


@dataclass(frozen=True)
class Desk:
    """What lies before an artist: the generated keys of every shape of the mouth, and the phones they belong to."""

    keys: dict[str, Keys]
    phones: tuple[Phone, ...]
    fps: float

    @staticmethod
    def of(animation: Animation, performance: Performance) -> Desk:
        """Keys as they are generated, from frame 0."""
        fitted = fit_all(animation.shapes, 0, tolerance=0.01)
        return Desk({name: fitted[INDEX[name]] for name in MOUTH}, performance.phones, animation.fps)

    def learned(self, edited: dict[str, Keys]) -> tuple[list[Correction], list[Offer]]:
        """What is made of the keys as an artist left them."""
        edits = [
            CurveEdit((name,), edit)
            for name, keys in edited.items()
            for edit in noticed(Record(self.keys[name], self.keys[name]), keys)
        ]
        found = corrections(edits, self.phones, Clock(0.0, self.fps))
        return found, offers(found, Counter(phone.symbol for phone in self.phones if phone.symbol != "sil"))


def raised(keys: Keys, which: int, by: float) -> Keys:
    """One key higher or lower, with its handles, as far as a weight goes."""
    by = float(np.clip(keys.values[which] + by, 0, 1) - keys.values[which])
    values, left, right = keys.values.copy(), keys.left.copy(), keys.right.copy()
    values[which] += by
    left[which, 1] += by
    right[which, 1] += by
    return replace(keys, values=values, left=left, right=right)


def with_taste(
    desk: Desk, rules: list[Rule], places: list[int], rng: np.random.Generator, jitter: float = 0.15
) -> dict[str, Keys]:
    """Somebody who does what the rules say to some of the sounds they are about, by eye: sizes scatter by `jitter`."""
    edited = dict(desk.keys)
    for rule, wanted in zip(rules, places, strict=True):
        done = 0
        spoken = [phone for phone in desk.phones if phone.symbol in rule.phones and phone.end - phone.start > 1.5 / desk.fps]
        for index in rng.permutation(len(spoken)):
            phone, keys = spoken[index], [edited[shape] for shape in rule.shapes]
            inside = [_key_in(each, phone, desk.fps) for each in keys]
            if any(key is None or each.values[key] < 0.03 for each, key in zip(keys, inside, strict=True)):
                continue
            scatter = 1 + jitter * rng.standard_normal()
            for shape, each, key in zip(rule.shapes, keys, inside, strict=True):
                edited[shape] = raised(each, int(key), rule.change(float(each.values[key])) * scatter)
            done += 1
            if done == wanted:
                break
    return edited


def _key_in(keys: Keys, phone: Phone, fps: float) -> int | None:
    """The key nearest to the middle of a phone, where it has one."""
    inside = np.flatnonzero((keys.frames >= phone.start * fps) & (keys.frames < phone.end * fps))
    return int(inside[np.argmin(np.abs(keys.frames[inside] - (phone.start + phone.end) / 2 * fps))]) if len(inside) else None


def _drawn(
    desk: Desk, rng: np.random.Generator, count: int, size: Callable[[float], float], *, vowels: bool = False
) -> dict[str, Keys]:
    """Keys here and there, each changed by a size that is drawn for it; both sides of a face alike, as one does."""
    edited = dict(desk.keys)
    favourites = rng.choice(FAVOURITES, 3)
    spoken = [phone for phone in desk.phones if phone.symbol in VOWEL]
    for _ in range(count):
        base = str(rng.choice(favourites))
        shapes = [base] if base in INDEX else [base + "Left", base + "Right"]
        keys = edited[shapes[0]]
        which = int(rng.integers(1, len(keys) - 1))
        if vowels:
            inside = _key_in(keys, spoken[int(rng.integers(len(spoken)))], desk.fps)
            which = which if inside is None else inside
        by = size(float(keys.values[which]))
        for shape in shapes:
            edited[shape] = raised(edited[shape], min(which, len(edited[shape]) - 1), by)
    return edited


def _passages(desk: Desk, rng: np.random.Generator, count: int) -> dict[str, Keys]:
    """Whole passages scaled up or down in one go."""
    edited = dict(desk.keys)
    for _ in range(count):
        shape = str(rng.choice(["jawOpen", "mouthPucker", "mouthRollLower"]))
        keys, factor = edited[shape], float(rng.choice([0.8, 1.25]))
        first = int(rng.integers(1, max(len(keys) - 30, 2)))
        for which in range(first, min(first + int(rng.integers(8, 25)), len(keys) - 1)):
            keys = raised(keys, which, (factor - 1) * float(keys.values[which]))
        edited[shape] = keys
    return edited


WITHOUT_A_RULE: dict[str, Callable[[Desk, np.random.Generator], dict[str, Keys]]] = {
    "sizes at random": lambda desk, rng: _drawn(desk, rng, 80, lambda _: 0.12 * rng.standard_normal()),
    "many, at random": lambda desk, rng: _drawn(desk, rng, 300, lambda _: 0.12 * rng.standard_normal()),
    "few, at random": lambda desk, rng: _drawn(desk, rng, 25, lambda _: 0.12 * rng.standard_normal()),
    "steps of a tenth, up or down": lambda desk, rng: _drawn(desk, rng, 80, lambda _: float(rng.choice([-0.1, 0.1]))),
    "a fifth more or less": lambda desk, rng: _drawn(desk, rng, 80, lambda value: float(rng.choice([-0.2, 0.2])) * value),
    "vowels only, a fifth more or less": lambda desk, rng: _drawn(
        desk, rng, 80, lambda value: float(rng.choice([-0.2, 0.2])) * value, vowels=True
    ),
    "a few that are huge": lambda desk, rng: _drawn(desk, rng, 80, lambda _: 0.05 * float(rng.standard_t(1.5))),
    "whole passages up or down": lambda desk, rng: _passages(desk, rng, 20),
}
"""Ways to change keys that follow no rule."""
