# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the network heard to lips that articulate: its movement in millimetres, shown with the shapes of visemes.

The network knows when and how far a mouth opens; phones know with which shapes, and that only p, b and m close it. So its
movement is kept, widened where lips need not meet, held apart as far as each sound keeps lips apart, and then solved for the
weights nearest to the visemes' own (visemes.py) that make it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .. import arkit, least_squares
from .. import phones as inventory
from ..arrays import Floats
from ..contact import closure_from_posteriors
from ..geometry import INDEX, REFERENCE, Geometry, Objective, ceilings, measure, solve
from ..performance import FRAME_RATE, Phone
from ..rowwise import product, stretches, total
from ..smoothing import dilate, smooth
from ..spool import evict, zeros
from .approach import LENT, nearing, put_to_teeth, widest
from .coarticulation import articulate
from .visemes import APART, BY_LIPS, LOOK_GAINS, LOOKS, VISEMES, WEIGHTS

Contact: TypeAlias = tuple[Floats, Floats]
"""How closed and how bitten the lips must be, float32[T] 0..1 each."""
Solver: TypeAlias = Callable[[least_squares.Problem], Floats]

APPROACH: Final = 1
"""Frames before and after a closure in which the network's own opening leads in and out of it."""
OPENING: Final = 1.12
"""How much further a mouth opens than the network says, whose own opening is the mean of what might have been said."""
WIDENING: Final = 1.5
"""The same for its width, which on held-out film of the filmed man varies .8 times as much as his."""
STEADIED: Final = 1.0
"""Frames (deviation) over which the network's gap and chin are eased: what it moves faster, film does not follow."""
BITE_GAP: Final = 2.55
"""mm between the lips with the lower one under the teeth: enough for the teeth to be seen, and within what film shows."""
RULES_WIDTH: Final = (0.2, 0.65)
RULES_PROTRUSION: Final = (0.5, 0.4)
"""Part of the rules in width and in protrusion, anywhere and besides where something rounds the lips. A camera from
the front shows the network how wide a mouth is, and not how far the lips come forward."""
VISEME_BLUR: Final = 0.030
ROUNDING_BLUR: Final = 0.050
"""Seconds (deviation) over which visemes run into each other; rounding spreads further (Cohen and Massaro 1993)."""
BETWEEN_TEETH: Final = (0.10, 0.35)
"""Probability of θ and ð together from which the tongue begins to come between the teeth, and from which it is there: they are
short and seldom heard with certainty, and half a tongue stays behind the teeth unseen."""
DENTAL: Final = frozenset("θð")
TONGUE_BLUR: Final = 0.020
SHARP: Final = 1.5
"""Power of the posteriors in visemes: a mouth shows the likelier sound rather than the mean of two."""
LEAST: Final = 0.25
"""Share of a viseme's open lips that is shown in the narrowest gap."""
ROOM_BLUR: Final = 1.5
"""Frames (deviation) over which that share changes: jaws come and go faster than lips are bared."""
PUFF: Final = {"p": 0.25, "b": 0.18}
HELD: Final = 1
"""cheekPuff of the sounds that hold air back, and the frames at either end of a closure in which they do not yet."""
_MARGIN: Final = 50
"""Frames around a stretch that its own depend on, and more: visemes run into each other over a tenth of a second."""
MOVED: Final = (
    "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft",
    "mouthStretchRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
)  # fmt: skip
"""The shapes that are solved for; all others are as the visemes have them."""
IMPORTANCE: Final = {"gap": 1.2, "chin": 0.6, "width": 0.4, "upper_protrusion": 0.35, "corner": 0.1}
SPARSITY: Final = 0.25

_GAP, _CHIN, _WIDTH, _PROTRUSION = (INDEX[name] for name in ("gap", "chin", "width", "upper_protrusion"))
_REST: Final = float(REFERENCE.neutral[_GAP])
_REST_WIDTH: Final = float(REFERENCE.neutral[_WIDTH])
_OPENERS: Final = [
    arkit.INDEX[name]
    for name in (
        "mouthFunnel", "mouthShrugUpper", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    )
]  # fmt: skip
_PUCKER: Final = arkit.INDEX["mouthPucker"]
_TONGUE: Final = arkit.INDEX["tongueOut"]
_ROUNDERS: Final = [arkit.INDEX["mouthFunnel"], arkit.INDEX["mouthPucker"]]
_JAW_ALONE: Final = np.array([name == "jawOpen" for name in arkit.NAMES])[:, None] | (np.arange(len(INDEX)) != _CHIN)
_BONE: Final = Geometry((REFERENCE.jacobian * _JAW_ALONE).astype(np.float32), REFERENCE.neutral)
"""The reference face, but that lips do not move the chin: else a lower lip is drawn down to make up for a jaw that is up."""
_WEIGHTS: Final = np.array([IMPORTANCE.get(name, 0.0) for name in INDEX], np.float32)


