# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist's retouching of a line comes to where its strip is now, and in what is heard there now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

from ...inference.performance import Performance
from ...inference.retouch import phone_track, vocal_track
from ...inference.retouch.retouching import Elsewhere, Passage, Retouching, Waiting
from ..animation import stored
from ..lines import lines, retouching
from ..properties import properties, retouch_properties, waiting
from ..sequencer import strips

Moments: TypeAlias = tuple[tuple[float, float], ...]
"""Where moments of a line have gone, in seconds on its clock before and now."""


def planned(
    root: Any,
    line: Any | None,
    placement: strips.Placement,
    fps: float,
    heard: Performance | None = None,
    *,
    goes_on: bool = False,
) -> Retouching:
    """The retouching of a line whose sound is placed like this now: where it begins later in it, all of that comes earlier.

    What hangs on sounds is found again where the line plays its sound at another speed, or another recording that says the same;
    where that says something else it is left behind. heard: what is heard of it now, None where that is not known yet.
    goes_on: a new line goes on with this one.
    """
    entry = retouch_properties.of(root, line) if line is not None else None
    if line is None or entry is None:
        return Retouching()
    heard_then, moments = _heard_then(line, entry, placement, heard, fps, goes_on=goes_on)
    clock = Retouching(pace=moments) if moments else Retouching(shift=begins_later(line, placement, fps))
    passages = tuple(
        Passage(clock.when(each.start), clock.when(each.end), each.fade, properties.direction_of(each.direction), each.tag)
        for each in entry.passages
    )
    clock = replace(clock, passages=passages, elsewhere=waiting.read_elsewhere(entry.elsewhere))
    if heard_then is None:
        return _exchanged(clock, line, entry, (placement, fps), heard) if heard else clock
    opened = tuple((clock.when(each.time), each.amount) for each in entry.openings)
    kept = retouching.changes_of(replace(clock, openings=opened, says_same=True), entry, heard_then)
    if heard is not None and moments:
        return _at_pace(kept, heard_then, heard)
    words = tuple(word.text for word in heard_then.words) if line.written else None
    return replace(kept, words=words)


def _heard_then(
    line: Any, entry: Any, placement: strips.Placement, heard: Performance | None, fps: float, *, goes_on: bool
) -> tuple[Performance | None, Moments]:
    """What was heard when phones and vocal sounds were changed, None where they cannot be kept, and where its sounds are now."""
    before = lines.placement_of(line)
    same, paces = before.plays_same(placement), before.paces(placement)
    if not retouching.has_phones(entry) or not (same or heard) or (paces and not same and goes_on):
        return None, ()
    then = stored.unpack(line.performance)
    if heard is None or (same and (goes_on or not paces)):
        return then, ()
    if before.sound == placement.sound:  # at another speed, or only trimmed, which it may be
        moments = tuple(phone_track.same_sounds(then.phones, heard.phones))
        return then, moments if not same or phone_track.drifts_apart(moments) else ()
    found = phone_track.said_again(then.phones, heard.phones)
    if found is None:
        return None, ()
    if not phone_track.drifts_apart(found):  # keys stay on their frames
        later = round((found[0][1] - found[0][0]) * fps) / fps if found else 0.0
        found = [(0.0, later), (1.0, 1.0 + later)] if later else []
    return then, tuple(found)


def _at_pace(kept: Retouching, before: Performance, heard: Performance) -> Retouching:
    """What was changed of phones and vocal sounds, as if it had been in what is heard now, at another speed."""
    standing = phone_track.settled(kept.phones, kept.heard)
    phones = phone_track.paced(kept.heard, standing, heard.phones, kept.pace)
    lane = kept.vocals
    if lane is not None:
        then, now = (tuple(map(kept.moved, track)) for track in (vocal_track.of(before), lane))
        lane = vocal_track.carried(then, now, vocal_track.of(heard))
    waits = Waiting(
        tuple(replace(phone, start=kept.when(phone.start), end=kept.when(phone.end)) for phone in kept.waiting.phones),
        tuple(map(kept.moved, kept.waiting.vocals)),
        tuple(map(kept.moved, kept.waiting.silenced)),
    )
    return replace(kept, phones=phones, heard=heard.phones, vocals=lane, vocals_heard=vocal_track.of(heard), waiting=waits)


def begins_later(line: Any, placement: strips.Placement, fps: float) -> float:
    """Seconds by which a sound that is placed like this now begins later than a line that plays it too; 0 for another sound."""
    before = lines.placement_of(line)
    if not before.plays_same(placement):
        return 0.0
    shift = _into_sound(placement, fps) - _into_sound(before, fps)
    return shift if abs(shift) > 1e-4 else 0.0


def _into_sound(placement: strips.Placement, fps: float) -> float:
    """Where in its sound a line begins, in seconds."""
    return strips.frames_of(placement, fps).first / fps - placement.origin


def _exchanged(
    clock: Retouching, line: Any, entry: Any, begins: tuple[strips.Placement, float], heard: Performance
) -> Retouching:
    """Of a line that plays another recording now: what was changed waits for the one before, what waited for this comes back.

    begins: where it plays that, and at how many frames a second.
    """
    placement, fps = begins
    before = lines.placement_of(line)
    kept = {each.sound: each for each in clock.elsewhere}
    back = kept.pop(placement.sound, None) if not placement.retimed else None
    if before.sound and not before.retimed and retouching.has_phones(entry):
        mine = retouching.changes_of(Retouching(), entry, stored.unpack(line.performance)).changes()
        kept.pop(before.sound, None)
        if mine != Waiting():
            kept[before.sound] = Elsewhere(before.sound, _into_sound(before, fps), mine)
    left_behind = sum(each.changed for each in (*entry.phones, *entry.vocals))
    clock = replace(clock, left_behind=left_behind, elsewhere=tuple(kept.values()))
    return clock.with_changes(back.changes, _into_sound(placement, fps) - back.begins, heard) if back else clock
