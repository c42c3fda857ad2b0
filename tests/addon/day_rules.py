# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold after every step of an animator's day, and at its end."""

from __future__ import annotations

import re

import bpy
import numpy as np

from . import drawn_panels
from .editors_day import animation_of_file, bags
from .editors_day.casting import copies, remove
from .editors_day.locking import unlock
from .hand_key import COPIED

GENERATED = 5
TRAVELS = {"undo", "redo", "undo_much", "redo_much"}
REWRITING = {*TRAVELS, *("phone", "clear", "record_again", "save_as", "replace_take", "remove_strip")}
"""Steps in which changed phones may go: the artist changes them, goes back, or lets another sound be spoken."""
MANUAL = {
    *("hand_key", "move_key", "delete_key", "delete_keys", "delete_curve", "track_key", "take_over"),
    *("rename_shape", "rename_bone", "scale_curve", "divide", "shape_away", "copy_character", "append_character", "delete_copy"),
    *("link_characters", "share_slot", "share_action", "copy_linked"),
    *TRAVELS,
}
"""Steps in which the artist touches keys, or all of the file changes."""


def start(day) -> None:
    """Before the first step."""
    day.by_hand, day.missing, day.phones, day.known_lines, day.rewritten = True, {}, {}, {}, True
    check(day)


def after(day, op) -> None:
    """After each step."""
    day.by_hand, day.rewritten = op[0] in MANUAL, op[0] in REWRITING
    check(day)


def check(day) -> None:
    """Raises AssertionError with what does not hold."""
    assert not day.raised, day.raised.pop()
    trouble = day.room("addon.running").trouble
    assert "\n" not in trouble, trouble
    owned = _owned(day)
    _check_curves(day, owned)
    _check_records(day)
    _check_phones(day)
    day.hands.check()
    if day.written is not None:
        _check_result(day, *day.written)
    drawn_panels.check(day)
    assert not day.raised, day.raised.pop()


def _owned(day) -> dict:
    """The frames of every line, by token; no two of a character share any."""
    lines = day.room("addon.lines.lines")
    ranges = day.room("inference.keying.ranges")
    found = {}
    for root in day.roots():
        seen = ()
        for line in root.parlance.lines:
            mine = lines.owned(line)
            shared = ranges.common(mine, seen)
            assert not shared, f"“{line.title}” shares frames {shared} with another line of “{root.name}”"
            seen = (*seen, *mine)
            found[line.token] = (*found.get(line.token, ()), *mine)  # copies of a character have the same lines
    return found


def _check_curves(day, owned: dict) -> None:
    holds = day.room("inference.keying.ranges").holds
    unpack = day.room("addon.animation.stored").unpack_records
    for action, slot, bag in bags():
        known = unpack(action.parlance_written)
        for curve in bag.fcurves:
            points = curve.keyframe_points
            values = {}
            for name in ("co", "handle_left", "handle_right"):
                pairs = np.empty(2 * len(points), np.float32)
                points.foreach_get(name, pairs)
                assert np.isfinite(pairs).all(), f"{curve.data_path} has a key that is no number"
                values[name] = pairs.reshape(-1, 2)
            frames = values["co"][:, 0]
            twice = np.flatnonzero(np.abs(np.diff(frames)) < 1e-3)
            assert not len(twice), f"{curve.data_path} has two keys at {frames[twice]}"
            assert (np.diff(frames) > 0).all(), f"the keys of {curve.data_path} are out of order"
            kinds = np.empty(len(points), np.int32)
            points.foreach_get("type", kinds)
            lines = [
                place.line
                for place in known
                if (place.slot, place.element) == (slot.handle, curve.array_index)
                and place.path in day.hands.called(curve.data_path)
            ]
            ranges = tuple(span for line in lines for span in owned.get(line, ()))
            ranges += tuple(span for place in known if _is_nobodys(day, place, slot, curve) for span in known[place].room or ())
            stray = (kinds == GENERATED) & ~holds(ranges, frames)
            assert not stray.any(), f"{curve.data_path} has generated keys of no line at {frames[stray]}"


def _is_nobodys(day, place, slot, curve) -> bool:
    """Whether a record is of keys that a line gave up while the curve was locked."""
    here = (place.line, place.slot, place.element) == ("", slot.handle, curve.array_index)
    return here and place.path in day.hands.called(curve.data_path)


def missing(day, *, linked: bool) -> dict:
    """How many recorded keys do not stand on their curve, for each line and curve; all there can be where none stands.

    linked: in the actions of other files; else in this one's own.
    """
    stored, cut, fcurves = (
        day.room(name) for name in ("addon.animation.stored", "inference.keying.cut", "addon.animation.fcurves")
    )
    found = {}
    for action in (each for each in bpy.data.actions if bool(each.library) == linked):
        by_slot = {slot.handle: bag for each, slot, bag in bags(linked=linked) if each == action}
        for place, record in stored.unpack_records(action.parlance_written).items():
            curve = fcurves.find(by_slot.get(place.slot), place.path, place.element)
            standing = fcurves.read(curve)
            name = day.hands.one_name(place.path)
            gone = ~cut.matches(record.written, standing)
            count = np.inf if len(gone) and gone.all() else gone.sum()
            found[(place.line, action.name, place.slot, name, place.element)] = count
    return found


def _check_records(day) -> None:
    """Every recorded key is on its curve, but for those that the artist has touched."""
    now = missing(day, linked=False)
    for place, count in now.items() if not day.by_hand else ():
        before = day.missing.get(place, 0)
        assert count <= before, f"{count} recorded keys of {place} are not on the curve ({before} before)"
    day.missing = missing(day, linked=True) | now  # a copy of a linked action has its name


