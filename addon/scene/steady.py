# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at each object once while nothing in the scene can change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

Found = TypeVar("Found")

_found: list[dict[tuple[Callable[[Any], Any], Any], Any]] = []
"""What each look at an object gave; empty where the scene may change at any time."""


@contextmanager
def steady() -> Iterator[None]:
    """Meanwhile no object, mesh or shape is changed: what functions marked `once` found of one is given again."""
    _found.append({})
    try:
        yield
    finally:
        _found.pop()


def once(look: Callable[[Any], Found]) -> Callable[[Any], Found]:
    """A function of an object that is run once for each while the scene is `steady`, and every time elsewhere."""

    @wraps(look)
    def looked(thing: Any) -> Found:
        if not _found:
            return look(thing)
        known = _found[-1]
        if (look, thing) not in known:
            known[look, thing] = look(thing)
        found: Found = known[look, thing]
        return found

    return looked
