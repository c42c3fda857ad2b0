# SPDX-License-Identifier: GPL-3.0-or-later
"""Remember what the parts of the acting gave, so that a slider works out anew only what reads it.

A part of a performance is a pure function of a Situation. Which sliders it reads is noted while it runs: as long as those stand
as they did, and the rest of the situation is the same, what it gave is given again. Nobody has to say which part depends on what.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import wraps
from operator import is_
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..direction import Direction
from ..performance import Performance
from ..rowwise import AT_ONCE
from ..tracks import Tracks

if TYPE_CHECKING:
    from .situation import Borders, Situation

Given = ParamSpec("Given")
Made = TypeVar("Made")
LINES: Final = 4
"""Lines that are remembered: a line, its passages, and a line that an artist goes back and forth with."""
DIRECTIONS: Final = 8
"""How many directions of each: its own, and those of passages."""
_SLIDERS: Final = frozenset(each.name for each in fields(Direction))


class Watched(Direction):
    """A Direction that notes which of its sliders are read, for everybody who wants to know at that moment."""

    noting: list[dict[str, Any]]

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if name in _SLIDERS:
            for noted in object.__getattribute__(self, "__dict__").get("noting", ()):
                noted[name] = value
        return value


def watched(direction: Direction) -> Watched:
    """The same Direction, from now on watched."""
    if isinstance(direction, Watched) and "noting" in direction.__dict__:
        return direction
    seen = object.__new__(Watched)
    seen.__dict__.update(direction.__dict__, noting=[])
    return seen


@dataclass(frozen=True, eq=False)
class _Known:
    """What a function gave: the sliders that it read, what else it was given, its result."""

    read: dict[str, Any]
    given: tuple[Any, ...]
    made: Any

    def holds(self, direction: Direction, given: tuple[Any, ...]) -> bool:
        """Whether the function would give the same under this Direction: the sliders it read stand as they did."""
        if len(given) != len(self.given) or not all(map(is_, given, self.given)):
            return False
        return self.read.items() <= direction.__dict__.items()


@dataclass(frozen=True, eq=False)
class Memory:
    """What the functions of one situation gave, whatever its sliders."""

    known: dict[str, deque[_Known]] = field(default_factory=dict)

    def of(self, name: str, direction: Direction, given: tuple[Any, ...]) -> _Known | None:
        """What a function gave under these sliders."""
        return next((each for each in tuple(self.known.get(name, ())) if each.holds(direction, given)), None)

    def keep(self, name: str, read: dict[str, Any], given: tuple[Any, ...], made: Any) -> _Known:
        """Remember what a function gave under these sliders."""
        found = _Known(read, given, _sealed(made))
        self.known.setdefault(name, deque(maxlen=DIRECTIONS)).appendleft(found)
        return found


def remembered(
    work: Callable[Concatenate[Situation, Given], Made],
) -> Callable[Concatenate[Situation, Given], Made]:
    """A pure function of a situation that gives what it gave before where nothing that it reads has changed.

    What else it is given must be the very same; of words, which say what is asked for, each is remembered by itself. Arrays that
    it gives may not be written to.
    """
    function = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def asked(situation: Situation, /, *given: Given.args, **named: Given.kwargs) -> Made:
        assert not named
        noting = watched(situation.direction).noting
        name = " ".join((function, *(each for each in given if isinstance(each, str))))
        things = tuple(each for each in given if not isinstance(each, str))
        known = situation.memory.of(name, situation.direction, things)
        if known is None:
            read: dict[str, Any] = {}
            noting.append(read)
            try:
                made = work(situation, *given, **named)
            finally:
                noting.pop()
            known = situation.memory.keep(name, read, things, made)
        for others in noting:
            others.update(known.read)
        result: Made = known.made
        return result

    return asked


def _sealed(made: Any) -> Any:
    """Nobody may write to what others are given too."""
    if isinstance(made, np.ndarray):
        made.setflags(write=False)
    elif isinstance(made, tuple):
        for each in made:
            _sealed(each)
    return made


@dataclass(frozen=True, eq=False)
class _Line:
    """All of a situation but its sliders."""

    performance: Performance
    times: NDArray[np.float64]
    fps: float
    tracks: Tracks
    borders: Borders
    memory: Memory

    def is_like(self, other: _Line) -> bool:
        """Whether the other line has the same performance, frames, tracks and borders."""
        same = self.performance is other.performance and (self.fps, self.borders) == (other.fps, other.borders)
        return same and np.array_equal(self.times, other.times) and all(map(_alike, self.tracks.all, other.tracks.all))


def _alike(one: NDArray[Any] | None, other: NDArray[Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=True)


_lines: deque[_Line] = deque(maxlen=LINES)


def memory_of(performance: Performance, times: NDArray[np.float64], fps: float, tracks: Tracks, borders: Borders) -> Memory:
    """What is remembered of a line; a long one is not worth its memory."""
    asked = _Line(performance, times, fps, tracks, borders, Memory())
    if len(times) > AT_ONCE:
        return asked.memory
    found = next((each for each in tuple(_lines) if each.is_like(asked)), None)
    if found is None:
        _lines.appendleft(found := asked)
    return found.memory
