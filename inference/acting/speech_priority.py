# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech before expression: how an expression makes room for speech, so that emotion never costs lip-sync.

What the voice opens stays open and what it shuts stays shut; the seal then sees to p, b, m and f, v to the millimetre.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit
from ..arrays import Floats
from ..contact import resample_contact
from ..geometry import INDEX as MEASURE
from ..geometry import REFERENCE, Geometry, measure_one
from ..performance import FRAME_RATE
from ..rowwise import product, stretches, total
from ..seal import BITE_GAP
from ..spool import evict
from .remembering import remembered
from .sampling import dilate, eased, sample, smooth
from .situation import Situation


def _named(*prefixes: str) -> list[int]:
    return [index for index, name in enumerate(arkit.NAMES) if name.startswith(prefixes)]


OPENERS: Final = _named("mouthLowerDown", "mouthUpperUp", "mouthShrugUpper", "mouthFunnel")
CLOSERS: Final = _named("mouthPress", "mouthRoll", "mouthShrugLower", "mouthClose")
CORNERS: Final = _named("mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch")
WIDENERS: Final = ((_named("mouthDimple", "mouthStretch"), 0.3), (_named("mouthSmile"), 0.12))
"""What rounded lips cannot have in full, and the share that they take: a smile goes on above an o, and corners that hang do not
widen a mouth."""
LOWERED: Final = 0.3
"""The mouthFrown of an expression from which speech does not lift the corners at all, and the mouthSmile from which it does."""
LEVEL: Final = 0.8
"""The share of a spoken smile that is a stretch where brows or eyes show what does not smile."""
FELT: Final = 0.6
"""The weight of an expression's brows, or of its wide eyes, from which it is not to be smiled away."""
EYES: Final = _named("brow", "eyeWide")
PRESSED: Final = _named("mouthPress")
BARED: Final = ((_named("mouthUpperUp"), 0.52), (_named("mouthLowerDown"), 1.16))
"""What pressed lips do where speech parts them, as a share of the press: tight and square, they bare the teeth (AU 23+25)."""
FIRMLY: Final = 0.5
"""The mouthPress from which an expression holds the lips together wherever nothing is said."""
ROUNDERS: Final = _named("mouthFunnel", "mouthPucker")
ROUNDED: Final = 0.6
"""The share of an expression's rounding that speech takes away: no e is an o because somebody is astonished."""
JAW: Final = arkit.INDEX["jawOpen"]
CLOSE: Final = arkit.INDEX["mouthClose"]
GAP: Final = MEASURE["gap"]

BLEND: Final = 0.05
"""Seconds over which an expression gives way and comes back."""
NARROWED: Final = 0.35
"""Largest share of an open mouth's gap that an expression may take away."""
SHUT: Final = 0.5
PARTED: Final = 1.8
"""Millimetres of lip gap in the voice's own curves up to which lips stay shut, and from which anything may open them."""
APART: Final = 2.0
"""Millimetres that lips which speech alone keeps as far apart keep between them under any expression, after the seal."""
CHIN: Final = _named("mouthShrugLower", "mouthRoll", "mouthClose")
PARTING: Final = _named("mouthLowerDown", "mouthUpperUp")
MOST_PARTING: Final = 0.3
"""What parts them where it is not enough that an expression's closing shapes let go: first the chin, then what is pressed."""
AROUND: Final = round(0.16 * FRAME_RATE)
"""Frames before and after a phrase in which its first and last closures lie."""
JAW_AT_CLOSURE: Final = 0.16
JAW_HELPS: Final = 0.7
"""jawOpen with which lips close easily (a chin 4 mm down), and the share of what is beyond that a closure takes away."""
CLOSING: Final = 0.03
"""Seconds (deviation) over which the jaw comes up to a contact and leaves it."""
SOONER: Final = 1.7
"""How much sooner than a bite is sure the lower lip is at the teeth: an expression would else draw it off in short f and v."""
COMING: Final = 0.25
"""The bite from which an expression opens the lips no further than speech does."""
TOUCHING: Final = 0.0
"""Millimetres of lip gap in the voice's own curves up to which anything else must leave them shut."""


