# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist can do to a phone track. Phones always tile it: what one gains, its neighbour gives. Knows no Blender."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

import numpy as np

from ..performance import Phone

SHORTEST: Final = 0.02
"""Seconds that a phone keeps at least: a frame of the Performance."""

ROUNDING: Final = 2e-4
"""Seconds (and strength) that are lost in single precision within half an hour."""
SINGLE: Final = 2.0**-23
"""The same as a share of a time, beyond that."""

MATCHED: Final = 5000
"""Phones, some ten minutes, up to which two hearings are compared sound by sound: it takes the square of that."""
ALIKE: Final = 0.5
"""Share of the phones that have to be the same in two hearings of one sound, for single ones to be found again."""

DRIFT: Final = 0.1
DRIFTING: Final = (0.1, 0.9)
"""Seconds that sounds drift apart, between these shares of them, from which on a sound is played at another speed."""

IN_PLACE: Final = 0.04
"""Seconds within which a sound is heard where it was: networks round to 0.02, encoders add some."""

PhoneTrack = tuple[Phone, ...]
"""Phones that follow each other without a gap."""
_settled: Final[deque[tuple[PhoneTrack, PhoneTrack, PhoneTrack]]] = deque(maxlen=8)
"""Tracks settled lately, and on what: a slider asks for the very same again."""


def with_phone(track: PhoneTrack, index: int, phone: Phone) -> PhoneTrack:
    """The track with one phone as given; its neighbours follow its borders, as far as they can give way."""
    phones = list(track)
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


def split(track: PhoneTrack, index: int, time: float) -> PhoneTrack:
    """The track with a phone cut in two alike at a time; as it was where there is no room."""
    phone = track[index]
    if phone.end - phone.start < 2 * SHORTEST:
        return track
    time = min(max(time, phone.start + SHORTEST), phone.end - SHORTEST)
    return (*track[:index], replace(phone, end=time), replace(phone, start=time), *track[index + 1 :])


def without(track: PhoneTrack, index: int) -> PhoneTrack:
    """The track without a phone; both neighbours meet in its middle. The last phone of all stays."""
    phone = track[index]
    before, after = list(track[:index]), list(track[index + 1 :])
    middle = (phone.start + phone.end) / 2 if before and after else phone.end if before else phone.start
    if before:
        before[-1] = replace(before[-1], end=middle)
    if after:
        after[0] = replace(after[0], start=middle)
    return (*before, *after) or track


def at(track: PhoneTrack, time: float) -> int:
    """Which phone sounds at a time; the first or the last one outside."""
    return next((index for index, phone in enumerate(track) if time < phone.end), len(track) - 1)


def settled(track: PhoneTrack, heard: PhoneTrack) -> PhoneTrack:
    """The track with every phone that is as heard, up to single precision, exactly as heard."""
    if track is heard:
        return heard
    known = next((found for one, other, found in tuple(_settled) if one is track and other is heard), None)
    if known is None:
        starts = [other.start for other in heard]
        same = len(track) == len(heard) and all(map(_alike, track, heard))
        known = heard if same else tuple(_twin(phone, heard, starts) or phone for phone in track)
        _settled.append((track, heard, known))
    return known


def changed(track: PhoneTrack, heard: PhoneTrack) -> tuple[bool, ...]:
    """For each phone, whether it differs from every phone that was heard."""
    if track is heard:
        return (False,) * len(track)
    starts = [other.start for other in heard]
    return tuple(_twin(phone, heard, starts) is None for phone in track)


def _twin(phone: Phone, heard: PhoneTrack, starts: list[float]) -> Phone | None:
    near = bisect_left(starts, phone.start - _lost(phone))
    return next((other for other in heard[near : near + 2] if _alike(phone, other)), None)


def _alike(phone: Phone, other: Phone) -> bool:
    lost = _lost(phone)
    same_times = abs(other.start - phone.start) < lost and abs(other.end - phone.end) < lost
    return same_times and other.symbol == phone.symbol and abs(other.strength - phone.strength) < ROUNDING


