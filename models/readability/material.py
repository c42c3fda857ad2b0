# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lip reader learns from: film of one speaker, and labelled speech articulated by faces that never are the same twice.

Were it shown our own renderer only, it would learn to invert it, and find whatever we draw readable. So every recording is
articulated by another mouth each time: larger or smaller, lazier or crisper, with lips, jaw and corners that are late by
different amounts, with targets of its own for every sound, closures that do not quite close, and blurred as if seen from afar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.articulation import TARGETS, PhoneTarget, Style, articulate
from ...inference.checking.lip_classes import CLASS_OF
from ...inference.checking.lip_reader import RATE, SEEN, look
from ...inference.geometry import INDEX, REFERENCE, measure
from ...inference.performance import FRAME_RATE, Phone
from ..corpora import Utterance, available, read
from ..targets import grid
from ..targets.teacher import halfway, opened

LABELLED: Final = ("kathleen_en", "an4", "nathalie_nl", "emodb", "picovoice_orders", "speech_commands")
"""Speech with labelled phones, and what share of each is used, so that single words are not the most of it."""
SHARE: Final = {"speech_commands": 6}
FRONT: Final = ("gap", "width", "chin", "corner")
"""What a camera from the front tells; the rest of the film's shapes are guesses."""
UNKNOWN: Final = -1
SLIP: Final = 0.025
"""Seconds by which labels may be off: those of film are, by 20 ms in the median."""
Item = tuple[NDArray[np.float32], NDArray[np.int64]]
"""What is seen float32[T, len(SEEN)] at RATE, and the class of each frame int64[T], UNKNOWN where nobody knows."""


@dataclass(frozen=True, eq=False)
class Film:
    """One clip: millimetres float32[T, M] at RATE, where the face was tracked bool[T], and what is said."""

    millimetres: NDArray[np.float32]
    known: NDArray[np.bool_]
    phones: tuple[Phone, ...]


def labelled(split: str) -> list[Utterance]:
    """Utterances of a split with phones; speakers are of one split only, wherever a corpus has several."""
    found: list[Utterance] = []
    for corpus in LABELLED:
        if corpus in available():
            every = [one for one in read(corpus) if one.split == split and one.phones]
            found += every[:: SHARE.get(corpus, 1)]
    return found


def films(corpus: str, split: str) -> list[Film]:
    """Labelled clips of a filmed corpus."""
    fitted = grid.fitted(corpus) if corpus in available() else {}
    chosen = [one for one in (read(corpus) if fitted else ()) if one.split == split and one.phones and one.id in fitted]
    return [_film(one, fitted[one.id].weights, fitted[one.id].known) for one in chosen]


def _film(utterance: Utterance, weights: NDArray[np.float32], known: NDArray[np.bool_]) -> Film:
    there = (np.arange(len(weights)) + 0.5) / FRAME_RATE
    at = np.arange(there[0], there[-1], 1 / RATE)
    millimetres = measure(weights)
    resampled = np.stack([np.interp(at, there, column) for column in millimetres.T], axis=1).astype(np.float32)
    shifted = tuple(replace(phone, start=phone.start - at[0], end=phone.end - at[0]) for phone in utterance.phones or ())
    return Film(resampled, np.interp(at, there, known) > 0.99, shifted)


def classes(phones: Sequence[Phone], frames: int, late: float = 0.0) -> NDArray[np.int64]:
    """int64[frames] what is said in each frame at RATE; `late`: seconds by which the labels are off."""
    at = np.arange(frames) / RATE - late
    found = np.zeros(frames, np.int64)
    for phone in phones:
        found[(at >= phone.start) & (at < phone.end)] = CLASS_OF[phone.symbol]
    return found


def filmed_item(film: Film, rng: np.random.Generator) -> Item:
    """A clip as if somebody larger or smaller had said it, whose jaw and corners go further or less far, seen from the front."""
    millimetres = _resized(film.millimetres, float(np.exp(rng.uniform(np.log(0.65), np.log(1.2)))))
    for name in FRONT[1:]:
        column, rest = INDEX[name], REFERENCE.neutral[INDEX[name]]
        millimetres[:, column] = rest + (millimetres[:, column] - rest) * np.exp(rng.normal(0.0, 0.25))
    seen = only(look(_blurred(_offset(millimetres, rng), rng)), FRONT)
    said = classes(film.phones, len(seen), rng.uniform(-SLIP, SLIP))
    return seen, np.where(film.known, said, UNKNOWN)


def spoken_item(phones: Sequence[Phone], rng: np.random.Generator) -> Item:
    """Labelled speech, articulated by a mouth that nobody has seen before."""
    frames = int(phones[-1].end * RATE)
    millimetres = _mouth(phones, np.arange(frames) / RATE, rng)
    seen = look(_blurred(_offset(millimetres, rng), rng))
    hidden = {name for name in SEEN if name not in FRONT and rng.random() < 0.3}
    if rng.random() < 0.3:
        hidden = set(SEEN) - set(FRONT)
    return only(seen, [name for name in SEEN if name not in hidden]), classes(phones, frames, rng.uniform(-SLIP, SLIP))