def make_room(expression: Floats, spoken: Floats, contact: Floats, situation: Situation, geometry: Geometry) -> Floats:
    """The expression with its mouth making room for speech: float32[F, 52].

    spoken: float32[F, 52] speech alone. contact: float32[F] how much the lips are needed for a closure or a bite, 0..1.
    """
    speaking = situation.at_frames(situation.speaking)
    opening = np.clip(spoken[:, JAW] / 0.3, 0, 1)
    rounding = np.clip(total(spoken[:, ROUNDERS]) / 0.5, 0, 1)
    opening, rounding, contact = (smooth(track, BLEND * situation.fps) for track in (opening, rounding, contact))
    room = expression.copy()
    room[:, OPENERS] *= ((1 - 0.75 * contact) * (1 - 0.3 * speaking) * (1 - 0.4 * rounding))[:, None]
    room[:, ROUNDERS] *= (1 - ROUNDED * speaking)[:, None]
    parted = room[:, PRESSED] * (0.85 * opening * (1 - rounding) * (1 - contact))[:, None]
    room[:, CLOSERS] *= (1 - 0.85 * np.maximum(opening, rounding))[:, None]
    for bared, share in BARED:
        room[:, bared] += share * parted
    room[:, CORNERS] *= (1 - 0.04 * speaking)[:, None]
    for wide, share in WIDENERS:
        room[:, wide] *= (1 - share * rounding)[:, None]
    room[:, JAW] *= (1 - 0.75 * speaking) * (1 - contact)
    room[:, CLOSERS] *= (1 - speaking * _too_narrow(room, spoken, situation, geometry))[:, None]
    return room


def pouting_less(expression: Floats, bite: Floats) -> Floats:
    """float32[F, 52] an expression whose pout lets the lower lip under the teeth: a pout rolls it out as far as f rolls it in.

    bite: float32[F] 0..1.
    """
    room = expression.copy()
    room[:, ROUNDERS] *= (1 - np.minimum(SOONER * bite, 1))[:, None]
    return room


def kept_apart(expression: Floats, spoken: Floats, contact: Floats, situation: Situation, geometry: Geometry) -> Floats:
    """float32[F, 52] an expression that does not bring the lips of somebody who speaks nearer than speech does, or than APART.

    A raised chin or puckered lips are not much, but a narrow vowel beside a p has no room for them: the seal, which brings lips
    nearer on the way to a contact, would close it. In a contact the expression may press. spoken, contact: as for `make_room`.
    """
    moves = geometry.jacobian[:, GAP]
    said = np.asarray(geometry.neutral[GAP] + product(spoken, moves), np.float32)
    least = np.minimum(said, (APART + contact) / np.maximum(1 - contact, 1e-3))
    free = np.minimum(2 * situation.at_frames(situation.speaking), 1) * (1 - contact**3)
    missing = free * np.maximum(least - said - product(expression, moves), 0)
    if not missing.any():
        return expression
    room = expression.copy()
    for shapes in (CHIN, PRESSED):
        closing = product(room[:, shapes], np.maximum(-moves[shapes], 0))
        given = np.minimum(missing, closing)
        room[:, shapes] -= np.where(moves[shapes] < 0, room[:, shapes] * (given / np.maximum(closing, 1e-6))[:, None], 0)
        missing -= given
    parted = missing / max(float(np.maximum(moves[PARTING], 0).sum()), 1e-3)
    room[:, PARTING] += np.minimum(parted, MOST_PARTING)[:, None]
    return room


def lips_held(spoken: Floats, expression: Floats, situation: Situation) -> Floats:
    """float32[F, 52] speech whose pauses do not open lips that an expression presses together."""
    silent = 1 - situation.at_frames(dilate(situation.speaking, AROUND))
    held = np.minimum(expression[:, PRESSED].max(axis=1) / FIRMLY, 1) * silent
    if not held.any():
        return spoken
    kept = spoken.copy()
    kept[:, [JAW, *OPENERS]] *= (1 - smooth(held, BLEND * situation.fps))[:, None]
    return kept


def corners_low(spoken: Floats, expression: Floats, geometry: Geometry) -> Floats:
    """float32[F, 52] speech that spreads the lips level where an expression holds the corners down: no i smiles in grief.

    Nor is a face to look pleased that is astonished, frightened or angry. The mouth is as wide as before, by this character's own
    shapes.
    """
    kept = spoken.copy()
    level = LEVEL * np.minimum(expression[:, EYES].max(axis=1) / FELT, 1)
    for side in ("Left", "Right"):
        smile, stretch, frown = (arkit.INDEX[name + side] for name in ("mouthSmile", "mouthStretch", "mouthFrown"))
        low = np.minimum((expression[:, frown] + 0.5 * expression[:, stretch]) / LOWERED, 1)
        moved = spoken[:, smile] * np.maximum(low, level * (1 - np.minimum(expression[:, smile] / LOWERED, 1)))
        widths = [max(float(geometry.jacobian[shape, MEASURE["width"]]), 0.5) for shape in (smile, stretch)]
        kept[:, smile] -= moved
        kept[:, stretch] = np.minimum(kept[:, stretch] + moved * min(widths[0] / widths[1], 2.0), 1)
    return kept