def shape(curves: Floats, posteriors: Floats, phones: Sequence[Phone]) -> Floats:
    """float32[T, 52] weights that show the movement of `curves`, float32[T, 52] as the network gives them, with visemes.

    posteriors: float32[T, P] (phones.SYMBOLS order).   phones: the segments decoded from them.
    """
    return _in_stretches(curves, posteriors, phones, OPENING)


def shape_at(
    frame: int, curves: Floats, posteriors: Floats, phones: Sequence[Phone], *, contact: Contact, easing: Floats
) -> Floats:
    """float32[52] what `shape` gives at one frame of a stretch that is short enough to be looked at whole, and quickly.

    contact: of the stretch, closure_from_posteriors.
    easing: float32[T] how much each frame of the stretch counts in its gap and chin, where some are known less well than others.
    """
    rules = articulate(phones, np.asarray((np.arange(len(curves)) + 0.5) / FRAME_RATE, np.float64))
    heard = measure(curves)
    moved = _calmed(heard)
    for measured in (_GAP, _CHIN):
        rest = REFERENCE.neutral[measured]
        moved[frame, measured] = rest + easing @ (heard[:, measured] - rest)
    targets = _targets(heard, moved, posteriors, contact, rules=rules, gain=OPENING)
    pose, here = _posed(targets, posteriors, contact), slice(frame, frame + 1)
    closing = _may_close(contact)[here]
    return np.asarray(solved(targets[here], pose[here], closing, by=least_squares.of_one_frame)[0], np.float32)


def reshape(curves: Floats, posteriors: Floats, phones: Sequence[Phone]) -> Floats:
    """The same for curves, float32[T, 52], that have been shaped before, when it is known better what is said."""
    return _in_stretches(curves, posteriors, phones, 1.0)


def _in_stretches(curves: Floats, posteriors: Floats, phones: Sequence[Phone], gain: float) -> Floats:
    rules = articulate(phones, np.asarray((np.arange(len(curves)) + 0.5) / FRAME_RATE, np.float64))
    shown = zeros(curves.shape)
    for part, around, inside in stretches(len(curves), _MARGIN):
        said = posteriors[around]
        contact = closure_from_posteriors(said, FRAME_RATE)
        heard = measure(curves[around])
        moved = heard if gain == 1.0 else _calmed(heard)
        targets = _targets(heard, moved, said, contact, rules=rules[around], gain=gain)
        shown[part] = solved(targets, _posed(targets, said, contact), _may_close(contact))[inside]
        for array in (shown, curves, posteriors):
            evict(array)
    return shown


def solved(targets: Floats, prior: Floats, closing: Floats | float = 1.0, by: Solver = least_squares.solve) -> Floats:
    """float32[T, 52] weights nearest to a prior, float32[T, 52], that make targets, float32[T, M] mm.

    closing: float32[T] or one number, how much mouthClose may be used.   by: as in geometry.solve.
    """
    limits = np.tile(ceilings(MOVED), (len(targets), 1))
    limits[:, arkit.INDEX["mouthClose"]] = closing
    return solve(targets, _BONE, objective=Objective(_WEIGHTS, limits, MOVED, SPARSITY), prior=prior, by=by)


def _posed(targets: Floats, posteriors: Floats, contact: Contact) -> Floats:
    """The pose that targets are shown near; their chin becomes that of its jaw."""
    pose = pose_of(targets, posteriors, contact)
    targets[:, _CHIN] = pose[:, arkit.INDEX["jawOpen"]] * REFERENCE.effect("jawOpen", "chin")
    return pose


def pose_of(targets: Floats, posteriors: Floats, contact: Contact) -> Floats:
    """float32[T, 52] the visemes of what is said, with as much of jaw and lips as fits targets, float32[T, M] mm."""
    prior = visemes_of(posteriors)
    closure, bitten = contact
    near = nearing(bitten)
    by_lips = smooth(product(likelier(posteriors), BY_LIPS), VISEME_BLUR * FRAME_RATE)
    drop = targets[:, _CHIN] * (1.0 - np.maximum(by_lips, VISEMES["f"].by_lips * near))
    jaw = np.clip(drop / REFERENCE.effect("jawOpen", "chin"), 0.0, 1.0)
    room = _room(prior, targets[:, _GAP] - jaw * REFERENCE.effect("jawOpen", "gap"))
    prior[:, _OPENERS] *= np.maximum(room, bitten)[:, None]
    put_to_teeth(prior, bitten, near)
    prior[:, arkit.INDEX["jawOpen"]] = jaw
    prior[:, arkit.INDEX["cheekPuff"]] = _puffed(posteriors, closure)
    return prior


