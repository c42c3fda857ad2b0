# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist can do to a lane of phones. Phones always tile it: what one gains, its neighbour gives. Knows no Blender."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import Final

from .performance import Phone

SHORTEST: Final = 0.02
"""Seconds that a phone keeps at least: a frame of the Performance."""

ROUNDING: Final = 2e-4
"""Seconds (and strength) that are lost in single precision within half an hour."""

Lane = tuple[Phone, ...]


def with_phone(lane: Lane, index: int, phone: Phone) -> Lane:
    """The lane with one phone as given; its neighbours follow its borders, as far as they can give way."""
    phones = list(lane)
    old = phones[index]
    low = phones[index - 1].start + SHORTEST if index else old.start
    high = phones[index + 1].end - SHORTEST if index + 1 < len(phones) else old.end
    start = min(max(phone.start, low), old.end - SHORTEST) if index else old.start
    end = max(min(phone.end, high), start + SHORTEST) if index + 1 < len(phones) else old.end
    phones[index] = replace(phone, start=start, end=end)
    if index:
        phones[index - 1] = replace(phones[index - 1], end=start)
    if index + 1 < len(phones):
        phones[index + 1] = replace(phones[index + 1], start=end)
    return tuple(phones)


def split(lane: Lane, index: int, time: float) -> Lane:
    """The lane with a phone cut in two alike at a time; as it was where there is no room."""
    phone = lane[index]
    if phone.end - phone.start < 2 * SHORTEST:
        return lane
    time = min(max(time, phone.start + SHORTEST), phone.end - SHORTEST)
    return (*lane[:index], replace(phone, end=time), replace(phone, start=time), *lane[index + 1 :])


def without(lane: Lane, index: int) -> Lane:
    """The lane without a phone; both neighbours meet in its middle. The last phone of all stays."""
    phone = lane[index]
    before, after = list(lane[:index]), list(lane[index + 1 :])
    middle = (phone.start + phone.end) / 2 if before and after else phone.end if before else phone.start
    if before:
        before[-1] = replace(before[-1], end=middle)
    if after:
        after[0] = replace(after[0], start=middle)
    return (*before, *after) or lane


def at(lane: Lane, time: float) -> int:
    """Which phone sounds at a time; the first or the last one outside."""
    return next((index for index, phone in enumerate(lane) if time < phone.end), len(lane) - 1)


def settled(lane: Lane, heard: Lane) -> Lane:
    """The lane with every phone that is as heard, up to single precision, exactly as heard."""
    return tuple(_twin(phone, heard) or phone for phone in lane)


def changed(lane: Lane, heard: Lane) -> tuple[bool, ...]:
    """For each phone, whether it differs from every phone that was heard."""
    return tuple(_twin(phone, heard) is None for phone in lane)


def _twin(phone: Phone, heard: Lane) -> Phone | None:
    near = bisect_left(heard, phone.start - ROUNDING, key=lambda other: other.start)
    for other in heard[near : near + 2]:
        same_times = abs(other.start - phone.start) < ROUNDING and abs(other.end - phone.end) < ROUNDING
        if same_times and other.symbol == phone.symbol and abs(other.strength - phone.strength) < ROUNDING:
            return other
    return None


def restored(lane: Lane, index: int, heard: Lane) -> Lane:
    """The lane as heard wherever one phone stands now."""
    phone = lane[index]
    back = [other for other in heard if other.start < phone.end - SHORTEST / 2 and phone.start < other.end - SHORTEST / 2]
    for other in back:
        lane = laid_over(lane, other)
    return lane


def carried(heard_before: Lane, lane: Lane, heard: Lane, shift: float = 0.0) -> Lane:
    """What an artist changed in one hearing of a sound, laid over another hearing that starts `shift` seconds later in it."""
    if heard_before == heard and not shift:
        return lane
    result = heard
    for phone, is_changed in zip(lane, changed(lane, heard_before), strict=True):
        if is_changed:
            result = laid_over(result, replace(phone, start=phone.start - shift, end=phone.end - shift))
    return result


def laid_over(lane: Lane, phone: Phone) -> Lane:
    """The lane with a phone put over whatever is there; slivers that would remain beside it are absorbed."""
    if not lane:
        return lane
    first, last = lane[0].start, lane[-1].end
    start, end = max(phone.start, first), min(phone.end, last)
    if end - start < SHORTEST:
        return lane
    before = [replace(other, end=min(other.end, start)) for other in lane if min(other.end, start) - other.start > SHORTEST / 2]
    after = [replace(other, start=max(other.start, end)) for other in lane if other.end - max(other.start, end) > SHORTEST / 2]
    start = before[-1].end if before else first
    end = after[0].start if after else last
    return (*before, replace(phone, start=start, end=end), *after)
