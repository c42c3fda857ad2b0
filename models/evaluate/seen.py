# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen of the lips, judged by labelled phones: together where they must be, apart elsewhere, and shaped.

All on curves as keyed at the scene's frame rate. The figures real faces reach are those of filmed speech and of phone capture;
they are quoted in the model card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import arkit
from ...inference.performance import Phone
from ...inference.phones import BILABIAL, LABIODENTAL, VOWEL
from .articulation import ROUND, SPREAD, frame_accuracy
from .metrics import MARGIN, TOUCHING, auc
from .product import Shown

PAUSE: Final = (0.25, 1.0)
"""Seconds of silence in which a mouth takes breath and gets ready; longer ones are rest."""
BITE: Final = (1.0, 3.0)
BITE_ROLL: Final = -1.5
"""mm of lip gap between which the upper teeth are seen on the lower lip, and how far its edge is rolled in."""
MOVES: Final = 0.05
WINDOW: Final = 6.0
"""A curve counts as moving when it goes further than this within so many seconds of speech."""
MOUTH: Final = (*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"], *arkit.REGIONS["tongue"])
CAPTURED: Final = {
    "lowerDown": 0.123, "upperUp": 0.110, "funnel": 0.108, "smile": 0.118, "stretch": 0.058, "pucker": 0.102, "jawOpen": 0.093,
}  # fmt: skip
"""Standard deviation of each shape over connected speech of an actor captured with a phone."""
_SHAPES: Final = {
    name: [index for index, shape in enumerate(arkit.NAMES) if shape.lower().removeprefix("mouth").startswith(name.lower())]
    for name in CAPTURED
}
Row = dict[str, float]


def lips(shown: Sequence[Shown]) -> Row:
    """Every figure of one corpus; shares in percent, lengths in mm, times in ms."""
    return {**_contacts(shown), **_consonants(shown), **_opening(shown), **_bites(shown), **_shaping(shown)}


def _segments(shown: Sequence[Shown]) -> Iterator[tuple[Shown, Phone | None, Phone, Phone | None]]:
    """Every labelled phone with its neighbours."""
    for one in shown:
        phones = one.utterance.phones or ()
        for before, phone, after in zip((None, *phones), phones, (*phones[1:], None), strict=False):
            yield one, before, phone, after


def _percent(hits: Sequence[bool]) -> float:
    return 100.0 * float(np.mean(hits)) if len(hits) else float("nan")


def _contacts(shown: Sequence[Shown]) -> Row:
    closed, held, shut = [], [], []
    for one, _, phone, _ in _segments(shown):
        if phone.symbol in BILABIAL:
            touching = one.span("gap", phone.start - MARGIN, phone.end + MARGIN) <= TOUCHING
            closed.append(bool(touching.any()))
            if touching.any():
                held.append(_held(one, phone))
        elif phone.symbol in VOWEL and phone.end - phone.start >= 0.04:
            quarter = (phone.end - phone.start) / 4
            shut.append(bool(one.span("gap", phone.start + quarter, phone.end - quarter).min() <= TOUCHING))
    return {
        "p b m closed %": _percent(closed),
        "vowels touching %": _percent(shut),
        "held ms": float(np.median(held)) if held else float("nan"),
    }


def _held(one: Shown, phone: Phone) -> float:
    """How long the lips stay together around a bilabial, in ms."""
    times = np.arange(phone.start - 0.3, phone.end + 0.3, 0.005)
    touching = one.at("gap", times) <= TOUCHING
    inside = (times >= phone.start - MARGIN) & (times <= phone.end + MARGIN)
    deepest = int(np.where(inside, one.at("gap", times), np.inf).argmin())
    apart = np.flatnonzero(~touching)
    first = apart[apart < deepest].max(initial=-1)
    last = apart[apart > deepest].min(initial=len(times))
    return 5.0 * float(max(last - first - 1, 0))


def _consonants(shown: Sequence[Shown]) -> Row:
    """Consonants that are made without the lips and do not stand beside p, b, m."""
    touching, gaps = [], []
    for one, before, phone, after in _segments(shown):
        beside = any(other is not None and other.symbol in BILABIAL for other in (before, after))
        if beside or phone.symbol in BILABIAL | LABIODENTAL | VOWEL or phone.symbol == "sil":
            continue
        gap = one.span("gap", phone.start, phone.end)
        touching.append(bool(gap.min() <= TOUCHING))
        gaps.append(float(gap.mean()))
    return {"consonants touching %": _percent(touching), "their gap mm": float(np.median(gaps)) if gaps else float("nan")}


def _opening(shown: Sequence[Shown]) -> Row:
    spoken, pauses = [], []
    for one, before, phone, after in _segments(shown):
        if phone.symbol != "sil":
            spoken.append(one.span("gap", phone.start, phone.end))
        elif before is not None and after is not None and PAUSE[0] <= phone.end - phone.start <= PAUSE[1]:
            pauses.append(one.span("gap", phone.start, phone.end).mean())
    gap = np.concatenate(spoken) if spoken else np.full(1, np.nan)
    return {
        "shut % of speech": 100.0 * float((gap <= TOUCHING).mean()),
        "gap mean mm": float(gap.mean()),
        "gap p95 mm": float(np.percentile(gap, 95)),
        "gap in pauses mm": float(np.mean(pauses)) if pauses else float("nan"),
        "pauses": float(len(pauses)),
    }


def _bites(shown: Sequence[Shown]) -> Row:
    """f and v; and the sounds that are bitten though they are none and stand beside none."""
    seen, shut, others = [], [], []
    for one, before, phone, after in _segments(shown):
        gap, roll = (one.span(name, phone.start, phone.end) for name in ("gap", "lower_roll"))
        bitten = bool(((gap >= BITE[0]) & (gap <= BITE[1]) & (roll <= BITE_ROLL)).any())
        if phone.symbol in LABIODENTAL:
            seen.append(bitten)
            shut.append(bool(gap.min() <= TOUCHING))
        elif phone.symbol != "sil" and not any(other is not None and other.symbol in LABIODENTAL for other in (before, after)):
            others.append(bitten)
    return {"f v bitten %": _percent(seen), "f v shut %": _percent(shut), "others bitten %": _percent(others)}


def _shaping(shown: Sequence[Shown]) -> Row:
    scores: dict[bool, list[float]] = {True: [], False: []}
    for one, _, phone, _ in _segments(shown):
        if phone.symbol in ROUND or phone.symbol in SPREAD:
            quarter = (phone.end - phone.start) / 4
            middle = one.span("upper_protrusion", phone.start + quarter, phone.end - quarter)
            scores[phone.symbol in ROUND].append(float(middle.mean()))
    speech = np.concatenate([one.shapes[speaking(one)] for one in shown])
    step = round(WINDOW * shown[0].fps)
    windows = [speech[start : start + step] for start in range(0, max(len(speech) - step // 2, 1), step)]
    moving = [float((np.ptp(window[:, list(MOUTH)], axis=0) > MOVES).sum()) for window in windows]
    spread = speech.std(axis=0)
    return {
        "rounding AUC": auc(scores[True], scores[False]),
        "phones right": frame_accuracy(shown),
        "curves moving": float(np.mean(moving)),
        **{f"{name} sd": float(spread[columns].mean()) / CAPTURED[name] for name, columns in _SHAPES.items()},
    }


def speaking(one: Shown) -> NDArray[np.bool_]:
    """bool[F] frames from the first to the last labelled sound."""
    sounds = [phone for phone in one.utterance.phones or () if phone.symbol != "sil"]
    times = np.arange(len(one.shapes)) / one.fps
    return (times >= sounds[0].start) & (times <= sounds[-1].end) if sounds else np.zeros(len(times), bool)
