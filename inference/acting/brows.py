# SPDX-License-Identifier: GPL-3.0-or-later
"""Brows: raised or frowning on many, not all, stressed words, and now and then on their own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..arrays import Floats
from ..direction import Direction
from ..performance import EMOTIONS
from ..pose import weights_of
from ..rowwise import product
from . import chance, intonation, vocal
from .emotion import leading_side
from .remembering import remembered
from .sampling import Bump, bumps
from .situation import Situation

SECOND: Final = 1.0
"""The stretch, in seconds, in which at most one movement begins that no accent asks for."""
JOY: Final = EMOTIONS.index("joy")
LIFTS: Final = [JOY, EMOTIONS.index("surprise")]
"""Emotions under which no brow comes down for an accent."""
IDLE: Final = 0.12
"""Movements a second without an accent; 38 % of brow movements come while nothing is said (Cavé et al. 1996)."""
AROUSED: Final = 0.7
"""How much more brows move in a tense voice than in an even one, as a log factor (Busso et al. 2007)."""
RISING: Final = 0.22
"""How far brows go up with a voice that is one deviation higher and louder than usual: 71 % of rapid raises come with a rise of
pitch (Cavé et al. 1996)."""
EMPHATIC: Final = 0.6
"""How much oftener brows go up at an accent that is one deviation higher and louder than usual, and seldomer at a low one."""
SELDOM: Final = (0.25, 1.5)
"""Least and most of that factor."""
FAITHFUL: Final = 0.6
"""How much a take follows some phrases more than others."""
ASKED: Final = 0.75
"""Height of the raise that a question ends with."""

RAISE: Final = {"browInnerUp": 0.62, "browOuterUp": 0.58, "eyeWide": 0.12}
CHEERFUL: Final = 4.0
"""A quarter of joy or surprise is enough for brows that never frown."""
FROWN: Final = {"browDown": 0.5, "eyeSquint": 0.14}
"""What each movement is made of, at its height; one brow goes up alone on the side that leads."""
ONE: Final = {"browOuterUpLeft": 0.72, "browInnerUp": 0.16, "browDownRight": 0.12}


Kind: TypeAlias = Literal["raise", "frown", "one"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True)
class BrowEvent:
    """One movement: which pose, and when and how much of it."""

    kind: Kind
    form: Bump


def movements(situation: Situation) -> tuple[BrowEvent, ...]:
    """The brows' movements of a take, by the time of their accent."""
    return (*_stressing(situation), *_questioning(situation), *_idling(situation))


def amounts(events: tuple[BrowEvent, ...], situation: Situation) -> Floats:
    """float32[F, KINDS] how far the brows are in each pose."""
    moved = np.zeros((len(situation.times), len(KINDS)), np.float32)
    # Two accents close together do not add up to twice the height.
    for column, kind in enumerate(KINDS):
        amount = bumps(situation.times, (event.form for event in events if event.kind == kind))
        moved[:, column] = np.tanh(amount + (_melody(situation) if kind == "raise" else 0))
    effort = situation.direction.brow_amount * situation.direction.upper_face * np.exp(AROUSED * situation.tension)
    effort *= intonation.liveliness(situation)
    return np.asarray(moved * (effort * situation.presence)[:, None], np.float32)


@remembered
def moved(situation: Situation) -> Floats:
    """float32[F, KINDS] how far the brows of a take are in each pose."""
    return amounts(movements(situation), situation)


def brows(moved: Floats, direction: Direction) -> Floats:
    """float32[F, 52] of brows so far in each pose, float32[F, KINDS]."""
    one = weights_of(ONE)
    forms: dict[Kind, Floats] = {
        "raise": weights_of(RAISE),
        "frown": weights_of(FROWN),
        "one": one if leading_side(direction) == "Left" else one[list(arkit.MIRROR)],
    }
    return product(moved, np.stack([forms[kind] for kind in KINDS]))


