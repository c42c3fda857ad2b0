# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom somebody attends to while people talk: who speaks, and who speaks oneself addresses whoever spoke last."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Stretch: TypeAlias = tuple[float, float]
"""Seconds from and to."""
APART: Final = 5.0
"""Seconds in which nobody says anything after which nobody is answered any more."""
LINGER: Final = 0.8
"""Seconds for which eyes stay with somebody after the last word."""
FIRST_LOOK: Final = 0.5
"""Seconds before one's first word from which on one has turned to whom one addresses."""
NOTICED: Final = 0.35
"""Seconds before the first word of a conversation at which who is spoken to turns, a little after the speaker: speakers wait for
the eyes of whom they address (Goodwin 1980)."""
HAND_OVER: Final = 0.4
"""Seconds before the end of one's words in which one turns to who goes on: who is looked at then has the turn (Kendon 1967)."""
ANSWERS_IN: Final = 2.0
"""Seconds after one's last word within which somebody who speaks answers it."""
ASIDE: Final = 60.0
"""Degrees aside that head and eyes go; nobody is spoken to who is further."""
ONESELF: Final = -1
IN_UNISON: Final = 0.5
"""Share of a phrase said while oneself speaks from which on it is no answer."""


class Attended(NamedTuple):
    """From second `start` to `end` somebody attends to the other with that number."""

    who: int
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Company:
    """Who else talks around somebody; all times are seconds of the scene.

    own: when one speaks oneself, the line at hand aside.   names, others: who the others are, and when each of them speaks.
    ways: where the eyes of each are, float32[F, 2] degrees at the frames to act; None who is not to be seen.
    """

    own: tuple[Stretch, ...] = ()
    names: tuple[str, ...] = ()
    others: tuple[tuple[Stretch, ...], ...] = ()
    ways: tuple[NDArray[np.float32] | None, ...] = ()

    def attended(self, phrases: Iterable[Stretch]) -> tuple[Attended, ...]:
        """Whom one attends to who says these phrases in the line at hand."""
        return attended((*self.own, *phrases), self.others)

    def eyes(self, phrases: Iterable[Stretch], times: NDArray[np.float64]) -> NDArray[np.float32] | None:
        """float32[F, 2] degrees to whom one attends at each frame, NaN where to nobody; None where never.

        Who stands side by side with somebody turns to listen, and speaks to whoever both are facing.

        times: float64[F] seconds of the scene.
        """
        seen, phrases = np.full((len(times), 2), np.nan, np.float32), tuple(phrases)
        for who, start, end in self.attended(phrases):
            way, inside = self.ways[who], (times >= start) & (times < end)
            if way is not None:
                seen[inside] = way[inside]
        for start, end in phrases:
            seen[(times >= start - FIRST_LOOK) & (times < end) & (np.abs(seen[:, 0]) > ASIDE)] = np.nan
        return None if np.isnan(seen).all() else seen

    def text(self, made: Iterable[Attended], start: float, end: float) -> str:
        """The same for the same people attended to at the same time of a line between two seconds; empty where nobody is."""
        parts = (
            f"{self.names[who]} {max(since, start) - start:.2f}-{min(until, end) - start:.2f}"
            for who, since, until in made
            if since < end and until > start
        )
        return "; ".join(parts)


def attended(own: Sequence[Stretch], others: Sequence[Sequence[Stretch]]) -> tuple[Attended, ...]:
    """Whom somebody attends to and when, in time order: nobody before people talk, nor long after.

    own: when somebody speaks.   others: when each of the others does, who are seen by these numbers.
    """
    found = [Attended(who, *phrase) for who, phrases in enumerate(others) for phrase in phrases if not _in_unison(phrase, own)]
    made: list[Attended] = []
    for mine, turns in _conversations(list(own), found):
        for part in _attended(mine, turns):
            if made and made[-1].who == part.who and made[-1].end >= part.start:
                made[-1] = made[-1]._replace(end=part.end)
            else:
                made.append(part)
    return tuple(made)


def _in_unison(phrase: Stretch, own: Iterable[Stretch]) -> bool:
    """Whether a phrase is said together with one's own words: in a choir nobody answers."""
    shared = sum(max(min(end, phrase[1]) - max(start, phrase[0]), 0.0) for start, end in own)
    return shared > IN_UNISON * (phrase[1] - phrase[0])


def _conversations(own: list[Stretch], turns: list[Attended]) -> Iterator[tuple[list[Stretch], list[Attended]]]:
    """What is said without long pauses, one's own and the others', where there are others."""
    mine: list[Stretch] = []
    theirs: list[Attended] = []
    until = -math.inf
    for said in sorted((*(Attended(ONESELF, *phrase) for phrase in own), *turns), key=lambda each: each.start):
        if said.start - until > APART:
            if theirs:
                yield mine, theirs
            mine, theirs = [], []
        if said.who == ONESELF:
            mine.append((said.start, said.end))
        else:
            theirs.append(said)
        until = max(until, said.end)
    if theirs:
        yield mine, theirs


def _attended(own: list[Stretch], turns: list[Attended]) -> Iterator[Attended]:
    """One conversation: at each moment who began to speak last of those who speak, else who did last, else who will first."""
    turns = sorted(_noticed(own, turns), key=lambda turn: turn.start)
    end = max(*(turn.end for turn in turns), *(end for _, end in own), -math.inf) + LINGER
    begin = min([turns[0].start - NOTICED, *(start - FIRST_LOOK for start, _ in own)])
    moments = sorted({begin, end, *(at for turn in turns for at in turn[1:])})
    coming, last = 0, turns[0]
    speaking: list[Attended] = []
    for moment, following in pairwise(moments):
        while coming < len(turns) and turns[coming].start <= moment:
            speaking.append(turns[coming])
            coming += 1
        speaking = [turn for turn in speaking if turn.end > moment]
        last = speaking[-1] if speaking else last
        yield Attended(last.who, moment, following)


def _noticed(own: Iterable[Stretch], turns: list[Attended]) -> list[Attended]:
    """The turns, each from when one turns to who takes it: as one's own words end where it follows them."""
    found = list(turns)
    for start, end in own:
        looks = max(end - HAND_OVER, start)
        after = next((at for at, turn in enumerate(turns) if turn.start > looks), None)
        if after is not None and turns[after].start <= end + ANSWERS_IN:
            found[after] = turns[after]._replace(start=looks)
    return found
