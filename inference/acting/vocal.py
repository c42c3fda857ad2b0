# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds that are not speech: laughs, sobs, coughs, sighs and efforts take the face and give it back before the next word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..arrays import Floats
from ..geometry import REFERENCE, Geometry
from ..performance import FRAME_RATE, Event, EventKind, Performance
from ..pose import weights_of
from . import chance
from .emotion import leading_side
from .faces import Face, Solutions
from .remembering import remembered
from .sampling import Bump, bumps, eased, sample, smooth
from .situation import Situation
from .vocal_bursts import SILENT, bursts, swell
from .vocal_recipes import RECIPES, Recipe

DOUBTED: Final = 0.5
SURE: Final = 0.7
"""Confidence up to which a sound that was heard does nothing, and from which it is acted in full."""
GASP: Final = (-12.0, -6.0)
"""Decibels against the voice from which a breath begins to be a gasp, and is one. Between words none of 72 was as loud as the
first; of five gasps in games that are heard as breaths, all."""
GASPED: Final = (0.75, 0.95)
"""Strength from which a breath that nobody hears begins to be a gasp, and is one."""
SPOKEN: Final = (0.45, 0.7)
"""Confidence of a phone up to which it may as well be part of a laugh, and from which it is a word."""
SOONEST: Final = 0.08
"""Seconds in which a face can let go at least, where a word follows at once."""
GIVING: Final = 0.3
"""Seconds in which an expression gives way at least to what air is drawn in for: a smile does not drop in two frames. To a laugh
it gives way as that comes, or a smile would sink and rise again."""
SHORT_OF_BREATH: Final = 0.1
"""Seconds between words and a cough below which nobody has drawn in air for it."""
MOUTH: Final = [*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"], arkit.INDEX["cheekPuff"]]
TREMOR: Final = 12.0
"""Changes a second of a lip that trembles: up and down six times."""
_ABOVE: Final = np.ones(arkit.COUNT, np.float32)


class _Sound(NamedTuple):
    """One vocal sound. frames: when it is seen.   drawn, held, burst, left, trembling: float32[n] 0..1 there.

    above, left_above: float32[n] as held and left, of all but the mouth: that goes at its own pace, whatever is said.
    gathered, resting, bursting, after: float32[52] as air is drawn in for it, as it is held, at the top of a burst, and what is
    left of it.
    trembles: float32[52] what trembling adds.
    """

    frames: slice
    drawn: Floats
    held: Floats
    above: Floats
    burst: Floats
    left: Floats
    left_above: Floats
    trembling: Floats
    trembles: Floats
    amount: float
    gathered: Floats
    resting: Floats
    bursting: Floats
    after: Floats


@dataclass(frozen=True)
class Played:
    """What vocal sounds do at F frames.

    head: float64[F, 3] degrees. own: float32[F] how far the mouth is theirs and speech gives way. mood: float32[F] how far they
    take the place of expressions. free: float32[F] how surely no word is said. presence: float32[F] the situation's.
    """

    head: NDArray[np.float64]
    own: Floats
    mood: Floats
    free: Floats
    presence: Floats
    sounds: tuple[_Sound, ...] = ()

    def shapes(self, frames: slice) -> Floats:
        """float32[n, 52] the faces that they make at some of the frames."""
        shapes = np.zeros((frames.stop - frames.start, arkit.COUNT), np.float32)
        for sound in self.sounds:
            first, last = max(sound.frames.start, frames.start), min(sound.frames.stop, frames.stop)
            if first >= last:
                continue
            inside = slice(first - sound.frames.start, last - sound.frames.start)
            drawn, burst = sound.drawn[inside], sound.burst[inside]
            held, left = np.outer(sound.above[inside], _ABOVE), np.outer(sound.left_above[inside], _ABOVE)
            held[:, MOUTH], left[:, MOUTH] = sound.held[inside, None], sound.left[inside, None]
            form = held * sound.resting + np.outer(burst, sound.bursting - sound.resting)
            form += np.outer(sound.trembling[inside], sound.trembles)
            form = np.maximum(form, np.outer(drawn * (1 - sound.held[inside]), sound.gathered))
            form = np.maximum(form, left * sound.after)
            here = slice(first - frames.start, last - frames.start)
            shapes[here] = np.maximum(shapes[here], np.float32(sound.amount) * form)
        # Words within a laugh keep their mouth; the smile around them stays.
        shapes[:, MOUTH] *= (0.35 + 0.65 * self.free[frames])[:, None]
        return shapes * self.presence[frames, None]


def _faces(recipe: Recipe) -> tuple[Face, Face, Face, Face]:
    """A recipe as it is held, at the top of a burst, of one that is long and loud, and what is left of it."""
    both = _added(recipe.held, recipe.burst)
    return Face(recipe.held), Face(both), Face(_added(both, recipe.opened)), Face(recipe.after)


def _added(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    return {name: min(one.get(name, 0.0) + other.get(name, 0.0), 1.0) for name in {**one, **other}}


_KINDS: Final = tuple(RECIPES)
_solutions: Final = Solutions([face for recipe in RECIPES.values() for face in _faces(recipe)])


def play(situation: Situation, geometry: Geometry = REFERENCE) -> Played:
    """All the vocal sounds of a line together, on a character's own face."""
    return _played(situation, geometry, leading_side(situation.direction))


@remembered
def _played(situation: Situation, geometry: Geometry, side: str) -> Played:
    """The same. side: the one on which a face moves more; of all that a take decides, they depend on nothing else."""
    frames, direction, presence = len(situation.times), situation.direction, situation.presence
    head, own, mood = np.zeros((frames, 3)), np.zeros(frames, np.float32), np.zeros(frames, np.float32)
    events = [(event, amount * direction.vocals) for event, amount in _acted(situation)] if situation.makes_sounds else []
    if not events or not frames or direction.vocals <= 0:
        return Played(head, own, mood, own, presence)
    free, faces = 1 - _words(situation), _solutions.on(geometry, side)
    sounds = []
    for event, amount in events:
        recipe = RECIPES[event.kind]  # type: ignore[index]
        until = max(_next_word(situation.performance, event.end) - event.end, SOONEST)
        drawn = _drawn(event, recipe, situation)
        held, above = (_held(event, recipe, situation, fall) for fall in (min(recipe.fall, until), recipe.fall))
        left, left_above = (_left(event, recipe, situation, fall) for fall in (until, max(until, recipe.fall)))
        burst, peaks, opened = bursts(event, recipe, situation.performance, situation.times)
        seen = np.flatnonzero((above > 0) | (burst > 0) | (drawn > 0) | (left_above > 0))
        if not len(seen):
            continue
        here = slice(int(seen[0]), int(seen[-1]) + 1)
        # Copies: views would keep the whole line's frames, for every sound in it.
        held, above, burst = held[here].copy(), above[here].copy(), burst[here].copy()
        drawn, left, left_above = drawn[here].copy(), left[here].copy(), left_above[here].copy()
        resting, bursting, crying, after = faces[4 * _KINDS.index(event.kind) :][:4]
        bursting = (1 - opened) * bursting + opened * crying
        size, trembling = swell(peaks, situation.times[here]), held * _tremor(event, recipe, situation.times[here])
        parts = (drawn, held * size, above * size, burst, left, left_above, trembling, weights_of(recipe.trembles))
        sounds.append(_Sound(here, *parts, amount, weights_of(recipe.gathered), resting, bursting, after))
        head[here] += amount * (above[:, None] * np.array(recipe.head) + burst[:, None] * np.array(recipe.jolt))
        head[here, 0] += amount * drawn * recipe.gathered_head
        there = min(amount / 0.5, 1.0) * held
        own[here] = np.maximum(own[here], recipe.mouth * there * free[here])
        giving = slice(int(np.searchsorted(situation.times, event.time - max(recipe.rise, GIVING))), here.stop)
        given = recipe.mood * min(amount / 0.5, 1.0) * _given(event, recipe, situation.times[giving])
        mood[giving] = np.maximum(mood[giving], given)
    head *= presence[:, None]
    return Played(head, own * presence, mood * presence, free, presence, tuple(sounds))


@remembered
def outside(situation: Situation, kind: EventKind) -> tuple[Event, ...]:
    """The events of one kind that are no part of a laugh, cough or the like that is acted: its bursts stress no syllables."""
    acted = [event for event, _ in _acted(situation)]
    found = situation.events(kind)
    return tuple(event for event in found if not any(event.overlaps(sound) for sound in acted)) if acted else found


def sureness(event: Event) -> float:
    """0..1 how strongly a vocal sound is acted: 0 below the confidence DOUBTED, 1 from SURE on."""
    return float(eased(np.array([(event.confidence - DOUBTED) / (SURE - DOUBTED)], np.float32))[0])


@remembered
def _acted(situation: Situation) -> tuple[tuple[Event, float], ...]:
    """Every sound that is acted, and how much of its recipe, 0..1."""
    loudness = situation.performance.loudness
    found = [event for event in situation.performance.events if event.kind in RECIPES]
    usual = float(np.percentile(loudness, 95)) if any(event.kind == "breath" for event in found) and len(loudness) else 0.0
    amounts = [_amount(event) * (_gasped(event, loudness, usual) if event.kind == "breath" else 1.0) for event in found]
    return tuple((event, amount) for event, amount in zip(found, amounts, strict=True) if amount > 0)


def _gasped(event: Event, loudness: Floats, usual: float) -> float:
    """0..1 how much of a gasp a breath is. usual: decibels of the voice; where there is none, its strength says so."""
    if usual < SILENT:
        return float(np.clip((event.strength - GASPED[0]) / (GASPED[1] - GASPED[0]), 0, 1))
    heard = loudness[max(int(event.time * FRAME_RATE), 0) : int(event.end * FRAME_RATE) + 1]
    return float(np.clip((float(heard.max(initial=-100.0)) - usual - GASP[0]) / (GASP[1] - GASP[0]), 0, 1))


def _amount(event: Event) -> float:
    return sureness(event) * (0.25 + 0.75 * event.strength) if event.strength > 0 else 0.0


def _held(event: Event, recipe: Recipe, situation: Situation, fall: float) -> Floats:
    """float32[F] 0..1 that comes just before the sound and goes in `fall` seconds."""
    since, until = situation.times - (event.time - 0.5 * recipe.rise), event.end + fall - situation.times
    rising, falling = eased((since / recipe.rise).astype(np.float32)), eased((until / fall).astype(np.float32))
    return np.minimum(rising, falling)


def _given(event: Event, recipe: Recipe, times: NDArray[np.float64]) -> Floats:
    """float32[n] 0..1 how far an expression has given way to it: all the way as soon as it is held, and back as that goes."""
    whole, seconds = event.time + 0.5 * recipe.rise, max(recipe.rise, GIVING if recipe.gather else 0.0)
    rising = eased(((times - whole) / seconds + 1).astype(np.float32))
    return np.minimum(rising, eased(((event.end + recipe.fall - times) / recipe.fall).astype(np.float32)))


def _drawn(event: Event, recipe: Recipe, situation: Situation) -> Floats:
    """float32[F] 0..1 how far air has been drawn in for it, since the last word or in the recipe's time."""
    if not recipe.gather:
        return np.zeros(len(situation.times), np.float32)
    words = (phone.end for phone in situation.performance.phones if phone.symbol != "sil" and phone.start < event.time)
    rise = min(recipe.gather, event.time - max(words, default=-np.inf))
    return bumps(situation.times, [Bump(event.time, rise, 0.1, rise / recipe.gather)] if rise > SHORT_OF_BREATH else [])


def _left(event: Event, recipe: Recipe, situation: Situation, until: float) -> Floats:
    """float32[F] 0..1 what is left when the sound is over: for so many seconds, or for as long as the recipe says."""
    if not recipe.linger:
        return np.zeros(len(situation.times), np.float32)
    until = min(recipe.linger, until)
    since, to = situation.times - (event.end - recipe.rise), event.end + until - situation.times
    return np.minimum(eased((since / recipe.rise).astype(np.float32)), eased((to / until).astype(np.float32)))


def _tremor(event: Event, recipe: Recipe, times: NDArray[np.float64]) -> Floats:
    """float32[n] 0..1 how far what trembles is drawn, the same in every take."""
    if not recipe.trembles:
        return np.zeros(len(times), np.float32)
    wave = chance.noise(0, f"vocal/{event.kind}/tremor", times, TREMOR)
    return np.asarray(np.clip(0.5 + wave, 0, 1), np.float32)


def _next_word(performance: Performance, time: float) -> float:
    """When the next phone that is surely spoken begins; far away where there is none."""
    words = (phone for phone in performance.phones if phone.symbol != "sil" and phone.confidence > SPOKEN[0])
    return next((phone.start for phone in words if phone.start >= time - 0.02), 1e6)


@remembered
def _words(situation: Situation) -> Floats:
    """float32[F] 0..1 how surely a word is said at each frame."""
    performance = situation.performance
    spoken = np.zeros(len(performance.speech), np.float32)
    low, high = SPOKEN
    for phone in performance.phones:
        if phone.symbol != "sil":
            spoken[round(phone.start * FRAME_RATE) : round(phone.end * FRAME_RATE)] = (phone.confidence - low) / (high - low)
    return np.clip(sample(smooth(np.clip(spoken, 0, 1), 0.04 * FRAME_RATE), situation.times + situation.direction.lead), 0, 1)
