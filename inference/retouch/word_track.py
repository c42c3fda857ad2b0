# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist can do to whole words of a phone track. The phones of a word keep their proportions. Knows no Blender."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .phone_track import SHORTEST, PhoneTrack


@dataclass(frozen=True)
class Span:
    """Where a word is in a track: its number, its first phone and the one after its last, and its times in seconds."""

    word: int
    first: int
    stop: int
    start: float
    end: float


def spans(track: PhoneTrack) -> tuple[Span, ...]:
    """The words that are in the track, in time order; phones of one word that something parts count as its pieces."""
    found: list[Span] = []
    for index, phone in enumerate(track):
        if phone.word < 0:
            continue
        if found and found[-1].word == phone.word and found[-1].stop == index:
            found[-1] = replace(found[-1], stop=index + 1, end=phone.end)
        else:
            found.append(Span(phone.word, index, index + 1, phone.start, phone.end))
    return tuple(found)


def moved(track: PhoneTrack, span: Span, *, start: float | None = None, end: float | None = None) -> PhoneTrack:
    """The track with a word's start or end moved: its phones stretch evenly, and so do those of the word beside it that give way.

    A silence beside it gives way first of all: it alone changes, as far as it goes.
    """
    if start is not None and span.first > 0:
        track = _border_moved(track, span.first, start)
    if end is not None and span.stop < len(track):
        track = _border_moved(track, span.stop, end)
    return track


def emphasised(track: PhoneTrack, span: Span, strength: float) -> PhoneTrack:
    """The track with every phone of a word at a strength, 0 to 2."""
    return _with(track, span, [replace(phone, strength=strength) for phone in track[span.first : span.stop]])


def pronounced(track: PhoneTrack, span: Span, symbols: Sequence[str], lengths: Sequence[float]) -> PhoneTrack:
    """The track with other sounds in the place of a word's. lengths: of each sound in relation to the others."""
    if not symbols:
        return track
    total, old = sum(lengths) or 1.0, track[span.first]
    room = max(span.end - span.start, SHORTEST * len(symbols) * 0.5)
    times = [span.start]
    for length in lengths:
        times.append(times[-1] + room * length / total)
    times[-1] = span.end
    fresh = [
        replace(old, symbol=symbol, start=begin, end=stop, confidence=1.0)
        for symbol, begin, stop in zip(symbols, times[:-1], times[1:], strict=True)
    ]
    return _with(track, span, fresh)


def _with(track: PhoneTrack, span: Span, phones: Sequence[object]) -> PhoneTrack:
    return (*track[: span.first], *phones, *track[span.stop :])  # type: ignore[arg-type]


def _border_moved(track: PhoneTrack, border: int, time: float) -> PhoneTrack:
    """The track with the start of phone `border` at a time; the words, or single phones, on both sides stretch evenly."""
    first, stop = _run(track, border - 1, -1), _run(track, border, 1)
    left, right = track[first:border], track[border:stop]
    low = left[0].start + SHORTEST * len(left)
    high = right[-1].end - SHORTEST * len(right)
    if low > high:
        return track
    time = min(max(time, low), high)
    return (
        *track[:first],
        *_stretched(left, left[0].start, time),
        *_stretched(right, time, right[-1].end),
        *track[stop:],
    )


def _run(track: PhoneTrack, index: int, step: int) -> int:
    """The phones of one word around an index, in one direction: the first of them, or the one after the last."""
    here = index
    while track[index].word >= 0 and 0 <= here + step < len(track) and track[here + step].word == track[index].word:
        here += step
    return here if step < 0 else here + 1


def _stretched(phones: PhoneTrack, start: float, end: float) -> PhoneTrack:
    """The same phones over another time, each SHORTEST at least."""
    spare = max((phones[-1].end - phones[0].start) - SHORTEST * len(phones), 1e-9)
    room = max((end - start) - SHORTEST * len(phones), 0.0)
    now, result = start, []
    for phone in phones:
        length = SHORTEST + max(phone.end - phone.start - SHORTEST, 0.0) * room / spare
        result.append(replace(phone, start=now, end=now + length))
        now += length
    scale = (end - start) / max(now - start, 1e-9)
    fitted = [
        replace(phone, start=start + (phone.start - start) * scale, end=start + (phone.end - start) * scale) for phone in result
    ]
    fitted[-1] = replace(fitted[-1], end=end)
    return tuple(fitted)
