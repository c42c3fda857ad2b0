# SPDX-License-Identifier: GPL-3.0-or-later
"""From dense curves to the keys that the artist asked for: blocked, sparse, or one on every frame."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..animation import Animation
from ..arkit import COUNT, REGIONS
from ..direction import Direction
from ..spool import evict, trim_heap
from . import spooled
from .blocking import OF_EVERYTHING_ELSE, Poses, fit_poses
from .cut import as_stored
from .fit import dense, fit_all
from .keys import Keys

Frames: TypeAlias = NDArray[np.int32]
AT_ONCE: Final = 200_000
"""Values of all curves that are fitted between two looks at the progress."""
SHORT: Final = 32_768
"""Bytes of values that are compared as they are: those of some minutes."""
REMEMBERED: Final = 512
MOST_KEYS: Final = 1_000_000
"""On all remembered curves together: those of an hour's line are not worth their memory."""
_lock: Final = threading.Lock()
"""A slider may ask while a worker does."""
_fitted: dict[bytes, Keys] = {}
"""Curves fitted lately: a slider changes some curves and leaves the others exactly as they were."""
MOUTH: Final = frozenset({*REGIONS["jaw"], *REGIONS["mouth"], *REGIONS["tongue"]})


@dataclass(frozen=True, eq=False)
class Wish:
    """A dense curve that is to be keyed.

    values: float[F].   anchors: int32[n] the frames where it would like a key.   of_mouth: whether it is posed with the mouth.
    tolerance: how far keys may miss it; None for what the direction says.
    """

    values: NDArray[np.floating]
    anchors: Frames = field(default_factory=lambda: np.zeros(0, np.int32))
    of_mouth: bool = False
    tolerance: float | None = None


def fit_keys(
    wishes: Sequence[Wish],
    first: int,
    direction: Direction,
    poses: Poses | None = None,
    told: Callable[[float], None] = lambda _done: None,
) -> list[Keys]:
    """Keys of curves whose first value is at scene frame `first`; the same Wish twice is fitted once.

    Sparse within a tolerance, or on every frame where the direction asks for that. Where it asks for blocking: a mouth on its
    poses alone, everything else sparse within a wider tolerance.
    told: of the share that is done.
    """
    found: dict[int, Keys] = {}
    distinct = list({id(wish): wish for wish in wishes}.values())
    posed = [wish for wish in distinct if poses is not None and wish.of_mouth and not direction.every_frame]
    others = [wish for wish in distinct if poses is None or not wish.of_mouth or direction.every_frame]
    for some in _batches(others):
        found.update(zip(map(id, some), _sparse(some, first, direction), strict=True))
        trim_heap(max(len(wish.values) for wish in some))
        told(len(found) / len(distinct))
    for tolerance in dict.fromkeys(wish.tolerance for wish in posed):
        for some in _batches([wish for wish in posed if wish.tolerance == tolerance]):
            assert poses is not None
            size = 1.0 if tolerance is None else tolerance / Direction().tolerance
            keys = fit_poses(_columns(some), first, poses, size)
            found.update(zip(map(id, some), map(as_stored, keys), strict=True))
            told(len(found) / len(distinct))
    return [found[id(wish)] for wish in wishes]


def _batches(wishes: Sequence[Wish]) -> Iterable[Sequence[Wish]]:
    together = max(AT_ONCE // max((len(wish.values) for wish in wishes), default=1), 1)
    return (wishes[start : start + together] for start in range(0, len(wishes), together))


def _columns(wishes: Sequence[Wish]) -> NDArray[np.floating]:
    return np.column_stack([wish.values for wish in wishes])


def _sparse(wishes: Sequence[Wish], first: int, direction: Direction) -> list[Keys]:
    """Keys within a tolerance, or on every frame; those fitted lately are taken as they are."""
    if direction.every_frame:
        return dense(_columns(wishes), first)
    tolerances = np.array([direction.tolerance if wish.tolerance is None else wish.tolerance for wish in wishes])
    if direction.blocking:
        tolerances *= max(OF_EVERYTHING_ELSE / direction.tolerance, 1.0)
    signatures = [_signature(wish, first, tolerance) for wish, tolerance in zip(wishes, tolerances.tolist(), strict=True)]
    with _lock:
        known = {each: _fitted[each] for each in signatures if each in _fitted}
    new = [at for at, each in enumerate(signatures) if each not in known]
    if new:
        values, anchors = _columns([wishes[at] for at in new]), [wishes[at].anchors for at in new]
        for wish in wishes:
            evict(wish.values)
        fitted = fit_all(values, first, tolerance=tolerances[new], anchors=anchors)
        kept: list[Keys] = list(map(as_stored, fitted))
        if max(map(len, kept)) >= spooled.MANY:
            kept = spooled.spooled(kept)
        known.update((signatures[at], keys) for at, keys in zip(new, kept, strict=True))
    _remember(known)
    return [known[each] for each in signatures]


def _signature(wish: Wish, first: int, tolerance: float) -> bytes:
    """The same for the same curve with the same wishes."""
    values = wish.values
    return content(values) + content(wish.anchors) + repr((values.dtype.str, len(values), first, tolerance)).encode()


def content(values: NDArray[np.generic]) -> bytes:
    """The same for the same values: themselves, which takes least time, or where they are many what they come to."""
    if values.nbytes <= SHORT:
        return values.tobytes()
    return hashlib.blake2b(np.ascontiguousarray(values).data, digest_size=16).digest()


def _remember(found: dict[bytes, Keys]) -> None:
    """Keep the curves used last."""
    with _lock:
        for signature, keys in found.items():
            _fitted.pop(signature, None)
            _fitted[signature] = keys
        kept = sum(len(keys) for keys in _fitted.values())
        while kept > MOST_KEYS or len(_fitted) > REMEMBERED:
            kept -= len(_fitted.pop(next(iter(_fitted))))


def is_spared(direction: Direction, channels: Iterable[int]) -> bool:
    """Whether what these ARKit channels move is to be left alone: all above the mouth, where only the mouth shall move."""
    return direction.mouth_only and not of_mouth(channels)


def of_mouth(channels: Iterable[int]) -> bool:
    """Whether what these ARKit channels move belongs to the mouth alone, and is posed with it when blocking."""
    return MOUTH.issuperset(channels)


class Anchors:
    """The frames of an animation where channels want keys."""

    def __init__(self, animation: Animation) -> None:
        together: dict[tuple[int, ...], set[int]] = {}
        for anchor in animation.anchors:
            together.setdefault(anchor.channels, set()).add(round(anchor.frame))
        count = len(animation.shapes)
        self._groups = [
            (frozenset(channels or range(COUNT)), np.array([frame for frame in frames if 0 <= frame < count], np.int64))
            for channels, frames in together.items()
        ]
        self._count = count
        self._known: dict[frozenset[int], Frames] = {}

    def of(self, channels: Iterable[int]) -> Frames:
        """Where a shape that is moved by these ARKit channels wants keys, ascending."""
        asked = frozenset(channels)
        if asked not in self._known:
            wanted = np.zeros(self._count, bool)
            for wanting, frames in self._groups:
                if wanting & asked:
                    wanted[frames] = True
            self._known[asked] = np.flatnonzero(wanted).astype(np.int32)
        return self._known[asked]
