# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the lip reader reads held-out faces, how sure it may be, and whether it marks what has been damaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import Audio
from ...inference.checking import lip_reader, readability
from ...inference.checking.lip_classes import ACCEPTED, CLASS_OF, CLASSES
from ...inference.checking.lip_reader import Reader
from ...inference.direction import Direction
from ...inference.geometry import measure
from ...inference.hearing import hear
from ...inference.performance import Phone
from ...inference.phones import INDEX
from ..corpora import available, read, read_audio
from ..evaluate.product import show
from . import material

SPOKEN: Final = ("an4", "picovoice_orders", "emodb", "kathleen_en")
"""Held-out voices that the product speaks; of the last one other sentences only, for it has one voice."""
FPS: Final = 24.0
SHORTEST: Final = 1.2
"""Seconds of a line."""
LATE: Final = 0.15
SHARPNESSES: Final = np.arange(0.5, 1.55, 0.05)
MARKED: Final = 0.05
MARKED_ON_FILM: Final = 0.10
"""Share of the syllables of good faces that may be marked: the product's, and those of a real one."""
ALWAYS: Final = ("neither", "dental")
"""Classes that may be taken for “neither”, so that being right says little."""
FEW: Final = 0.8
"""Share of a line's syllables below which the card says that it cannot be read."""
Row = dict[str, float]
Odds = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Face:
    """Something that speaks. seen: float32[T, SEEN] at RATE.   phones: what it says.   shapes: of a rendered face at FPS."""

    seen: NDArray[np.float32]
    phones: tuple[Phone, ...]
    shapes: NDArray[np.float32] | None = None

    def odds(self, reader: Reader) -> tuple[NDArray[np.float64], Odds]:
        """Seconds, and what each frame is taken for."""
        return np.arange(len(self.seen)) / lip_reader.RATE, lip_reader.read(self.seen, reader)