def _too_narrow(expression: Floats, spoken: Floats, situation: Situation, geometry: Geometry) -> Floats:
    """float32[F] the share of an expression's closing shapes that a mouth opened by speech cannot bear."""
    gap = measure_one(spoken, GAP, geometry)
    closing = product(expression[:, CLOSERS], np.maximum(-geometry.jacobian[CLOSERS, GAP], 0))
    bearable = NARROWED * np.maximum(gap, 0) / np.maximum(closing, 1e-3)
    return smooth(eased((gap - SHUT) / (PARTED - SHUT)) * (1 - np.minimum(bearable, 1)), 0.5 * BLEND * situation.fps)


def bitten(bite: Floats, said: Floats, whole: Floats, geometry: Geometry) -> Floats:
    """float32[F] 0..1 how far the lower lip is put to the teeth, so that around f and v an expression parts no lips.

    A sneer that lifts the upper lip by a centimetre would else leave a short v a single frame between two that gape.
    bite: float32[F] 0..1 as it is heard.   said: float32[F] mm that speech alone opens the lips.   whole: float32[F, 52].
    """
    own = np.minimum(SOONER * bite, 1)
    wider = measure_one(whole, GAP, geometry) - BITE_GAP[1]
    narrower = (1 - own) * np.maximum(said - BITE_GAP[1], 0)
    needed = 1 - np.clip(narrower / np.maximum(wider, 1e-3), 0, 1)
    return np.asarray(np.where(wider > 0, np.maximum(own, np.minimum(bite / COMING, 1) * needed), own), np.float32)


def jaw_raised(sealed: Floats, contact: Floats, fps: float, geometry: Geometry) -> Floats:
    """float32[F, 52] with the jaw up where the lips meet: nobody says p with a wide open jaw and lips stretched over it.

    What the jaw rises mouthClose gives back, so that the lips are exactly as far apart as before.
    """
    close, opens = -geometry.jacobian[CLOSE, GAP], geometry.jacobian[JAW, GAP]
    if close <= 0 or opens <= 0:
        return sealed
    nearing = smooth(contact, CLOSING * fps)
    wanted = JAW_HELPS * nearing * np.maximum(sealed[:, JAW] - JAW_AT_CLOSURE, 0)
    rise = np.minimum(wanted, sealed[:, CLOSE] * close / opens)
    raised = sealed.copy()
    raised[:, JAW] -= rise
    raised[:, CLOSE] -= rise * opens / close
    return raised


@remembered
def shut_by_voice(situation: Situation) -> tuple[Floats, Floats]:
    """float32[F] how firmly the voice's own curves hold the lips shut, 0..1, and the widest gap they may have there, mm.

    Besides p, b and m that are recognised there are those that only the curves know of.
    """
    if situation.is_idle:
        return np.zeros(len(situation.times), np.float32), np.zeros(len(situation.times), np.float32)
    near = situation.near(situation.direction.lead)
    heard_at = situation.times + (situation.direction.lead - near.start / FRAME_RATE)
    moved = situation.performance.curves[near]
    heard = np.empty(len(moved), np.float32)
    for part, _, _ in stretches(len(moved), 0):
        heard[part] = REFERENCE.neutral[GAP] + product(moved[part], REFERENCE.jacobian[:, GAP])
        evict(moved)
    shut = 1 - eased((heard - TOUCHING) / (SHUT - TOUCHING))
    firm = resample_contact(shut * dilate(situation.speaking[near], AROUND), FRAME_RATE, heard_at, situation.fps)
    return firm, np.minimum(sample(heard, heard_at), SHUT)


def kept_shut(whole: Floats, firm: Floats, widest: Floats, geometry: Geometry) -> Floats:
    """float32[F] 0..1 how far the lips must be closed so that what the voice itself shuts is not opened by anything else.

    firm, widest: `shut_by_voice`. It closes nothing that the voice leaves open.
    """
    gap = measure_one(whole, GAP, geometry)
    excess = np.maximum(gap - widest, 0) * firm
    return np.asarray(np.clip(excess / np.maximum(gap + 1, 1e-3), 0, 1), np.float32)
