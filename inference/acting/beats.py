# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats of the head: a stroke on stressed syllables, a nod or a tilt where a phrase ends, chin up where it asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..performance import Event, Phone
from . import chance, intonation, vocal
from .remembering import remembered
from .sampling import Bump, bumps
from .situation import Situation

STROKE: Final = 4.8
"""Degrees down of a stroke on the strongest accent; at half the strength it is half as far."""
STRESSED: Final = 1.15
"""Share of accents of full strength that have a stroke, more than all; of the weakest about half (loudness peaks have sharp,
rapid movements, Hadar et al. 1984)."""
LOWEST: Final = 0.045
"""Seconds after the middle of a stressed vowel at which the head is lowest: it starts with the vowel and peaks after it (Kim,
Cvejic and Davis 2014)."""
SUNKEN: Final = 0.45
"""How much less deep a stroke is where the voice is one deviation lower than usual: there the head is down already."""
SHALLOW: Final = 0.35
"""Share of a stroke that is left at least."""
DOWN, BACK = 0.19, 0.32
"""Seconds of a stroke's way down and back."""
LIFTED: Final = 0.45
"""How far the head is lifted before a stroke, as a share of it: strokes are prepared."""
ASIDE: Final = 0.4
"""Share of strokes that also go to one side, and how far."""
NOD: Final = 4.2
"""Degrees down of a nod at the end of a phrase."""
NODDED: Final = 0.6
"""Share of strong ends with a nod; of weak ones, at which the head may tilt instead, less than half (Ishi et al. 2014)."""
BEFORE: Final = 1.5
SAID: Final = 0.4
"""Seconds before the end of a phrase in which something must have been said, and how sure one of its phones must be."""
WEAK: Final = 0.5
"""Seconds of silence from which on the end of a phrase is a strong one."""
TILT: Final = 3.0
"""Degrees to one side at a weak end."""
SINGLE_NODS: Final = 0.42
"""Share of nods with a single cycle; the rest decays over a few (Mori 2025)."""
ASKED: Final = (-4.0, 2.2)
"""Degrees of pitch and roll at the end of a question: chin up and the head aside."""
LISTENING: Final = 1.5
"""How much more often a listener nods at the ends of phrases."""

Asked: TypeAlias = tuple[tuple[Event, float], ...]
"""Ends of phrases that rise, and how far."""


def beats(situation: Situation) -> NDArray[np.float64]:
    """float64[F, 3] degrees (pitch down, yaw, roll) of all strokes, nods and tilts of a take."""
    made: tuple[list[Bump], ...] = ([], [], [])
    asked = () if situation.direction.listening else intonation.rises(situation)
    for axis, bump in (*_strokes(situation), *_endings(situation, asked), *_questions(situation, asked)):
        made[axis].append(bump)
    total = np.stack([bumps(situation.times, each).astype(np.float64) for each in made], axis=1)
    return total * situation.direction.head_nods


def _strokes(situation: Situation) -> Iterator[tuple[int, Bump]]:
    if situation.direction.listening:
        return
    quick = situation.direction.head_tempo**-0.5
    for event in vocal.outside(situation, "accent"):
        often, size, side = _draws(situation, "accent", event.time)
        if often >= STRESSED * (0.3 + 0.7 * event.strength):
            continue
        lowest = event.time + 0.5 * event.duration + LOWEST
        far = STROKE * event.strength * (0.6 + 0.8 * size)
        if situation.direction.head_voice:
            far *= float(np.clip(1 + SUNKEN * intonation.height(situation, lowest - LOWEST), SHALLOW, 1))
        yield 0, Bump(lowest - DOWN, 0.8 * DOWN, DOWN, -LIFTED * far)
        yield 0, Bump(lowest, DOWN, BACK * quick, far)
        if side < ASIDE:
            aside = far * (side / ASIDE - 0.5) * 1.6
            yield 1, Bump(lowest + 0.03, 1.2 * DOWN, 1.3 * BACK * quick, aside)
            yield 2, Bump(lowest + 0.05, 1.4 * DOWN, 1.4 * BACK * quick, 0.5 * aside)


def _endings(situation: Situation, asked: Asked) -> Iterator[tuple[int, Bump]]:
    direction = situation.direction
    length = 0.34 * direction.head_tempo**-0.5
    asking = {event.time for event, _ in asked}
    for event in _ends(situation):
        often, size, side = _draws(situation, "phrase", event.time)
        more = LISTENING if direction.listening else 1.0
        if event.time in asking or often >= NODDED * more * (0.4 + 0.6 * event.strength):
            if not direction.listening and event.duration < WEAK and side < ASIDE:
                yield 2, Bump(event.time, 1.2 * length, 2 * length, TILT * (side / ASIDE - 0.5) * 2)
            continue
        # A speaker nods on the last syllable, a listener in answer to it.
        lowest = event.time + (0.55 if direction.listening else -0.04)
        cycles = 1 if size < SINGLE_NODS else 2 if size < 0.8 else 3
        for cycle in range(cycles):
            far = NOD * (0.7 + 0.5 * size) * 0.6**cycle
            yield 0, Bump(lowest + cycle * 1.7 * length, 0.8 * length, length, far)


@remembered
def _ends(situation: Situation) -> tuple[Event, ...]:
    """The ends of phrases in which something was said."""
    phones = situation.performance.phones
    # Who only waits has no phones of its own: which ends of others it hears `idle.voice` has chosen.
    return tuple(end for end in situation.events("phrase_end") if not phones or said_something(phones, end))


def said_something(phones: Sequence[Phone], end: Event) -> bool:
    """Whether anything before the end of a phrase is surely a phone: a chord has ends too, and nobody nods to them."""
    near = (phone for phone in phones if end.time - BEFORE < phone.end <= end.time + 0.05)
    return any(phone.symbol != "sil" and phone.confidence >= SAID for phone in near)


def _questions(situation: Situation, asked: Asked) -> Iterator[tuple[int, Bump]]:
    for event, height in asked:
        _, size, side = _draws(situation, "question", event.time)
        far = min(height, 1.5) * (0.7 + 0.6 * size)
        # It stays up while the answer is waited for.
        yield 0, Bump(event.time, 0.45, min(max(event.duration, 0.5), 1.2), ASKED[0] * far)
        yield 2, Bump(event.time + 0.05, 0.5, min(max(event.duration, 0.5), 1.4), ASKED[1] * far * (1 if side < 0.5 else -1))


def _draws(situation: Situation, stream: str, time: float) -> tuple[float, float, float]:
    seed, at = situation.direction.seed, round(time * 25)
    often, size, side = (chance.draw(seed, f"head/{stream} {name}", at) for name in "uvw")
    return often, size, side
