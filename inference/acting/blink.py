# SPDX-License-Identifier: GPL-3.0-or-later
"""Blinks: a renewal process with human statistics, and the lids' way down and up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..rowwise import items
from . import chance
from .remembering import remembered
from .situation import Situation

CELL: Final = 0.04
"""Seconds in which at most one blink begins. Each has its own chance, so that a change somewhere leaves later blinks in place."""
REFRACTORY: Final = 0.35
"""Seconds after a blink in which no new one begins by itself."""
DOUBLET_GAP: Final = (0.24, 0.38)
"""Seconds between the onsets of a pair."""
PHRASE_PULL: Final = 5.0
"""How many times likelier a blink is in the moment after a phrase."""
PHRASE_WINDOW: Final = 0.3
ENTRAINED: Final = 8.0
ENTRAINED_WINDOW: Final = (0.05, 0.6)
"""How many times likelier who listens is to blink after a phrase, and from when to when (s): listeners blink in a speaker's
pauses, a quarter to half a second after the speaker does (Nakano and Kitazawa 2010)."""
AWAITED: Final = 0.15
AWAITED_FOR: Final = 1.2
"""How much less likely a blink is before the end of that phrase, and for how long (s): the one that was due waits."""
TENSE: Final = 0.25
"""How much more often tense people blink (log rate at full tension)."""
MEMORY: Final = 45.0
PATIENCE: Final = 0.35
SATED: Final = 1.0
"""How long blinks beyond the rate are remembered (s), how strongly each slows the next, and after how many no shift of gaze
takes one along."""
_PER_MEAN: Final = 250
"""Steps of the hazard table in one mean interval."""
_AGES: Final = 1500
"""Steps after which a blink's chance no longer changes: six mean intervals."""
_OVERDUE: Final = 0.7
"""Chance per mean interval that a blink keeps however late it is."""
_DRAWS: Final = ("within", "depth", "length", "lag", "gap", "shut")

# Shares of a whole blink, from 66–92 ms down, 8–50 ms shut, 150–242 ms up of 230–330 ms in all (VanderWerf et al. 2003, Sforza
# et al. 2008); people find complete and asymmetric blinks the most natural (Trutoiu et al. 2011).
DOWN_SHARE: Final = 0.27
SHUT_SHARE: Final = 0.09
UP_SHARE: Final = 0.64
LAGS: Final = np.array([0.5, -0.5])
"""Share of a blink's lag by which the left and the right lid are late."""


@dataclass(frozen=True)
class BlinkEvent:
    """One blink, on the Performance's clock.

    start: seconds at which the lids begin to fall. down, shut, up: seconds of each part.
    depth: how far they close, 0..1. lag: seconds by which the left lid is later than the right, -0.01..0.01.
    """

    start: float
    down: float
    shut: float
    up: float
    depth: float
    lag: float

    @property
    def apex(self) -> float:
        """Seconds at which the lids are furthest down: the middle of `shut`."""
        return self.start + self.down + self.shut / 2

    @property
    def end(self) -> float:
        """Seconds at which the eyes are open again."""
        return self.start + self.down + self.shut + self.up


@remembered
def blinks(situation: Situation, shifts: Sequence[float] = ()) -> tuple[BlinkEvent, ...]:
    """The blinks of a take in time order. `shifts`: seconds of gaze shifts that take a blink along.

    Intervals are log-normal, `blink_rate` a minute while speaking and `blink_rate_silent` else (24 and 17 by Bentivoglio et al.
    1997), with a refractory time; ends of phrases attract them.
    """
    direction = situation.direction
    begins = situation.times[0] if len(situation.times) else 0.0
    ends = situation.times[-1] if len(situation.times) else 0.0
    first, last = math.floor(begins / CELL), math.floor(ends / CELL)
    cells = np.arange(first, last + 1)
    middle = (cells + 0.5) * CELL
    speaking = situation.at_times(situation.speaking, middle) > 0.5
    rate = np.where(speaking, direction.blink_rate, direction.blink_rate_silent) * np.exp(TENSE * situation.tension_at(middle))
    onsets = _onsets(situation, cells, rate, _attraction(situation, cells), shifts)
    return tuple(event for onset in onsets for event in _events(situation, onset))


@dataclass(frozen=True)
class _Onset:
    """A cell in which a blink begins; whether a gaze shift took it along, and whether it is the first of a pair."""

    cell: int
    recruited: bool
    paired: bool


