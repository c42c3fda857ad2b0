# SPDX-License-Identifier: GPL-3.0-or-later
"""What speech asks of the mouth: what was heard, as far and as distinctly as the sliders say.

Works at the Performance's rate, before the scene's frames; closures are made good after everything else, by the seal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..arrays import Floats
from ..direction import Direction
from ..performance import FRAME_RATE, Performance, Phone
from ..rowwise import stretches
from ..spool import evict, zeros
from . import chance, pauses, sampling
from .remembering import remembered
from .situation import Situation
from .sustain import held, sustained

MOUTH: Final = [*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"], *arkit.REGIONS["tongue"], arkit.INDEX["cheekPuff"]]
"""The channels speech moves, in the order of the columns in here."""
_COLUMN: Final = {arkit.NAMES[channel]: column for column, channel in enumerate(MOUTH)}


def _columns(*prefixes: str) -> list[int]:
    return [column for name, column in _COLUMN.items() if name.startswith(prefixes)]


JAW: Final = _columns("jaw")
LIPS: Final = _columns("mouth")
ROUNDING: Final = _columns("mouthFunnel", "mouthPucker")
SPREAD: Final = _columns("mouthSmile", "mouthStretch", "mouthDimple")
TEETH: Final = _columns("mouthLowerDown", "mouthUpperUp")
TONGUE: Final = _columns("tongue")
CLOSERS: Final = _columns("mouthClose", "mouthPress", "mouthRoll", "mouthShrugLower")
LEFT: Final = [column for name, column in _COLUMN.items() if name.endswith("Left") and name not in ("mouthLeft", "jawLeft")]
RIGHT: Final = [_COLUMN[arkit.mirrored(arkit.NAMES[MOUTH[column]])] for column in LEFT]

TAKEN: Final = {"jaw": [*JAW, _COLUMN["mouthClose"]], "round": ROUNDING, "spread": SPREAD, "teeth": TEETH}
"""What differs together from take to take; what closes lips and rolls them in for f and v is the same in all."""
TAKE_RATE: Final = 3.0
"""Knots a second: a syllable is said larger, the next one smaller."""
TAKE_SPREAD: Final = 0.32
"""Deviation of the size of a movement, as a log factor, with the slider all the way up, over that of the noise: a quarter."""
BLUR: Final = 0.07
"""Seconds over which slurred speech runs together; distinct speech exaggerates what stands out from it."""
CHEEKS: Final = 0.45
NOSTRILS: Final = 0.25
"""How far cheeks follow the corners of the mouth and nostrils the upper lip, as weights of theirs."""
MANY_PHONES: Final = 1000
"""Phones after which what was read for them is let go of."""
_MARGIN: Final = 75
"""Frames around a stretch that its own depend on, and more: the slowest slider reaches over a second."""
AROUSED: Final = 0.35
"""How much more the mouth moves in a tense voice than in an even one, as a log factor (Busso et al. 2007)."""


@remembered
def mouth(situation: Situation, near: tuple[float, float] = (-math.inf, math.inf)) -> Floats:
    """float32[T, C] what the mouth does at the Performance's rate, in the order of MOUTH; nothing where nothing is heard.

    near: the seconds between which it is asked for; elsewhere it need not be right.
    """
    performance, direction = situation.performance, situation.direction
    frames = len(performance.curves)
    if frames == 0 or direction.listening:
        return np.zeros((frames, len(MOUTH)), np.float32)
    moved = zeros((frames, len(MOUTH)))
    notes = held(performance) if direction.sustain > 0 else None
    effort = _effort(situation)
    first = next((phone.start for phone in reversed(performance.phones) if phone.start <= near[0]), 0.0)
    low, high = first * FRAME_RATE - 1, near[1] * FRAME_RATE
    asked = [each for each in stretches(frames, _MARGIN) if each.part.stop > low and each.part.start < high]
    for part, around, inside in asked:
        lips = performance.curves[around][:, MOUTH]
        if notes is not None:
            lips = sustained(lips, performance.curves, MOUTH, notes.within(around), direction.sustain)
        lips = lips * gains(direction) * effort[around, None]
        lips *= _of_take(direction, performance.times[around])
        lips = _held(_articulated(lips, direction.articulation), direction.hold)
        moved[part] = sampling.smooth(lips, direction.mouth_smoothing * FRAME_RATE)[inside]
        evict(performance.curves)
        evict(moved)
    _relax(moved, [phone for phone in performance.phones if phone.end > near[0] and phone.start < near[1]], direction.relax)
    open_in = pauses.openness(performance) if direction.pauses else None
    for part, _, _ in asked:
        if open_in is not None:
            moved[part] += _in_pauses(moved[part], open_in[part], direction)
        moved[part] = _one_sided(moved[part], direction.lopsided)
        evict(moved)
    return moved


def speech(moved: Floats, situation: Situation) -> Floats:
    """float32[F, 52] of speech alone, 0..1, at the situation's frames. moved: float32[T, C] what the mouth does, `mouth`."""
    shapes = np.zeros((len(situation.times), arkit.COUNT), np.float32)
    if len(moved):
        shapes[:, MOUTH] = sampling.sample(moved, situation.times + situation.direction.lead)
    return np.clip(shapes, 0, 1, out=shapes)