def _lost(phone: Phone) -> float:
    return max(ROUNDING, SINGLE * phone.end)


def restored(track: PhoneTrack, index: int, heard: PhoneTrack) -> PhoneTrack:
    """The track as heard wherever one phone stands now."""
    phone = track[index]
    back = [other for other in heard if other.start < phone.end - SHORTEST / 2 and phone.start < other.end - SHORTEST / 2]
    for other in back:
        track = laid_over(track, other)
    return track


def carried(
    heard_before: PhoneTrack, track: PhoneTrack, heard: PhoneTrack, shift: float = 0.0, waiting: PhoneTrack = ()
) -> PhoneTrack:
    """What an artist changed in one hearing of a sound, laid over another hearing that starts `shift` seconds later in it.

    waiting: changed phones that the hearing before did not reach.
    """
    if heard_before == heard and not shift:
        return track
    result = heard
    for phone in own(heard_before, track, shift, waiting):
        word = heard[at(heard, (phone.start + phone.end) / 2)].word
        result = laid_over(result, replace(phone, word=word))
    return result


def own(heard_before: PhoneTrack, track: PhoneTrack, shift: float = 0.0, waiting: PhoneTrack = ()) -> PhoneTrack:
    """The phones that an artist changed, as timed in a hearing that starts `shift` seconds later; waiting: as in `carried`.

    What is only the piece of a waiting one that was reached is that one.
    """
    marks = zip(track, changed(track, heard_before), strict=True)
    mine = [phone for phone, is_changed in marks if is_changed and not any(_is_piece(phone, other) for other in waiting)]
    return tuple(replace(phone, start=phone.start - shift, end=phone.end - shift) for phone in (*waiting, *mine))


def _is_piece(phone: Phone, whole: Phone) -> bool:
    within = whole.start - SHORTEST / 2 <= phone.start and phone.end <= whole.end + SHORTEST / 2
    return within and phone.symbol == whole.symbol and abs(phone.strength - whole.strength) < ROUNDING


def same_moments(before: PhoneTrack, after: PhoneTrack) -> list[tuple[float, float]]:
    """Starts and ends of the same words in two performances of one text, and of their sounds where they have as many."""
    words = [_by_word(track) for track in (before, after)]
    found: list[tuple[float, float]] = []
    for word, was in words[0].items():
        now = words[1].get(word)
        if not now:
            continue
        if len(was) == len(now):
            found += [(one.start, other.start) for one, other in zip(was, now, strict=True)]
        else:
            found.append((was[0].start, now[0].start))
        found.append((was[-1].end, now[-1].end))
    return sorted(set(found))


def same_sounds(before: PhoneTrack, after: PhoneTrack) -> list[tuple[float, float]]:
    """Starts and ends of the same sounds in two hearings of one recording that is played at another speed.

    What was not heard alike both times lies evenly between; where hardly anything was, one whole goes over into the other.
    """
    whole = [(before[0].start, after[0].start), (before[-1].end, after[-1].end)] if before and after else []
    return _matched(before, after) or whole


def said_again(before: PhoneTrack, after: PhoneTrack) -> list[tuple[float, float]] | None:
    """Where the sounds of one recording are in another one that says the same: it was cleaned, cut otherwise, or spoken anew.

    Moments as of `same_sounds`; none where all are where they were, two where all are as much later; None where it says
    something else.
    """
    if _in_place(before, after):
        return []
    moments = _matched(before, after)
    if not moments or drifts_apart(moments):
        return moments or None
    later = float(np.median([now - then for then, now in moments]))
    return [(0.0, later), (1.0, 1.0 + later)] if abs(later) > IN_PLACE else []