def _attraction(situation: Situation, cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the hazard is multiplied by in each cell."""
    pull, share = np.ones(len(cells)), situation.direction.blink_phrases

    def pulled(since: float, until: float, force: float) -> None:
        begin, end = (math.floor(t / CELL) - cells[0] for t in (since, until))
        pull[max(begin, 0) : max(end, 0)] = max(1 + (force - 1) * share, 0.0)

    if not situation.direction.listening:
        for event in situation.events("phrase_end"):
            pulled(event.time - 0.08, event.time + PHRASE_WINDOW, PHRASE_PULL)
        return pull
    for event in situation.events("phrase_end"):
        pulled(event.time - AWAITED_FOR, event.time, AWAITED)
    for event in situation.events("phrase_end"):
        pulled(event.time + ENTRAINED_WINDOW[0], event.time + ENTRAINED_WINDOW[1], ENTRAINED)
    return pull


def _onsets(
    situation: Situation,
    cells: NDArray[np.int64],
    rate: NDArray[np.float64],
    pull: NDArray[np.float64],
    shifts: Sequence[float],
) -> list[_Onset]:
    hazard = _hazard(max(situation.direction.blink_variety, 0.02))
    seed, oldest = situation.direction.seed, _AGES - 1
    chances = chance.uniform(seed, "blink", cells)
    recruits = {math.floor(shift / CELL) for shift in shifts}
    # A cell ages the wait by as much as the rate asks for: intervals keep their form and change their length. Blinks that
    # phrases, gaze shifts and doublets bring are made up for by slower ageing after them.
    expected = rate / 60 * CELL
    quiet, forget = math.ceil(REFRACTORY / CELL), math.exp(-CELL / MEMORY)
    age, owed, rest, found = 0.5 * chance.draw(seed, "blink/first", 0), 0.0, 0, []
    for cell, u, wanted, force in items(cells, chances, expected, pull):
        owed = owed * forget + wanted
        years = wanted * min(max(math.exp(PATIENCE * owed), 0.05), 2.0)
        age += years
        rest -= 1
        if rest > 0 or wanted <= 0:
            continue
        recruited = cell in recruits and owed > -SATED
        if recruited or u < -math.expm1(-hazard[min(int(age * _PER_MEAN), oldest)] * years * force):
            paired = chance.draw(seed, "blink/pair", cell) < situation.direction.blink_doublets
            found.append(_Onset(cell, recruited, paired))
            age, rest = 0.0, quiet + paired * math.ceil(DOUBLET_GAP[1] / CELL)
            owed -= 1 + paired
    return found


@lru_cache(maxsize=8)
def _hazard(spread: float) -> tuple[float, ...]:
    """Chance per mean interval of a blink at each of _AGES ages: log-normal intervals with mean 1 and this log deviation."""
    age = (np.arange(_AGES) + 0.5) / _PER_MEAN
    z = (np.log(age) + 0.5 * spread**2) / spread
    density = np.exp(-0.5 * z * z) / (age * spread * math.sqrt(2 * math.pi))
    survival = np.array([0.5 * math.erfc(value / math.sqrt(2)) for value in z])
    hazard = density / np.maximum(survival, 1e-9)
    return tuple(np.where(age > 1, np.maximum(hazard, _OVERDUE), hazard).tolist())


def _events(situation: Situation, onset: _Onset) -> list[BlinkEvent]:
    direction = situation.direction
    seed = direction.seed
    within, depth, length, lag, gap, shut = (chance.draw(seed, "blink/" + name, onset.cell) for name in _DRAWS)
    start = (onset.cell + within) * CELL
    whole = direction.blink_duration * (0.85 + 0.3 * length)
    complete = onset.recruited or depth >= direction.blink_partials
    first = BlinkEvent(
        start,
        down=whole * DOWN_SHARE,
        shut=whole * SHUT_SHARE * (0.5 + shut),
        up=whole * UP_SHARE,
        depth=1.0 if complete else 0.45 + 0.4 * depth / direction.blink_partials,
        lag=(lag - 0.5) * 0.012,
    )
    if not onset.paired:
        return [first]
    low, high = DOUBLET_GAP
    scale = direction.blink_duration / 0.29
    second = BlinkEvent(
        start + scale * (low + (high - low) * gap), first.down * 0.9, first.shut, first.up, min(1.0, 0.85 + 0.3 * gap), first.lag
    )
    return [first, second]


@remembered
def lids(situation: Situation, events: tuple[BlinkEvent, ...]) -> Floats:
    """float32[F, 2] how far the blinks of a take bring each lid (left, right) down."""
    return closure(events, situation.times, situation.fps, situation.direction.blink_strength)


def closure(events: Sequence[BlinkEvent], times: NDArray[np.float64], fps: float, strength: float = 1.0) -> Floats:
    """float32[F, 2] how far each lid (left, right) is down at each time.

    The whole blink is moved by up to half a frame so that the lids meet on a frame: a blink between frames is no blink.
    """
    lids = np.zeros((len(times), 2), np.float32)
    if len(times) == 0:
        return lids
    for event in events:
        frame = round((event.apex - times[0]) * fps)
        moved = times[0] + frame / fps - event.apex
        first = max(math.floor((event.start + moved - times[0]) * fps) - 1, 0)
        last = min(math.ceil((event.end + moved - times[0]) * fps) + 2, len(times))
        # A lag moves the lid's slopes, not the frame on which both are shut.
        since = (times[first:last] - moved - event.start)[:, None] - LAGS * event.lag
        form = event.depth * profile(since, event.down, event.shut, event.up)
        lids[first:last] = np.maximum(lids[first:last], form)
        if 0 <= frame < len(times):
            lids[frame] = np.maximum(lids[frame], event.depth)
    return lids * np.float32(strength)


def profile(since: NDArray[np.float64], down: float, shut: float, up: float) -> NDArray[np.float64]:
    """Closure 0..1 of a complete blink, `since` seconds after it began: a quick smooth fall, and a rise that slows as it ends."""
    fall = np.clip(since / down, 0, 1)
    rise = np.clip((since - down - shut) / up, 0, 1)
    falling = fall * fall * (3 - 2 * fall)
    # Opening is fastest in its first third (Evinger et al. 1991).
    warped = 1 - (1 - rise) ** 1.7
    rising = warped * warped * (3 - 2 * warped)
    return np.asarray(np.where(since < down, falling, 1 - rising))