def companions(spoken: Floats, contact: Floats) -> Floats:
    """float32[F, 52] what moves along in a face: cheeks with the corners, nostrils with the upper lip.

    spoken: float32[F, 52] speech alone. contact: float32[F] where the lips meet, and nothing may lift the upper one.
    """
    shapes = np.zeros_like(spoken)
    for side in ("Left", "Right"):
        smile, stretch, lifted = (arkit.INDEX[name + side] for name in ("mouthSmile", "mouthStretch", "mouthUpperUp"))
        shapes[:, arkit.INDEX["cheekSquint" + side]] = CHEEKS * (spoken[:, smile] + 0.5 * spoken[:, stretch])
        shapes[:, arkit.INDEX["noseSneer" + side]] = NOSTRILS * spoken[:, lifted] * (1 - contact)
    return shapes


def gains(direction: Direction) -> Floats:
    """float32[C] factors that the sliders give each column of MOUTH."""
    gains = np.ones(len(MOUTH), np.float32)
    gains[JAW] *= direction.jaw
    gains[LIPS] *= direction.lips
    gains[ROUNDING] *= direction.rounding
    gains[SPREAD] *= direction.spread
    gains[TEETH] *= direction.teeth
    gains[TONGUE] *= direction.tongue
    # mouthClose answers to the jaw it closes.
    gains[_COLUMN["mouthClose"]] = direction.jaw
    return gains


def _effort(situation: Situation) -> Floats:
    """float32[T] about 1: how much larger everything is said at each moment."""
    performance, direction = situation.performance, situation.direction
    effort = np.exp(AROUSED * situation.tension_at(performance.times))
    if direction.loudness:
        effort *= 1 + direction.loudness * (_relative_loudness(performance) - 1)
    for event in situation.events("accent") if direction.stress else ():
        middle, width = event.time + event.duration / 2, max(event.duration, 0.08)
        first, last = (max(round((middle + side * 2 * width) * FRAME_RATE), 0) for side in (-1, 1))
        away = (np.arange(first, min(last, len(effort))) + 0.5) / FRAME_RATE - middle
        effort[first:last] *= 1 + direction.stress * event.strength * np.exp(-0.5 * (away / (0.6 * width)) ** 2)
    return np.asarray(effort, np.float32)


def _of_take(direction: Direction, times: NDArray[np.float64]) -> Floats:
    """float32[T, C] about 1: how much larger or smaller each movement of the mouth is made in this take."""
    sizes = np.ones((len(times), len(MOUTH)), np.float32)
    if not direction.mouth_takes:
        return sizes
    for name, columns in TAKEN.items():
        wave = chance.noise(direction.seed, "mouth/" + name, times, TAKE_RATE)
        sizes[:, columns] = np.exp(direction.mouth_takes * TAKE_SPREAD * wave)[:, None]
    return sizes


