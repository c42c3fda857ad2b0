# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds that are not speech: laughs, sobs, coughs, sighs and efforts take the face and give it back before the next word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..geometry import REFERENCE, Geometry
from ..performance import FRAME_RATE, Event, EventKind, Performance
from ..pose import weights_of
from . import chance
from .emotion import leading_side
from .faces import Face, Solutions
from .remembering import remembered
from .sampling import Bump, Floats, bumps, eased, sample, smooth
from .situation import Situation
from .vocal_recipes import GATHERED, GATHERED_HEAD, RECIPES, Recipe

DOUBTED: Final = 0.5
SURE: Final = 0.7
"""Confidence up to which a sound that was heard does nothing, and from which it is acted in full."""
GASP: Final = (-12.0, -6.0)
"""Decibels against the voice from which a breath begins to be a gasp, and is one. Between words none of 72 was as loud as the
first; of five gasps in games that are heard as breaths, all."""
SPOKEN: Final = (0.45, 0.7)
"""Confidence of a phone up to which it may as well be part of a laugh, and from which it is a word."""
SOONEST: Final = 0.08
"""Seconds in which a face can let go at least, where a word follows at once."""
FASTEST: Final = 0.11
"""Seconds between bursts at least: no chest goes faster."""
DIP: Final = 2.5
"""Decibels between two bursts that tell them apart."""
SHORT_OF_BREATH: Final = 0.1
"""Seconds between words and a cough below which nobody has drawn in air for it."""
UNEVEN: Final = 0.25
"""How much bursts differ in size and time where the sound does not tell."""
TIRING: Final = 0.35
"""How much smaller the last burst is than the first."""
LEAST: Final = 0.5
"""How far the face is held where bursts are faintest."""
MOUTH: Final = [*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"], arkit.INDEX["cheekPuff"]]


class _Sound(NamedTuple):
    """One vocal sound. frames: when it is seen.   drawn, held, burst, left: float32[n] 0..1 there.

    resting, bursting, after: float32[52] as it is held, at the top of a burst, and what is left of it.
    """

    frames: slice
    drawn: Floats
    held: Floats
    burst: Floats
    left: Floats
    amount: float
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
            drawn, held, burst, left = (track[inside] for track in (sound.drawn, sound.held, sound.burst, sound.left))
            form = np.outer(held, sound.resting) + np.outer(burst, sound.bursting - sound.resting)
            form = np.maximum(form, np.outer(drawn * (1 - held), weights_of(GATHERED)))
            form = np.maximum(form, np.outer(left, sound.after))
            here = slice(first - frames.start, last - frames.start)
            shapes[here] = np.maximum(shapes[here], np.float32(sound.amount) * form)
        # Words within a laugh keep their mouth; the smile around them stays.
        shapes[:, MOUTH] *= (0.35 + 0.65 * self.free[frames])[:, None]
        return shapes * self.presence[frames, None]


def _faces(recipe: Recipe) -> tuple[Face, Face, Face]:
    """A recipe as it is held, at the top of a burst, and what is left of it."""
    both = {name: recipe.held.get(name, 0.0) + recipe.burst.get(name, 0.0) for name in {**recipe.held, **recipe.burst}}
    return Face(recipe.held), Face(both), Face(recipe.after)


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
    events = [] if direction.listening else [(event, amount * direction.vocals) for event, amount in _acted(situation)]
    if not events or not frames or direction.vocals <= 0:
        return Played(head, own, mood, own, presence)
    free, faces = 1 - _words(situation), _solutions.on(geometry, side)
    sounds = []
    for event, amount in events:
        recipe = RECIPES[event.kind]  # type: ignore[index]
        peaks = _peaks(event, recipe, situation.performance)
        held, drawn, left = (made(event, recipe, situation) for made in (_held, _drawn, _left))
        burst = _bursts(event, recipe, peaks, situation.times)
        seen = np.flatnonzero((held > 0) | (burst > 0) | (drawn > 0) | (left > 0))
        if not len(seen):
            continue
        here = slice(int(seen[0]), int(seen[-1]) + 1)
        # Copies: views would keep the whole line's frames, for every sound in it.
        held, burst, drawn, left = (track[here].copy() for track in (held, burst, drawn, left))
        first = 3 * _KINDS.index(event.kind)
        swollen = held * _swell(peaks, situation.times[here])
        sounds.append(_Sound(here, drawn, swollen, burst, left, amount, *faces[first : first + 3]))
        head[here] += amount * (held[:, None] * np.array(recipe.head) + burst[:, None] * np.array(recipe.jolt))
        head[here, 0] += amount * drawn * GATHERED_HEAD
        there = min(amount / 0.5, 1.0) * held
        own[here] = np.maximum(own[here], recipe.mouth * there * free[here])
        mood[here] = np.maximum(mood[here], recipe.mood * there)
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
    """0..1 how much of a gasp a breath is. usual: decibels of the voice."""
    heard = loudness[max(int(event.time * FRAME_RATE), 0) : int(event.end * FRAME_RATE) + 1]
    return float(np.clip((float(heard.max(initial=-100.0)) - usual - GASP[0]) / (GASP[1] - GASP[0]), 0, 1))


def _amount(event: Event) -> float:
    return sureness(event) * (0.25 + 0.75 * event.strength) if event.strength > 0 else 0.0


def _held(event: Event, recipe: Recipe, situation: Situation) -> Floats:
    """float32[F] 0..1 that comes just before the sound and is gone when the next word begins."""
    fall = min(recipe.fall, max(_next_word(situation.performance, event.end) - event.end, SOONEST))
    since, until = situation.times - (event.time - 0.5 * recipe.rise), event.end + fall - situation.times
    rising, falling = eased((since / recipe.rise).astype(np.float32)), eased((until / fall).astype(np.float32))
    return np.minimum(rising, falling)


def _drawn(event: Event, recipe: Recipe, situation: Situation) -> Floats:
    """float32[F] 0..1 how far air has been drawn in for it, since the last word or in the recipe's time."""
    if not recipe.gather:
        return np.zeros(len(situation.times), np.float32)
    words = (phone.end for phone in situation.performance.phones if phone.symbol != "sil" and phone.start < event.time)
    rise = min(recipe.gather, event.time - max(words, default=-np.inf))
    return bumps(situation.times, [Bump(event.time, rise, 0.1, rise / recipe.gather)] if rise > SHORT_OF_BREATH else [])


def _left(event: Event, recipe: Recipe, situation: Situation) -> Floats:
    """float32[F] 0..1 what is left when the sound is over: until the next word, or for as long as the recipe says."""
    if not recipe.linger:
        return np.zeros(len(situation.times), np.float32)
    until = min(recipe.linger, max(_next_word(situation.performance, event.end) - event.end, SOONEST))
    since, to = situation.times - (event.end - recipe.rise), event.end + until - situation.times
    return np.minimum(eased((since / recipe.rise).astype(np.float32)), eased((to / until).astype(np.float32)))


def _peaks(event: Event, recipe: Recipe, performance: Performance) -> list[tuple[float, float]]:
    """When each burst of it is at its top (s), and how large that is, 0..1."""
    if recipe.rate == 0:
        return [(event.time + recipe.attack * event.duration, 1.0)]
    peaks = heard_bursts(performance, event)
    return peaks if len(peaks) >= 2 else _imagined(event, recipe)


def _swell(peaks: list[tuple[float, float]], times: NDArray[np.float64]) -> Floats:
    """float32[n] LEAST..1: a face is held as far as the bursts around are large, so that it swells and tires with the voice."""
    sizes = smooth(np.array([size for _, size in peaks], np.float32), 1.0)
    return (LEAST + (1 - LEAST) * np.interp(times, [time for time, _ in peaks], sizes)).astype(np.float32)


def _bursts(event: Event, recipe: Recipe, peaks: list[tuple[float, float]], seen: NDArray[np.float64]) -> Floats:
    """float32[F] 0..1 with a bump for every burst."""
    times = [time for time, _ in peaks]
    gaps = np.diff(times).tolist() if len(times) > 1 else []
    usual = float(np.median(gaps)) if gaps else event.duration
    made = []
    for index, (time, size) in enumerate(peaks):
        before, after = (gaps[index - 1] if index else usual), (gaps[index] if index < len(gaps) else usual)
        rise, fall = min(before, 1.3 * usual) * 2 * recipe.attack * 0.5, min(after, 1.3 * usual) * (1 - recipe.attack)
        made.append(Bump(time, max(rise, 0.04), max(fall, 0.06), size))
    return np.clip(bumps(seen, made), 0, 1)


def heard_bursts(performance: Performance, event: Event) -> list[tuple[float, float]]:
    """When the voice bursts within a sound (s), and how strongly each time, 0..1: the peaks of its loudness."""
    first, last = max(round(event.time * FRAME_RATE), 0), min(round(event.end * FRAME_RATE), len(performance.loudness))
    level = smooth(performance.loudness[first:last].astype(np.float32), 1.0)
    if len(level) < 5:
        return []
    found: list[int] = []
    lowest = float(level[0])
    for at in range(1, len(level) - 1):
        lowest = min(lowest, float(level[at]))
        if level[at] < level[at - 1] or level[at] <= level[at + 1] or level[at] < level.max() - 18:
            continue
        close = bool(found) and (at - found[-1] < FASTEST * FRAME_RATE or level[found[-1] : at].min() > level[at] - DIP)
        if not close:
            found.append(at)
        elif level[at] > level[found[-1]]:
            found[-1] = at
    loudest = float(level.max())
    sizes = [float(np.clip(1 - (loudest - level[at]) / 24, 0.3, 1)) for at in found]
    return [((first + at + 0.5) / FRAME_RATE, size) for at, size in zip(found, sizes, strict=True)]


def _imagined(event: Event, recipe: Recipe) -> list[tuple[float, float]]:
    """Bursts of a sound that nobody hears: about as many a second as people make, the same in every take, as all mouths are."""
    count = max(round(event.duration * recipe.rate), 1)
    spacing, at = event.duration / count, round(event.time * 25)
    draws = chance.uniform(0, f"vocal/{event.kind}", at * 64 + np.arange(2 * count)) - 0.5
    moved, sized = (UNEVEN * draws[:count] * spacing).tolist(), (1 + 2 * UNEVEN * draws[count:]).tolist()
    return [
        (event.time + (index + 0.5) * spacing + moved[index], min(sized[index] * (1 - TIRING * index / count), 1.0))
        for index in range(count)
    ]


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
