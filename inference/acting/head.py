# SPDX-License-Identifier: GPL-3.0-or-later
"""Head: carriage, the melody of the voice, three bands of movement, beats, and turning with the eyes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..direction import Direction
from . import chance, gaze, intonation, life, poses
from .beats import beats
from .remembering import remembered
from .saccades import Saccade
from .sampling import Bump, bumps, smooth, steps
from .situation import Situation
from .vocal import sureness

Degrees = NDArray[np.float64]

# Knots a second and degrees of deviation (pitch, yaw, roll) of each band: slow 0.2–1.8 Hz, ordinary 1.9–3.6 Hz and rapid
# 3.7–7 Hz (Hadar et al. 1983). The head moves almost all the time while speaking and little in silence.
SLOW: Final = (0.55, (1.7, 4.7, 2.6), 0.45)
ORDINARY: Final = (4.0, (0.7, 1.1, 0.7), 0.08)
RAPID: Final = (9.0, (0.16, 0.12, 0.08), 0.0)
"""The last figure is the share that is left in silence."""
CALM_BREATH: Final = 0.35
"""Degrees by which quiet breathing lifts the head of somebody who waits."""
POSTURE: Final = (1.6, 4.3, 2.5)
"""Degrees of deviation of the posture that each utterance takes up as it starts (Hadar et al. 1984)."""
POSTURE_TIME: Final = 0.9
"""Seconds that it takes to get there."""
MELODY: Final = (-2.6, 0.0, 0.0)
"""Degrees of pitch, yaw and roll by which the head follows a voice that is one deviation higher and louder than usual: chin up
with the voice and down with it at the end of a phrase (Munhall et al. 2004)."""
FAITHFUL: Final = 0.45
"""How much a take follows some phrases more than others."""
AROUSED: Final = 0.5
"""How much more the head moves in a tense voice than in an even one, as a log factor (Busso et al. 2007)."""
DELAY: Final = 0.1
"""Seconds by which the head follows the eyes (50 to 150 ms)."""
TURN_TIME: Final = 0.45
"""Seconds of a turn of the head towards what the eyes look at; longer ones for larger turns."""


def headless(direction: Direction) -> Direction:
    """The same direction for a character whose head cannot turn: the eyes do it all, and hold against nothing."""
    return replace(direction, head_amount=0.0, head_pitch=0.0, head_yaw=0.0, head_roll=0.0)


def head(situation: Situation, shifts: tuple[Saccade, ...], levels: Floats, sounds: Degrees) -> Floats:
    """float32[F, 3] degrees: pitch (down), yaw and roll (to the character's left).

    shifts: where the eyes go. levels: float32[F, 7] emotions in force, which carry the head too.
    sounds: float64[F, 3] degrees by which laughs and coughs shake it.
    """
    direction = situation.direction
    moved = _spoken(situation) + np.clip(levels * direction.emotion_strength, 0, 1.5) @ poses.HEAD
    moved += (_breath(situation) + _calm_breath(situation))[:, None] * np.array([-1.0, 0.0, 0.0]) + sounds
    moved *= direction.head_amount
    moved *= situation.presence[:, None]
    carriage = np.array([direction.head_pitch, direction.head_yaw, direction.head_roll])
    return np.asarray(moved + following(situation, shifts) + carriage, np.float32)


@remembered
def _spoken(situation: Situation) -> Degrees:
    """float64[F, 3] how the head moves with what is said."""
    moved = _bands(situation) + _postures(situation) + _melody(situation) + beats(situation)
    moved *= (np.exp(AROUSED * situation.tension) * intonation.liveliness(situation))[:, None]
    moved[:, 2] *= situation.direction.head_tilt
    return moved


@remembered
def following(situation: Situation, shifts: tuple[Saccade, ...]) -> Degrees:
    """float64[F, 3] the part of the head that turns after the eyes; large shifts more than small ones."""
    direction = situation.direction
    share = direction.head_gaze * min(direction.head_amount, 1.0)
    targets = share * np.array([shift.target for shift in shifts])
    turned_to = share * _towards(situation)
    begins = [shift.time + DELAY for shift in shifts[1:]]
    durations = [gaze.turning_time(TURN_TIME / direction.head_tempo, shift.size) for shift in shifts[1:]]
    yaw, pitch = (
        turned_to[:, axis] + steps(situation.times, zip(begins, durations, np.diff(targets[:, axis]).tolist(), strict=True))
        for axis in (0, 1)
    )
    return np.stack([-pitch, yaw, np.zeros(len(situation.times))], axis=1) * situation.presence[:, None]


def _towards(situation: Situation) -> Degrees:
    """float64[F, 2] where the head would turn to face the listener: later and slower than the eyes."""
    if not situation.is_led:
        return situation.listener
    turn = TURN_TIME / situation.direction.head_tempo
    path = gaze.followed(situation, turn=turn, delay=DELAY).astype(np.float32)
    return np.asarray(smooth(path, turn * situation.fps / 4), np.float64)


def _bands(situation: Situation) -> Degrees:
    direction = situation.direction
    speaking = situation.at_frames(situation.speaking).astype(np.float64)
    total = np.zeros((len(situation.times), 3))
    for name, (rate, sizes, in_silence), amount in (
        ("slow", SLOW, direction.head_sway),
        ("ordinary", ORDINARY, 1.0),
        ("rapid", RAPID, 1.0),
    ):
        active = in_silence + (1 - in_silence) * speaking
        streams = (f"head/{name} {axis}" for axis in range(len(sizes)))
        waves = chance.noises(direction.seed, streams, situation.times, rate * direction.head_tempo)
        for axis, (degrees, wave) in enumerate(zip(sizes, waves, strict=True)):
            total[:, axis] += amount * degrees * active * wave
    return total


def _postures(situation: Situation) -> Degrees:
    """A new posture at each start of an utterance after a real pause, taken up in one wide movement."""
    direction = situation.direction
    starts = [event.time + event.duration for event in situation.events("phrase_end") if event.duration > 0.3]
    duration = POSTURE_TIME / direction.head_tempo
    at = [round(start * 25) for start in starts]
    total = np.zeros((len(situation.times), 3))
    for axis, size in enumerate(POSTURE):
        taken = chance.normal(direction.seed, f"head/posture {axis}", at).clip(-1.8, 1.8) * size * direction.head_sway
        moves = zip(starts, np.diff(taken, prepend=0.0).tolist(), strict=True)
        total[:, axis] = steps(situation.times, ((start - 0.25 * duration, duration, move) for start, move in moves))
    return total


def _melody(situation: Situation) -> Degrees:
    """float64[F, 3] what follows the voice up and down; whole phrases more or less so."""
    direction = situation.direction
    if not direction.head_voice:
        return np.zeros((len(situation.times), 3))
    faith = 1 + FAITHFUL * chance.noise(direction.seed, "head/melody", situation.times, 0.4)
    followed = direction.head_voice * np.clip(faith, 0.3, 1.8) * intonation.melody(situation)
    return np.asarray(followed[:, None] * np.array(MELODY), np.float64)


def _breath(situation: Situation) -> Degrees:
    """float64[F] how far a breath lifts the head."""
    lifts = (
        Bump(event.time + event.duration, event.duration + 0.1, 0.5, 2.4 * sureness(event) * event.strength)
        for event in situation.events("breath")
    )
    return bumps(situation.times, lifts).astype(np.float64) * situation.direction.breath


def _calm_breath(situation: Situation) -> Degrees:
    """float64[F] how far quiet breathing lifts the head where nothing else would move it."""
    if not situation.is_idle:
        return np.zeros(len(situation.times))
    return CALM_BREATH * situation.direction.breath * life.calm_breath(situation)
