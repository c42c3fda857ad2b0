# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves are locked for a while. Chosen in days that are about it."""

from __future__ import annotations

from .by_hand import _one
from .operations import operation
from .what_is_there import bags


@operation(0)
def lock_curve(day, which, *_):
    """A curve is locked, or all are unlocked."""
    if not unlock() and (found := _one(day, which, keyed=True)):
        found[2].lock = True


def unlock() -> bool:
    """Unlock every curve; whether any was locked."""
    locked = [each for _, _, bag in bags() for each in bag.fcurves if each.lock]
    for each in locked:
        each.lock = False
    return bool(locked)
