# SPDX-License-Identifier: GPL-3.0-or-later
"""Saccades: when the eyes leave what they look at, and where they go."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from ..arrays import Floats
from ..rowwise import items
from . import chance
from .remembering import remembered
from .situation import Situation

CELL: Final = 0.04
"""Seconds in which at most one saccade begins."""
SHORTEST_FIXATION: Final = 0.2
"""Seconds that eyes stay where they have gone."""
AVERTED: Final = 1.1
"""Seconds that eyes stay away from the listener, on average (0.9 s in Lee, Badler and Badler 2002)."""
LONGEST_CONTACT: Final = 8.0
"""Seconds of looking at the listener at most, on average, at the slider's usual tempo."""
LISTENER_ATTENTION: Final = 0.35
"""Share of the aversions of a speaker that a listener keeps: 41 % against 75 % of contact (Argyle and Cook 1976)."""
TRIANGLE: Final = 1.1
"""Seconds between looks from one eye to the other or to the mouth of the listener."""
PHRASE_HABIT: Final = 0.7
"""Share of long utterances that begin looking away and end looking at the listener (Kendon 1967)."""
FORGET: Final = math.exp(-CELL / 20)
"""What is left after each cell of the memory of contact, 20 s long."""
LONG_UTTERANCE: Final = 1.5
WEAK_BORDER: Final = 0.3
"""Seconds of speech from which an utterance is long, and of pause below which its end does not end the turn."""
SIZES: Final = (4.0, 22.0)
"""Smallest and largest look away, degrees."""
AMPLITUDE: Final = 6.9
"""Degrees; amplitudes fall off exponentially (Lee, Badler and Badler 2002: A = -6.9 ln(P / 15.7))."""
DIRECTIONS: Final = ((0, 0.17), (45, 0.07), (90, 0.18), (135, 0.07), (180, 0.16), (225, 0.07), (270, 0.2), (315, 0.08))
"""Degrees (0 the character's left, 90 up) and how often eyes go there (Lee, Badler and Badler 2002)."""
UPRIGHT: Final = 0.7
"""How much shorter looks up and down are than sideways."""
EYES_AND_MOUTH: Final = ((-0.032, 0.0), (0.032, 0.0), (0.0, -0.07))
"""Metres aside and up of what is looked at in a face."""
LONG_FIXATION: Final = 0.5
WEARY: Final = 0.25
LEAST: Final = 1.0
"""Seconds after which waiting eyes tire of a spot, their chance in each cell to leave it then, and how many degrees they move."""
LONGEST_WAIT: Final = 0.8
"""Seconds after which they leave it for sure: a face without a head to turn is never quite still for longer than that."""


@dataclass(frozen=True)
class Saccade:
    """The eyes leave at `time` (s) for `target`: degrees yaw and pitch from the listener's face.

    size: degrees from where they were; 0 for the first.
    """

    time: float
    target: tuple[float, float]
    size: float

    @property
    def duration(self) -> float:
        """Seconds, by the main sequence: 25 ms and 2.4 ms a degree (Bahill, Clark and Stark 1975 and later)."""
        return 0.025 + 0.0024 * self.size


@remembered
def saccades(situation: Situation, low: Floats | None = None) -> tuple[Saccade, ...]:
    """Every saccade of a take, the first one being where the eyes are at the start.

    low: float32[F] degrees by which they go down with what is felt, `lowered`.
    """
    direction = situation.direction
    if len(situation.times) == 0:
        return (Saccade(0.0, (0.0, 0.0), 0.0),)
    made = [Saccade(float(situation.times[0]), (0.0, 0.0 if low is None else -float(low[0])), 0.0)]
    cells = np.arange(math.floor(situation.times[0] / CELL), math.floor(situation.times[-1] / CELL) + 1)
    leave, come_back = (chance.uniform(direction.seed, f"gaze/{name}", cells) for name in ("leave", "return"))
    middle = (cells + 0.5) * CELL
    speaking = situation.at_times(situation.speaking, middle) > 0.5
    # Who is alone with nobody to listen to looks around as a speaker does.
    alone = situation.is_alone
    attending = situation.at_times(situation.attending, middle) > 0.5 if alone else np.ones(len(cells), bool)
    turns = _turns(situation)
    # Who listens looks at the face longer.
    shares = (1 - direction.eye_contact) * np.where(speaking | ~attending, 1.0, LISTENER_ATTENTION)
    downs = np.zeros(len(cells)) if low is None else np.interp(middle, situation.times, low)
    away, age, surplus = False, 0.0, 0.0
    hazards: dict[tuple[float, bool], _Hazard] = {}
    known: tuple[float, bool] | None = None
    for cell, u, v, averted, down in items(cells, leave, come_back, shares, downs):
        age += CELL
        # Habit at phrase borders changes the share of contact; what is too much is given back.
        surplus = surplus * FORGET + (averted - away) * CELL
        if known != (averted, away):
            known = averted, away
            hazards[known] = hazards.get(known) or _hazards(situation, averted, away=away)
            change, refix, most, stays = hazards[known]
        if u > most and v > stays and cell not in turns and not (alone and age > LONG_FIXATION):
            continue  # as nearly always
        turn, hazard = turns.get(cell), change
        hazard *= (1 + refix * SHORTEST_FIXATION) * math.exp(2 * min(max(-surplus if away else surplus, -1.0), 1.0))
        if turn == "contact" and away:
            away = False
        elif turn == "avert" and not away:
            away = True
        elif turn is None and age > SHORTEST_FIXATION and u < -math.expm1(-hazard * CELL):
            away = not away
        elif not (age > SHORTEST_FIXATION and v < -math.expm1(-refix * CELL)) and not (
            alone and age > LONG_FIXATION and (v > 1 - WEARY or age > LONGEST_WAIT)
        ):
            continue
        yaw, pitch = _aside(situation, cell) if away else _on_face(situation, cell)
        made.append(_next(made[-1].target, (yaw, pitch - down), (cell + 0.5) * CELL, alone=alone))
        age = 0.0
    return tuple(made)


