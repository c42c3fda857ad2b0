# SPDX-License-Identifier: GPL-3.0-or-later
"""Remove what Parlance made and nothing uses any more: groups, slots, actions, NLA strips, animation data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import bpy

from ...inference import spool
from .. import compat
from . import fcurves, slots, stored


def tidy(curves: slots.SlotCurves, records: slots.Records) -> None:
    """Take away what we made and nothing needs any more: empty groups, the slot, the action, animation data."""
    known, action, slot = records.of(curves.action), curves.action, curves.slot
    bag, made = curves.bag, records.made[action]
    if bag is not None:
        fcurves.remove_empty_groups(bag)
    if any(place.slot == slot.handle for place in known) or (bag is not None and len(bag.fcurves)):
        return
    handle, users = slot.handle, [user for user in slot.users() if user is not None]
    if bag is not None:
        compat.remove_channelbag(action, bag)
    if handle in made.slots:
        for user in users:
            for strip in [strip for track in user.animation_data.nla_tracks for strip in track.strips]:
                if strip.action == action and strip.action_slot == slot:
                    _remove_nla_strip(user.animation_data, strip)
            if user.animation_data.action == action:
                user.animation_data.action = None
            if handle in made.data:
                _clear_data(user, records)
        action.slots.remove(slot)
    records.made[action] = stored.Made(made.slots - {handle}, made.data - {handle})
    if action.parlance_made and not len(action.slots) and not known:
        del records.by_action[action]
        del records.made[action]
        bpy.data.actions.remove(action)


def _clear_data(user: Any, records: slots.Records) -> None:
    """Take away the animation data that we made, or leave that to the last of our slots that plays from it."""
    data = user.animation_data
    rest = [curves for curves in slots.playing(user) if curves.action in records.made]
    for curves in rest:
        if curves.slot.handle in records.made[curves.action].slots:
            records.note_made(curves, slot=True, data=True)
    if data.action is None and not data.drivers and not data.nla_tracks:
        user.animation_data_clear()


def _remove_nla_strip(data: Any, strip: Any) -> None:
    for track in list(data.nla_tracks):
        if strip in list(track.strips):
            track.strips.remove(strip)
            if not len(track.strips):
                data.nla_tracks.remove(track)
            return


def lighten(frames: int, actions: Iterable[Any]) -> None:
    """Give back what keys on very many frames leave behind, once Blender has copied them for its own evaluation.

    actions: those that were written to. Blender makes the copy on a thread of its own, out of other memory than what it has
    just freed of the copy before: left to itself it has both for a moment, of two hours 190 MB each.
    """
    if frames < spool.SCATTERING:
        return
    with _unplayed(actions):
        bpy.context.view_layer.update()
        spool.trim_heap(frames)
    bpy.context.view_layer.update()
    spool.trim_heap(frames)


@contextmanager
def _unplayed(actions: Iterable[Any]) -> Iterator[None]:
    """Meanwhile nobody plays these actions; one that may not be taken away and put back everywhere goes on being played."""
    taken: list[tuple[Any, Any, Any]] = []
    for action in dict.fromkeys(actions):
        users = {user for slot in action.slots for user in slot.users() if user is not None}
        playing = [user.animation_data for user in users if user.animation_data and user.animation_data.action == action]
        if all(data.id_data.library is None and data.id_data.override_library is None for data in playing):
            taken += [(data, action, data.action_slot) for data in playing if not data.use_tweak_mode]
    try:
        for data, _, _ in taken:
            data.action = None
        yield
    finally:
        for data, action, slot in taken:
            data.action, data.action_slot = action, slot