def _stressing(situation: Situation) -> Iterator[BrowEvent]:
    direction = situation.direction
    for event in vocal.outside(situation, "accent") if not direction.listening else ():
        draw = _draws(situation, "accent", event.time)
        high = intonation.height(situation, event.time + 0.5 * event.duration) if direction.brow_voice else 0.0
        often = direction.brow_chance * (0.45 + 0.65 * event.strength)
        if draw["chance"] < often * float(np.clip(1 + EMPHATIC * high, *SELDOM)):
            # Brows start before the stressed word and are highest on it (Kim, Cvejic and Davis 2014).
            peak = event.time + 0.4 * event.duration + 0.06 * (draw["time"] - 0.5)
            yield _shaped(situation, draw, peak, 0.55 + 0.6 * event.strength)


def _questioning(situation: Situation) -> Iterator[BrowEvent]:
    direction = situation.direction
    for event, height in intonation.rises(situation) if not direction.listening else ():
        draw = _draws(situation, "question", event.time)
        if draw["chance"] < direction.brow_chance * 1.5:
            size = ASKED * min(height, 1.4) * (0.8 + 0.4 * draw["size"])
            yield BrowEvent("raise", Bump(event.time - 0.05, 0.35, min(max(event.duration, 0.5), 1.0), size))


def _melody(situation: Situation) -> Floats:
    """float32[F] 0..1 how far the brows are up with the voice."""
    direction = situation.direction
    if direction.listening or not direction.brow_voice:
        return np.zeros(len(situation.times), np.float32)
    faith = 1 + FAITHFUL * chance.noise(direction.seed, "brows/melody", situation.times, 0.4)
    followed = direction.brow_voice * RISING * np.clip(faith, 0, 2) * intonation.melody(situation)
    return np.maximum(followed, 0).astype(np.float32)


def _idling(situation: Situation) -> Iterator[BrowEvent]:
    direction = situation.direction
    if len(situation.times) == 0 or not direction.brow_idle:
        return
    cells = np.arange(math.floor(situation.times[0] / SECOND), math.floor(situation.times[-1] / SECOND) + 1)
    u = chance.uniform(direction.seed, "brows/idle", cells)
    for cell in cells[u < IDLE * direction.brow_idle * SECOND].tolist():
        draw = _draws(situation, "idle", cell)
        yield _shaped(situation, draw, (cell + draw["time"]) * SECOND, 0.45)


def _draws(situation: Situation, stream: str, time: float) -> dict[str, float]:
    at, seed = round(time * 25), situation.direction.seed
    names = ("chance", "time", "kind", "size", "length")
    return {name: chance.draw(seed, f"brows/{stream}/{name}", at) for name in names}


def _lifted(situation: Situation, time: float) -> float:
    """0..1 how far joy or surprise keeps the brows from frowning at a moment: as set, as keyed, or joy suspected in the voice."""
    felt = max(situation.direction.joy, situation.direction.surprise)
    if situation.tracks.emotion is not None and len(situation.times):
        felt = max(felt, *(float(np.interp(time, situation.times, situation.tracks.emotion[:, each])) for each in LIFTS))
    if len(situation.performance.emotion):
        felt = max(felt, float(np.interp(time, *_suspected(situation))))
    return min(CHEERFUL * felt, 1.0)


@remembered
def _suspected(situation: Situation) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds, and the joy that is heard at each."""
    return situation.performance.times, situation.performance.emotion[:, JOY].astype(np.float64)


def _shaped(situation: Situation, draw: dict[str, float], peak: float, size: float) -> BrowEvent:
    direction = situation.direction
    share = direction.brow_frown * (1 - _lifted(situation, peak))
    frowns = draw["kind"] < share
    single = (draw["kind"] - share) / max(1 - share, 1e-6) < direction.brow_single
    kind: Kind = "frown" if frowns else "one" if single else "raise"
    slow = 0.8 + 0.6 * draw["length"]
    return BrowEvent(kind, Bump(peak, 0.2 * slow, 0.42 * slow, size * (0.7 + 0.6 * draw["size"])))