def spoken(split: str, each: int) -> list[Face]:
    """Lines as an animator gets them: heard, acted, and keyed at FPS; what they say is what was heard."""
    found = []
    for corpus in SPOKEN if set(SPOKEN) <= set(available()) else ():
        every = [one for one in read(corpus) if one.split == split and one.phones and one.phones[-1].end > SHORTEST]
        for one in every[:: max(1, len(every) // each)][:each]:
            performance = hear(Audio(read_audio(one.path)), threads=1)
            found.append(rendered(show(one, performance, FPS, Direction()).shapes, performance.phones))
    return found


def rendered(shapes: NDArray[np.float32], phones: tuple[Phone, ...]) -> Face:
    """A face of weights float32[F, 52] at FPS."""
    times = np.arange(len(shapes)) / FPS
    at = np.arange(0.0, times[-1] + 1e-9, 1 / lip_reader.RATE)
    seen = lip_reader.look(measure(shapes))
    return Face(np.stack([np.interp(at, times, column) for column in seen.T], axis=1).astype(np.float32), phones, shapes)


def filmed(corpus: str, split: str) -> list[Face]:
    """Film as a camera from the front has it."""
    films = material.films(corpus, split)
    return [Face(material.only(lip_reader.look(film.millimetres), material.FRONT), film.phones) for film in films]


def _late(shapes: NDArray[np.float32], by: float) -> NDArray[np.float32]:
    frames = np.clip(np.arange(len(shapes)) - round(by * FPS), 0, len(shapes) - 1)
    return shapes[frames]


DAMAGES: Final[dict[str, Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]]] = {
    "as it is": lambda shapes, _: shapes,
    "at .6 of its size": lambda shapes, _: 0.6 * shapes,
    "mumbled, at .3": lambda shapes, _: 0.3 * shapes,
    f"{LATE * 1000:.0f} ms late": lambda shapes, _: _late(shapes, LATE),
    f"{LATE * 1000:.0f} ms early": lambda shapes, _: _late(shapes, -LATE),
    "another line's mouth": lambda shapes, other: np.resize(other, shapes.shape),
    "frozen": lambda shapes, _: np.repeat(shapes[len(shapes) // 2][None], len(shapes), axis=0),
    "shut": lambda shapes, _: 0.0 * shapes,
}
"""What may be wrong with a face; given it and that of another line."""


def damaged(faces: Sequence[Face], kind: str) -> list[Face]:
    """Rendered faces with something wrong."""
    result = []
    for face, other in zip(faces, (*faces[1:], faces[0]), strict=True):
        if face.shapes is not None and other.shapes is not None:
            result.append(rendered(DAMAGES[kind](face.shapes, other.shapes).astype(np.float32), face.phones))
    return result


def calibrated(reader: Reader, faces: Sequence[Face], good: Sequence[tuple[Sequence[Face], float]]) -> Reader:
    """As sure as it is right on `faces`; marking no more than a share of the syllables of each kind of good face."""

    def surprise(sharpness: float) -> float:
        told = [np.concatenate(_own(replace(reader, sharpness=sharpness), face)) for face in faces]
        return float(-np.log(np.maximum(np.concatenate(told), 1e-4)).mean())

    sharper = replace(reader, sharpness=float(min(SHARPNESSES, key=surprise)))
    least = min(float(np.quantile([one.probability for one in syllables(sharper, some)], share)) for some, share in good)
    return replace(sharper, least=least)


def _own(reader: Reader, face: Face) -> list[NDArray[np.float64]]:
    """The probability of each phone's own class."""
    taken = readability.seen_classes(face.phones, *face.odds(reader))
    own = [CLASS_OF[phone.symbol] for phone in face.phones]
    return [taken[np.arange(len(own)), own][~np.isnan(taken[:, 0])]]


def syllables(reader: Reader, faces: Sequence[Face]) -> list[readability.Syllable]:
    """Every syllable of some faces."""
    return [one for face in faces for one in of_face(reader, face)]


def of_face(reader: Reader, face: Face) -> tuple[readability.Syllable, ...]:
    """The syllables of one face."""
    return readability.judged(face.phones, readability.right(face.phones, *face.odds(reader)), reader.least)


def reading(reader: Reader, faces: Sequence[Face]) -> Row:
    """How many phones of each class are taken for what they are, in percent, where the likeliest class decides.

    mean: of the classes that lips tell; whoever takes everything for “neither” has 0.
    """
    hits: dict[str, list[bool]] = {}
    for face in faces:
        taken = readability.seen_classes(face.phones, *face.odds(reader))
        for phone, row in zip(face.phones, taken, strict=True):
            if not np.isnan(row[0]) and phone.symbol != "sil":
                right = ACCEPTED[INDEX[phone.symbol]][int(row.argmax())] > 0
                hits.setdefault(CLASSES[CLASS_OF[phone.symbol]], []).append(bool(right))
    rows = {name: 100 * float(np.mean(hits[name])) for name in CLASSES if name in hits}
    return {"mean": float(np.mean([rows[name] for name in rows if name not in ALWAYS]))} | rows


def honesty(reader: Reader, faces: Sequence[Face]) -> Row:
    """How often the likeliest class is the labelled one, where the network is so sure; and how far off it is on average."""
    sure, hit = [], []
    for face in faces:
        taken = readability.seen_classes(face.phones, *face.odds(reader))
        own = np.array([CLASS_OF[phone.symbol] for phone in face.phones])
        known = ~np.isnan(taken[:, 0])
        sure.append(taken[known].max(axis=1))
        hit.append(taken[known].argmax(axis=1) == own[known])
    told, right = np.concatenate(sure), np.concatenate(hit)
    edges, row, off = (0.0, 0.4, 0.6, 0.8, 0.9, 1.001), {}, 0.0
    for low, high in pairwise(edges):
        inside = (told >= low) & (told < high)
        if inside.any():
            row[f"sure {100 * low:.0f}–{min(100 * high, 100):.0f} %: right"] = 100 * float(right[inside].mean())
            off += float(inside.mean()) * abs(float(right[inside].mean()) - float(told[inside].mean()))
    return row | {"off by, points": 100 * off}


def marking(reader: Reader, faces: Sequence[Face]) -> Row:
    """Syllables that are marked, lines of which fewer than FEW read, and the median probability; in percent."""
    lines = [line for line in (of_face(reader, face) for face in faces) if line]
    every = [one for line in lines for one in line]
    return {
        "syllables": float(len(every)),
        "marked %": 100 * float(np.mean([not one.reads for one in every])),
        "median probability %": 100 * float(np.median([one.probability for one in every])),
        "lines told %": 100 * float(np.mean([np.mean([one.reads for one in line]) < FEW for line in lines])),
    }
