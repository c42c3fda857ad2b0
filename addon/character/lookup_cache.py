# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache of what is found out about objects, for as long as nothing in the scene can change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

Found = TypeVar("Found")

_caches: list[dict[tuple[Callable[[Any], Any], Any], Any]] = []
"""Results by function and object, once for each `unchanging_scene` that is open; none where the scene may change."""


@contextmanager
def unchanging_scene() -> Iterator[None]:
    """Meanwhile nobody changes an object, mesh, shape or strip: functions marked `cached` look at each only once.

    Within another one what that has found goes on.
    """
    _caches.append(_caches[-1] if _caches else {})
    try:
        yield
    finally:
        _caches.pop()


def is_unchanging() -> bool:
    """Whether an `unchanging_scene` is open."""
    return bool(_caches)


def cached(look: Callable[[Any], Found]) -> Callable[[Any], Found]:
    """A function of an object, run once for each within an `unchanging_scene` and at every call elsewhere."""

    @wraps(look)
    def looked(thing: Any) -> Found:
        if not _caches:
            return look(thing)
        cache = _caches[-1]
        if (look, thing) not in cache:
            cache[look, thing] = look(thing)
        found: Found = cache[look, thing]
        return found

    return looked