def _next(before: tuple[float, float], target: tuple[float, float], time: float, *, alone: bool) -> Saccade:
    """The saccade from one target to the next; who waits alone moves the eyes far enough to be seen."""
    if alone and math.dist(target, before) < LEAST:
        target = before[0] - math.copysign(LEAST, before[0]), target[1]
    return Saccade(time, target, math.dist(target, before))


class _Hazard(NamedTuple):
    """Chance a second to change between listener and elsewhere, and to look at another spot of the same.

    most, stays: what a number drawn for a cell must be above so that neither can happen in it.
    """

    change: float
    refix: float
    most: float
    stays: float


def _hazards(situation: Situation, averted: float, *, away: bool) -> _Hazard:
    """averted: the wanted share of time spent elsewhere."""
    direction = situation.direction
    stay_away = AVERTED / direction.gaze_tempo
    if away:
        change, refix = (0.0 if averted >= 1 else 1 / (stay_away - SHORTEST_FIXATION / 2)), 0.5 * direction.gaze_tempo
    elif averted <= 0:
        change, refix = 0.0, direction.gaze_tempo / TRIANGLE
    else:
        contact = min(stay_away * (1 - averted) / averted, LONGEST_CONTACT / direction.gaze_tempo)
        change, refix = 1 / max(contact - SHORTEST_FIXATION / 2, CELL), direction.gaze_tempo / TRIANGLE
    return _Hazard(change, refix, change * (1 + refix * SHORTEST_FIXATION) * math.exp(2) * CELL, refix * CELL)


def _turns(situation: Situation) -> dict[int, str]:
    """Cells at whose time a speaker's habit decides: away as an utterance begins, at the listener as it ends."""
    turns: dict[int, str] = {}
    direction = situation.direction
    if direction.listening or direction.eye_contact >= 1:
        return turns
    last = situation.events("phrase_end")[-1:]
    ends = [event for event in situation.events("phrase_end") if event.duration > WEAK_BORDER or event in last]
    begins = [0.0, *(event.time + event.duration for event in ends)]
    for begin, end in zip(begins, ends, strict=False):
        length = end.time - begin
        if length < LONG_UTTERANCE:
            continue
        at = math.floor((begin - 0.1) / CELL)
        habit = PHRASE_HABIT * min(1.0, 1.6 * (1 - direction.eye_contact))
        if chance.draw(direction.seed, "gaze/begin", at) < habit:
            turns[at] = "avert"
        at = math.floor((end.time - 0.35) / CELL)
        if chance.draw(direction.seed, "gaze/end", at) < PHRASE_HABIT:
            turns[at] = "contact"
    return turns


def _aside(situation: Situation, cell: int) -> tuple[float, float]:
    direction, seed = situation.direction, situation.direction.seed
    u, v, w = (chance.draw(seed, f"gaze/{name}", cell) for name in ("size", "way", "spread"))
    size = min(max(-AMPLITUDE * math.log(1 - u), SIZES[0]), SIZES[1]) * direction.gaze_amount
    heading, total = 0.0, 0.0
    for degrees, share in DIRECTIONS:
        total += share
        heading = degrees + 45 * (w - 0.5)
        if v < total:
            break
    return size * math.cos(math.radians(heading)), UPRIGHT * size * math.sin(math.radians(heading))


def _on_face(situation: Situation, cell: int) -> tuple[float, float]:
    """One of the listener's eyes, or the mouth, as large as a face is at that distance."""
    direction = situation.direction
    spot = chance.draw(direction.seed, "gaze/face", cell)
    yaw, pitch = EYES_AND_MOUTH[min(int(spot * 2.6), 2)]
    scale = min(direction.gaze_amount, 1.0) / direction.gaze_distance
    return math.degrees(math.atan(yaw * scale)), math.degrees(math.atan(pitch * scale))