def _relative_loudness(performance: Performance) -> Floats:
    """float32[T] about 1 at the voice's usual loudness, .25 for 10 dB less, 1.75 for 10 dB more."""
    talking = performance.speech > 0.5
    usual = float(np.median(performance.loudness[talking])) if talking.any() else 0.0
    relative = np.clip((sampling.smooth(performance.loudness, 0.06 * FRAME_RATE) - usual) / 10, -1, 1)
    return np.asarray(np.where(talking, 1 + 0.75 * relative, 1), np.float32)


def _articulated(mouth: Floats, articulation: float) -> Floats:
    if articulation == 1:
        return mouth
    blurred = sampling.smooth(mouth, BLUR * FRAME_RATE)
    # Slurring goes all the way to the blur, and a little smaller; distinctness adds again what the blur would lose, and more of
    # all that does not close the mouth.
    if articulation < 1:
        return np.asarray((blurred + articulation * (mouth - blurred)) * (0.8 + 0.2 * articulation), np.float32)
    distinct = np.maximum(mouth + (articulation - 1) * (1.2 * (mouth - blurred) + 0.42 * mouth), 0)
    distinct[:, CLOSERS] = mouth[:, CLOSERS]
    return np.asarray(distinct, np.float32)


def _held(mouth: Floats, hold: float) -> Floats:
    """Every shape that opens or rounds the mouth stays up for `hold` seconds longer, with its peaks where they were.

    What closes it does not: vowels are stretched, not p, b and m.
    """
    reach = hold * FRAME_RATE / 2
    if reach < 0.25:
        return mouth
    lower = math.floor(reach)
    wide = sampling.dilate(mouth, lower)
    wider = sampling.dilate(mouth, lower + 1)
    held = sampling.smooth(np.asarray(wide + (reach - lower) * (wider - wide), np.float32), 0.4 * reach)
    held[:, CLOSERS] = mouth[:, CLOSERS]
    return held


def _relax(mouth: Floats, phones: Sequence[Phone], relax: float) -> None:
    """In silences what the mouth last did fades with the time constant `relax` instead of stopping."""
    if relax <= 0:
        return
    # From the last to the first: each fades from what was there before.
    for number, phone in enumerate(reversed(phones)):
        if number % MANY_PHONES == 0:
            evict(mouth)
        if phone.symbol != "sil":
            continue
        first, last = round(phone.start * FRAME_RATE), min(round(phone.end * FRAME_RATE), len(mouth))
        if first < 1 or last - first < 5:
            continue
        fading = np.exp(-np.arange(1, last - first + 1) / max(relax * FRAME_RATE, 0.1)).astype(np.float32)
        fading *= sampling.eased((np.arange(last - first, 0, -1) / 6).astype(np.float32))
        mouth[first:last] = np.maximum(mouth[first:last], mouth[first - 1] * fading[:, None])


def _in_pauses(mouth: Floats, openness: Floats, direction: Direction) -> Floats:
    whole = np.zeros((len(mouth), arkit.COUNT), np.float32)
    whole[:, MOUTH] = mouth
    return pauses.opened(openness, whole, direction.pauses * direction.jaw)[:, MOUTH]


def _one_sided(mouth: Floats, lopsided: float) -> Floats:
    if not lopsided:
        return mouth
    tilted = mouth.copy()
    tilted[:, LEFT] *= 1 + 0.6 * lopsided
    tilted[:, RIGHT] *= 1 - 0.6 * lopsided
    aside = 0.35 * abs(lopsided) * np.clip(mouth[:, LIPS].max(axis=1) + mouth[:, _COLUMN["jawOpen"]], 0, 1)
    side = "Left" if lopsided > 0 else "Right"
    tilted[:, _COLUMN["mouth" + side]] += aside
    tilted[:, _COLUMN["jaw" + side]] += 0.5 * aside
    return tilted
