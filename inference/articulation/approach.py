# SPDX-License-Identifier: GPL-3.0-or-later
"""How lips come to a contact and leave it: at the speed of lips, and in f and v with the lower lip rather than the upper.

A contact is decided within a frame or two. Lips that followed it at once would jump, and to animators a shape that turns both
ways from one frame to the next is a fault: on film the upper lip does so in two frames of a thousand.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit
from ..arrays import Floats
from ..performance import FRAME_RATE
from ..smoothing import dilate, smooth

CLOSING: Final = (1.5, 200.0)
"""mm between the lips where a closure begins or ends, and mm a second that they come from or go to: what the fastest hundredth
of filmed and captured lips does."""
BITING: Final = (2.55, 4500.0)
"""mm between them around a bite, and mm per second squared. Film leaves f and v at half of that, more slowly than p, b and m; but
where lips that were misheard have to do so, their neighbours lose more than is won."""
REACH: Final = round(0.12 * FRAME_RATE)
"""Frames before and after a contact in which the lips are on their way."""
LEAD: Final = 1
BLUR: Final = 1.2
"""Frames that the lower lip and the jaw are sooner at the teeth and later from them, and the deviation that this is eased by."""
LIFTED: Final = 0.25
ROLLED: Final = 0.6
"""mouthUpperUp and mouthRollLower of a bite: the upper lip stays as it is beside most sounds, and the lower one moves."""
LENT: Final = 0.2
"""mouthClose that carries the lower lip over the jaw to the teeth at most."""
_SECONDS: Final = (np.arange(REACH + 1) / FRAME_RATE).astype(np.float32)
_UPPER: Final = [arkit.INDEX["mouthUpperUpLeft"], arkit.INDEX["mouthUpperUpRight"]]
_LOWER: Final = [arkit.INDEX["mouthLowerDownLeft"], arkit.INDEX["mouthLowerDownRight"]]
_ROLL: Final = arkit.INDEX["mouthRollLower"]


def widest(closure: Floats, bite: Floats) -> Floats:
    """float32[T] mm that the lips are apart at most, from how closed and how bitten they are, float32[T] 0..1 each."""
    closing, biting = CLOSING[1] * _SECONDS, 0.5 * BITING[1] * _SECONDS**2
    return np.asarray(np.minimum(_around(closure, CLOSING[0], closing), _around(bite, BITING[0], biting)), np.float32)


def _around(contact: Floats, least: float, away: Floats) -> Floats:
    """float32[T] mm, `least` in a full contact and `away`, float[REACH + 1], more so many frames from it."""
    mm = np.asarray(least + (1.0 - contact) * away[-1], np.float32)
    padded, frames = np.pad(mm, REACH, mode="edge"), len(mm)
    for step in range(1, REACH + 1):
        for way in (REACH - step, REACH + step):
            np.minimum(mm, padded[way : way + frames] + away[step], out=mm)
    return mm


def nearing(bite: Floats) -> Floats:
    """float32[T] 0..1 how far jaw and lips have taken the place that they have in a bite, float32[T] 0..1."""
    return smooth(dilate(bite, LEAD), BLUR)


def put_to_teeth(pose: Floats, bite: Floats, near: Floats) -> None:
    """Bring the lips of a pose float32[T, 52] to the teeth, in place. near: float32[T], `nearing`."""
    pose[:, _UPPER] += near[:, None] * (LIFTED - pose[:, _UPPER])
    pose[:, _LOWER] *= 1.0 - near[:, None]
    pose[:, _ROLL] = np.maximum(pose[:, _ROLL], ROLLED * bite)