def _in_place(before: PhoneTrack, after: PhoneTrack) -> bool:
    """Whether most sounds of a hearing are heard in another at the same moments."""
    spoken = [phone for phone in before if phone.symbol != "sil"]
    starts = [phone.start for phone in after]
    found = 0
    for phone in spoken:
        near = after[bisect_left(starts, phone.start - IN_PLACE) : bisect_right(starts, phone.start + IN_PLACE)]
        found += any(other.symbol == phone.symbol for other in near)
    return found > ALIKE * len(spoken)


def _matched(before: PhoneTrack, after: PhoneTrack) -> list[tuple[float, float]]:
    """Starts and ends of the sounds that two hearings share in one order; nothing where they are not most of them."""
    then, now = ([phone.symbol for phone in track] for track in (before, after))
    if not then or not now or max(len(then), len(now)) > MATCHED:
        return []
    blocks = SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks()
    found: list[tuple[float, float]] = []
    for block in blocks:
        pieces = before[block.a : block.a + block.size], after[block.b : block.b + block.size]
        if block.size > 1:
            found += [(one.start, other.start) for one, other in zip(*pieces, strict=True)]
            found.append((pieces[0][-1].end, pieces[1][-1].end))
    return sorted(set(found)) if len(found) > ALIKE * min(len(then), len(now)) else []


def drifts_apart(moments: Sequence[tuple[float, float]]) -> bool:
    """Whether the same sounds of two hearings come sooner and sooner, or later and later: moments as of `same_sounds`."""
    later = np.array([now - then for then, now in moments])
    return len(later) > 0 and float(np.ptp(np.quantile(later, DRIFTING))) > DRIFT


def renumbered(track: PhoneTrack, words: Sequence[str], now: Sequence[str]) -> PhoneTrack:
    """The track with the numbers that its words have in a text that was changed; -1 for words that are no longer in it."""
    numbers = {
        block.a + step: block.b + step
        for block in SequenceMatcher(None, list(words), list(now), autojunk=False).get_matching_blocks()
        for step in range(block.size)
    }
    return tuple(replace(phone, word=numbers.get(phone.word, -1)) for phone in track)


def rewoven(heard_before: PhoneTrack, track: PhoneTrack, heard: PhoneTrack) -> PhoneTrack:
    """What an artist changed in one performance of a text, laid over another one: the same sounds of the same words."""
    mine = tuple(phone for phone in own(heard_before, track) if phone.word >= 0)
    return _laid(mine, heard, same_moments(heard_before, heard))


def paced(heard_before: PhoneTrack, track: PhoneTrack, heard: PhoneTrack, moments: Sequence[tuple[float, float]]) -> PhoneTrack:
    """What an artist changed in one hearing of a sound, laid over a hearing of it at another speed. moments: `same_sounds`."""
    return _laid(own(heard_before, track), heard, moments)


def _laid(phones: PhoneTrack, heard: PhoneTrack, moments: Sequence[tuple[float, float]]) -> PhoneTrack:
    from ..keying.warp import through

    moved, result = through(moments), heard
    for phone in phones:
        start, end = (float(time) for time in moved(np.array([phone.start, phone.end])))
        result = laid_over(result, replace(phone, start=start, end=end))
    return result


def _by_word(track: PhoneTrack) -> dict[int, list[Phone]]:
    words: dict[int, list[Phone]] = {}
    for phone in track:
        if phone.word >= 0:
            words.setdefault(phone.word, []).append(phone)
    return words


def laid_over(track: PhoneTrack, phone: Phone) -> PhoneTrack:
    """The track with a phone put over whatever is there; slivers that would remain beside it are absorbed."""
    if not track:
        return track
    first, last = track[0].start, track[-1].end
    start, end = max(phone.start, first), min(phone.end, last)
    if end - start < SHORTEST:
        return track
    before = [replace(other, end=min(other.end, start)) for other in track if min(other.end, start) - other.start > SHORTEST / 2]
    after = [replace(other, start=max(other.start, end)) for other in track if other.end - max(other.start, end) > SHORTEST / 2]
    start = before[-1].end if before else first
    end = after[0].start if after else last
    return (*before, replace(phone, start=start, end=end), *after)