def only(seen: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.float32]:
    """The same measurements with all but these names set to unseen."""
    return np.where([name in names for name in SEEN], seen, 0.0).astype(np.float32)


def _mouth(phones: Sequence[Phone], times: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float32]:
    table = _habits(TARGETS if rng.random() < 0.4 else halfway(), rng)
    style = Style(
        jaw=rng.uniform(0.6, 1.3),
        lips=rng.uniform(0.6, 1.3),
        hurry=rng.uniform(0.2, 1.2),
        spread_in_time=rng.uniform(0.7, 1.7),
    )
    millimetres = articulate(phones, times, style=style, targets=table)
    if rng.random() < 0.6:
        millimetres = opened(millimetres)
    millimetres = _resized(millimetres, float(np.exp(rng.uniform(np.log(0.7), np.log(1.4)))))
    rest = REFERENCE.neutral
    for name in SEEN:
        column, late = INDEX[name], rng.normal(0.0, 0.015)
        moved = np.interp(times - late, times, millimetres[:, column]) - rest[column]
        millimetres[:, column] = rest[column] + moved * np.exp(rng.normal(0.0, 0.0 if name == "gap" else 0.25))
    return millimetres


def _habits(table: dict[str, PhoneTarget], rng: np.random.Generator) -> dict[str, PhoneTarget]:
    """Targets of somebody else: each sound a little otherwise."""

    def factor(spread: float) -> float:
        return float(np.exp(rng.normal(0.0, spread)))

    def habit(target: PhoneTarget) -> PhoneTarget:
        return replace(
            target,
            chin=target.chin * factor(0.2),
            lips=target.lips + rng.normal(0.0, 0.4),
            spread=target.spread * factor(0.3) + rng.normal(0.0, 0.4),
            protrusion=target.protrusion * factor(0.3),
            seal=None if target.seal is None else target.seal + abs(rng.normal(0.0, 0.9)),
            tuck=target.tuck * factor(0.3),
            tongue=target.tongue * factor(0.3),
            jaw_dominance=target.jaw_dominance * factor(0.25),
            lip_dominance=target.lip_dominance * factor(0.25),
            shape_dominance=target.shape_dominance * factor(0.25),
            lead=target.lead * factor(0.25),
            trail=target.trail * factor(0.25),
        )

    return {symbol: habit(target) for symbol, target in table.items()}


def _resized(millimetres: NDArray[np.float32], size: float) -> NDArray[np.float32]:
    return np.asarray(REFERENCE.neutral + size * (millimetres - REFERENCE.neutral), np.float32)


OFFSETS: Final = {"gap": 0.2, "width": 1.5, "chin": 0.8, "corner": 1.0, "bite": 0.8, "lower_roll": 0.3,
                  "upper_protrusion": 0.5, "lower_protrusion": 0.5, "tongue": 0.3}  # fmt: skip
"""Millimetres by which faces at rest differ."""
BLUR: Final = {"gap": 1.2, "width": 1.5, "chin": 1.5, "corner": 0.7, "bite": 1.3, "lower_roll": 1.1,
               "upper_protrusion": 1.5, "lower_protrusion": 1.5, "tongue": 1.2}  # fmt: skip
"""Millimetres that a viewer some way off is unsure of."""


def _offset(millimetres: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    moved = millimetres.copy()
    for name, spread in OFFSETS.items():
        moved[:, INDEX[name]] += rng.normal(0.0, spread)
    return moved


def _blurred(millimetres: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """With noise that lasts for about 70 ms, half of it finer."""
    result = millimetres.copy()
    for name, spread in BLUR.items():
        fine = rng.normal(size=len(result) + 8)
        slow = np.convolve(fine, np.hanning(9), "valid")
        noise = slow / max(float(slow.std()), 1e-6) + rng.normal(size=len(result))
        result[:, INDEX[name]] += spread / np.sqrt(2.0) * noise
    return result


def batches(
    spoken: Sequence[Utterance], filmed: Sequence[Film], size: int, frames: int, *, of_film: float = 0.35, seed: int = 1
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
    """Endless batches: float32[size, frames, len(SEEN)] and int64[size, frames]."""
    rng = np.random.default_rng(seed)
    while True:
        seen, said = np.zeros((size, frames, len(SEEN)), np.float32), np.full((size, frames), UNKNOWN, np.int64)
        for row in range(size):
            if filmed and rng.random() < of_film:
                item = filmed_item(filmed[int(rng.integers(len(filmed)))], rng)
            else:
                item = spoken_item(spoken[int(rng.integers(len(spoken)))].phones or (), rng)
            start = int(rng.integers(max(len(item[0]) - frames, 0) + 1))
            part = item[0][start : start + frames]
            seen[row, : len(part)], said[row, : len(part)] = part, item[1][start : start + frames]
            seen[row, len(part) :] = part[-1]
        yield seen, said