def phones(day, *, changed: bool) -> dict:
    """The phones that the artist has changed, or all: for each character and sound what they are, and when in that sound."""
    lines, waiting = day.room("addon.lines.lines"), day.room("addon.properties.waiting")
    entries = day.room("addon.properties.retouch_properties")
    found: dict = {}
    for root in day.roots():
        for line in root.parlance.lines:
            entry = entries.of(root, line)
            if entry is None or line.idle or not lines.readable(line):
                continue
            place = lines.placement_of(line)
            begins = lines.span_of(line, line.fps).first / line.fps - place.origin
            mine = (*(phone for phone in entry.phones if phone.changed or not changed), *waiting.read(entry.waiting).phones)
            for phone in mine if place.sound else ():
                span = phone.start + begins, phone.end + begins
                found.setdefault((root.name, place.sound), []).append((phone.symbol, round(phone.strength, 2), *span))
    return found


def _check_phones(day) -> None:
    """A phone that was changed is still there, on some line of its sound, or waits for one that reaches it.

    It may be heard so by now. Not of a line that another recording was spoken for.
    """
    everything, lines = phones(day, changed=False), day.room("addon.lines.lines")
    readable = ((root, line) for root, line in day.lines() if lines.readable(line))
    known = {(root.name, line.token): lines.placement_of(line).sound for root, line in readable}
    exchanged = {(name, sound) for (name, token), sound in day.known_lines.items() if known.get((name, token)) != sound}
    if not day.rewritten and known.keys() >= day.known_lines.keys():
        for sound, changed in day.phones.items():
            if sound in exchanged:
                continue
            standing = everything.get(sound, ())
            for each in changed:
                kept = any(each[:2] == other[:2] and each[2] < other[3] + 0.1 and other[2] < each[3] + 0.1 for other in standing)
                assert kept, f"a phone changed by hand is gone: {each} of {sound}, now {standing}"
    day.phones, day.known_lines = phones(day, changed=True), known


def _check_result(day, root, token: str, how: str) -> None:
    line = day.room("addon.lines.lines").with_token(root, token)
    if line is None:
        return
    keys, shapes, others = 0, set(), set()
    playing, copied = day.room("addon.animation.slots").playing, day.room("addon.lines.line_keys").copies(root)
    own = [(each.action, each.slot) for owner in day.room("addon.lines.line_keys").owners(root) for each in playing(owner)]
    for action, slot, bag in bags():
        if copied and (action, slot) not in own:
            continue
        for place, record in day.room("addon.animation.stored").unpack_records(action.parlance_written).items():
            if place.line != token or place.slot != slot.handle or place.path.startswith("parlance_tracks"):
                continue
            paths = (place.path, *day.hands.called(place.path))  # a renamed shape's record learns of it with the next step
            found = (bag.fcurves.find(path, index=place.element) for path in paths)
            curve = next((each for each in found if each is not None), None)
            if curve is None or curve.lock:
                continue
            keys_there = day.room("addon.animation.fcurves").read(curve)
            standing = int(day.room("inference.keying.cut").matches(record.written, keys_there).sum())
            keys += standing
            if standing:
                (shapes if place.path.startswith("key_blocks") else others).add(place.path)
    said = line.result
    number = re.search(r"(?:^|; )([\d,]+) keys", said)
    assert (int(number[1].replace(",", "")) if number else 0) == keys, f"“{said}”, but there are {keys} keys"
    counted = re.search(r"on (\d+) shape", said)
    assert counted is None or int(counted[1]) == len(shapes), f"“{said}”, but keys are on {len(shapes)} shapes"
    changes = re.search(r"([\d,]+) changes? of yours", said)
    assert changes is None or int(changes[1].replace(",", "")) <= day.touched, f"“{said}”, but {day.touched} changes were made"
    if not day.touched:
        assert "left alone" not in said, f"“{said}”, but the artist has no keys"
        assert "deleted" not in said, f"“{said}”, but nothing was deleted"


def end(day) -> None:
    """Clearing every line leaves what the artist made, and nothing else."""
    clearing, lines = day.room("addon.lines.clearing"), day.room("addon.lines.lines")
    unlock()
    if copies():
        remove(copies())
        day.written = None
    for root in list(day.roots()):
        for token in [line.token for line in root.parlance.lines]:
            line = lines.with_token(root, token)
            if line is not None:
                clearing.clear(root, line, hand_made=False)
    for character in day.characters():
        clearing.clear_unlocked(day.root(character))
    day.by_hand = True
    check(day)
    unpack = day.room("addon.animation.stored").unpack_records
    known = (
        {action for action, _, _ in bags()}
        if bpy.context.scene.get(COPIED)
        else [each for each in bpy.data.actions if each.library is None]
    )
    left = [action.name for action in known if unpack(action.parlance_written)]
    assert not left, f"records are left in {left}"
    mine = {day.hands.one_name(path) for path in (*day.hands.touched, *(place[2] for place in day.first["curves"]))}
    now = animation_of_file()
    if not day.touched:
        for what, before in day.first.items():
            assert now[what] == before, f"{what} before {before} and after {now[what]}"
        return
    for (_, _, path, _), keys in now["curves"].items():
        if not path.startswith(("parlance_tracks", "pose")):  # tracks and bones are keyed by hand too, and not followed here
            assert not keys or day.hands.one_name(path) in mine, f"{path} still has {len(keys)} keys"