def _room(prior: Floats, gap: Floats) -> Floats:
    """float32[T] how far the visemes' lips may open, 0..1, so that they alone do not open them beyond a gap, float32[T] mm.

    All by the same share: teeth and rounding stay in proportion. What puckering closes, funnelling may open again. `gap` is what
    the jaw leaves: lips that opened further would be drawn in again, but not beside p, b, m, where mouthClose makes up for
    them, and so jump there for a frame.
    """
    alone = product(prior[:, _OPENERS], REFERENCE.jacobian[_OPENERS, _GAP])
    puckered = prior[:, _PUCKER] * -REFERENCE.effect("mouthPucker", "gap")
    share = np.clip((gap + puckered - _REST) / np.maximum(alone, 0.1), LEAST, 1.0)
    return smooth(np.asarray(share, np.float32), ROOM_BLUR)


def _puffed(posteriors: Floats, closure: Floats) -> Floats:
    """float32[T] cheekPuff: the air that a p or b holds back, where the lips are held together for some time."""
    held = -dilate(-closure, HELD)
    pressure = sum(amount * posteriors[:, inventory.INDEX[symbol]] for symbol, amount in PUFF.items())
    return smooth(np.asarray(held * pressure, np.float32), 1.0)


def visemes_of(posteriors: Floats) -> Floats:
    """float32[T, 52] the visemes of phone probabilities float32[T, P], run into each other."""
    plain = product(likelier(posteriors), WEIGHTS)
    blended = smooth(plain, VISEME_BLUR * FRAME_RATE)
    blended[:, _ROUNDERS] = smooth(plain[:, _ROUNDERS], ROUNDING_BLUR * FRAME_RATE)
    blended[:, _TONGUE] = np.maximum(blended[:, _TONGUE], _between_teeth(posteriors))
    return blended


def _between_teeth(posteriors: Floats) -> Floats:
    """float32[T] tongueOut of θ and ð, decided rather than hedged, and as long as it takes to be seen."""
    low, high = BETWEEN_TEETH
    decided = np.clip((_probability(posteriors, DENTAL) - low) / (high - low), 0.0, 1.0)
    shown = smooth(dilate(np.asarray(decided, np.float32), 1), TONGUE_BLUR * FRAME_RATE)
    return np.asarray(VISEMES["θ"].weights["tongueOut"] * shown, np.float32)


def likelier(posteriors: Floats) -> Floats:
    """float32[T, P] the probabilities with the likelier looks made more so; sounds that look alike count together."""
    alike = product(posteriors, LOOKS)
    sharp = np.power(alike * LOOK_GAINS, SHARP)
    sharp /= np.maximum(total(sharp)[:, None], 1e-6)
    return np.asarray(posteriors * product(sharp / np.maximum(alike, 1e-6), LOOKS.T), np.float32)


def _need_not_close(closure: Floats) -> Floats:
    """float32[T] how sure it is that the lips need not meet: 1 away from p, b, m, 0 on them and on the way there."""
    return 1.0 - smooth(dilate(closure, APPROACH), 1.0)


def _may_close(contact: Contact) -> Floats:
    """float32[T] the most of mouthClose: what p, b, m need, and f and v to bring the lower lip over the jaw.

    On the way it is not yet free: it would close what lips then opened against it, and pull away again at once.
    """
    closure, bitten = contact
    return np.asarray(np.maximum((1.0 - _need_not_close(closure)) ** 1.5, LENT * nearing(bitten)), np.float32)


def _calmed(heard: Floats) -> Floats:
    """float32[T, M] mm a network's movement float32[T, M] no faster than lips, and as wide as theirs."""
    moved = heard.copy()
    moved[:, [_GAP, _CHIN]] = smooth(heard[:, [_GAP, _CHIN]], STEADIED)
    moved[:, _WIDTH] = _REST_WIDTH + WIDENING * (heard[:, _WIDTH] - _REST_WIDTH)
    return moved


def _targets(heard: Floats, moved: Floats, posteriors: Floats, contact: Contact, *, rules: Floats, gain: float) -> Floats:
    """float32[T, M] where lips and jaw should be, from where they have been heard, float32[T, M] mm, and how they move then.

    rules: float32[T, M] mm where the phones alone would have them.   gain: of the opening.
    """
    closure, bitten = contact
    keep = _need_not_close(closure)
    targets = moved.copy()
    gap = targets[:, _GAP].copy()
    opened = gain * np.maximum(gap - _REST, 0.0)
    apart = smooth(product(posteriors, APART), VISEME_BLUR * FRAME_RATE)
    free = _REST + np.maximum(opened, apart)
    free += bitten * (BITE_GAP - free)
    targets[:, _GAP] = np.minimum(gap + keep * (free - gap), widest(closure, bitten))
    round_ = _probability(likelier(posteriors), inventory.ROUNDED | inventory.SIBILANT)
    for measured, (anywhere, rounding) in ((_WIDTH, RULES_WIDTH), (_PROTRUSION, RULES_PROTRUSION)):
        targets[:, measured] += (anywhere + rounding * round_) * (rules[:, measured] - heard[:, measured])
    return targets


def _probability(posteriors: Floats, symbols: frozenset[str]) -> NDArray[np.float32]:
    return total(posteriors[:, list(inventory.indices(symbols))])
