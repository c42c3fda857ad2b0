# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the lips do what the phones ask: closures, lip on teeth, rounding; and are the phones right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import geometry
from ...inference.phones import LABIODENTAL
from ..labels import frame_phones
from .metrics import Closures, auc, closures, span
from .product import Shown
from .voices import Heard

ROUND: Final = frozenset(["u", "ʊ", "o", "ɔ", "y", "ø", "w"])
SPREAD: Final = frozenset(["i", "ɪ", "e", "ɛ", "æ", "j"])
BITE_GAP: Final = 3.0
BITE_ROLL: Final = -1.5
"""mm: the lower lip counts as on the teeth when the lips are nearly together and its edge is rolled in."""
Row = dict[str, float]


def closure_row(figures: Closures) -> Row:
    """One row of the table: shares in percent, times in ms."""
    timing = figures.timing * 1000.0
    low, middle, high = np.percentile(timing, [25, 50, 75]) if len(timing) else (np.nan,) * 3
    return {
        "recall %": 100.0 * figures.recall,
        "false %": 100.0 * figures.false,
        "AUC": figures.auc,
        "timing ms": float(middle),
        "timing IQR ms": float(high - low),
        "bilabials": float(figures.bilabials),
        "vowels": float(figures.vowels),
    }


def lips(heard: Sequence[Heard]) -> Row:
    """Closures, labiodentals, rounding and frame accuracy over one corpus."""
    row = closure_row(closures((one.gap, one.utterance.phones or ()) for one in heard))
    return {**row, "f/v on teeth %": 100.0 * labiodental(heard), "rounding AUC": rounding(heard), "phones": frame_accuracy(heard)}


def labiodental(heard: Sequence[Heard]) -> float:
    """Share of f and v during which the lower lip comes under the teeth."""
    hits = []
    for one in heard:
        roll = one.measures[:, geometry.INDEX["lower_roll"]]
        for phone in one.utterance.phones or ():
            if phone.symbol in LABIODENTAL:
                near = span(one.gap, phone.start, phone.end) <= BITE_GAP
                hits.append(bool((near & (span(roll, phone.start, phone.end) <= BITE_ROLL)).any()))
    return float(np.mean(hits)) if hits else float("nan")


def rounding(heard: Sequence[Heard]) -> float:
    """AUC of lip protrusion in the middle of rounded against spread phones."""
    scores: dict[bool, list[float]] = {True: [], False: []}
    for one in heard:
        protrusion = one.measures[:, geometry.INDEX["upper_protrusion"]]
        for phone in one.utterance.phones or ():
            if phone.symbol in ROUND or phone.symbol in SPREAD:
                quarter = (phone.end - phone.start) / 4
                scores[phone.symbol in ROUND].append(float(span(protrusion, phone.start + quarter, phone.end - quarter).mean()))
    return auc(scores[True], scores[False])


def frame_accuracy(heard: Sequence[Heard | Shown]) -> float:
    """Share of frames whose most probable class is the labelled one, silence included."""
    right = [_right(one) for one in heard if one.utterance.phones]
    return float(np.concatenate(right).mean()) if right else float("nan")


def _right(one: Heard | Shown) -> NDArray[np.bool_]:
    truth = frame_phones(one.utterance.phones or (), len(one.performance.posteriors))
    return np.asarray(one.performance.posteriors.argmax(axis=1) == truth)
