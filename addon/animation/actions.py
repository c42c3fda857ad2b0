# SPDX-License-Identifier: GPL-3.0-or-later
"""Which action and slot a datablock is keyed in: chosen or made, copied where another file or a copied character has it too."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import bpy

from . import stored
from .slots import Records, SlotCurves, editable, playing, written_by_us


def assign(
    owner: Any, family: Iterable[Any], title: str, label: str, records: Records, *, fresh: bool, beside: bool = False
) -> SlotCurves:
    """The slot to key a datablock in: of the action it has, else of the one its family shares, else of a new one.

    The slot is always set explicitly: an action whose slot is not assigned moves nothing. A linked action with keys of ours is
    copied into this file first.
    title, label: names of an action and a slot that have to be made.
    fresh: leave actions alone that Parlance did not make; they are kept in the file.
    beside: what such an action holds goes on in a copy, as for a mouth over a finished performance.
    """
    new_data = owner.animation_data is None
    data = owner.animation_data or owner.animation_data_create()
    localise(data)
    if data.action is not None and not _usable(data.action, fresh=fresh):
        if beside and data.action_slot is not None:
            data.action.use_fake_user = data.action.use_fake_user or editable(data.action)
            make_local(data)
            data.action.parlance_made = True
        else:
            release(data)
    if data.action is None:
        data.action = _shared(family, fresh=fresh) or _made(title)
    new_slot = False
    if data.action_slot is None:
        data.action_slot, new_slot = fitting_slot(data.action, owner, label)
    curves = SlotCurves(owner, data.action, data.action_slot)
    if new_slot or new_data:
        records.note_made(curves, slot=new_slot, data=new_data)
    return curves


def localise(data: Any) -> None:
    """Let a datablock go on in copies of its actions, in NLA strips too, where they have keys of ours and are another file's."""
    for player in _players(data):
        if player.action is not None and not editable(player.action) and written_by_us(player.action):
            make_local(player)


def _players(data: Any) -> tuple[Any, ...]:
    """The animation data of a datablock and its NLA strips: all that play an action."""
    return data, *(strip for track in data.nla_tracks for strip in track.strips)


def separate(owners: Collection[Any], others: Collection[Any], *, any_action: bool = False) -> None:
    """Let datablocks play copies of the actions with keys of ours that they share with these others, slot by slot.

    any_action: of actions without such keys too.

    A copy holds the slots that are played from it alone: one that is left over would be given to the next datablock without one
    (`fitting_slot`), with what somebody else says in it.
    """
    made: dict[Any, Any] = {}
    taken = {(each.action, each.slot.handle) for other in others if other not in owners for each in playing(other)}
    for owner in owners:
        data = owner.animation_data if owner.is_editable else None
        for player in _players(data) if data is not None else ():
            action, slot = player.action, player.action_slot
            if action is None or slot is None or not editable(action) or not (any_action or written_by_us(action)):
                continue
            if (action, slot.handle) in taken:
                name, made[action] = slot.identifier, made.get(action) or action.copy()
                player.action = made[action]
                player.action_slot = made[action].slots.get(name)
    played = {(each.action, each.slot.handle) for owner in owners for each in playing(owner)}
    for copy in made.values():
        _keep_slots(copy, {handle for action, handle in played if action == copy})


def _keep_slots(action: Any, handles: Collection[int]) -> None:
    """Take all other slots out of an action, with what is remembered of them."""
    records = Records()
    known = records.of(action)
    for place in [place for place in known if place.slot not in handles]:
        del known[place]
    made = records.made[action]
    records.made[action] = stored.Made(made.slots & frozenset(handles), made.data & frozenset(handles))
    for slot in [slot for slot in action.slots if slot.handle not in handles]:
        action.slots.remove(slot)
    records.save()


def make_local(data: Any) -> None:
    """Put a copy of an action in its place, records and all; those who play the same action get the same copy."""
    identifier = data.action_slot.identifier if data.action_slot else ""
    original = data.action
    copies = (action for action in bpy.data.actions if action.library is None and action.parlance_copied == _full_name(original))
    data.action = next(copies, None) or _local_copy(original)
    data.action_slot = data.action.slots.get(identifier) if identifier else None


def _full_name(action: Any) -> str:
    return f"{action.library.filepath if action.library else ''}/{action.name}"


def _local_copy(original: Any) -> Any:
    copy = original.copy()
    copy.parlance_copied = _full_name(original)
    return copy


def release(data: Any) -> None:
    """Take an action off a datablock without losing it."""
    if editable(data.action):
        data.action.use_fake_user = True
    data.action = None


def _made(title: str) -> Any:
    action = bpy.data.actions.new(title)
    action.parlance_made = True
    return action


def _usable(action: Any, *, fresh: bool) -> bool:
    return editable(action) and (not fresh or action.parlance_made)


def _shared(family: Iterable[Any], *, fresh: bool) -> Any | None:
    """The action that a relative plays: one action, a slot for each of its datablocks."""
    played = (relative.animation_data.action for relative in family if relative.animation_data)
    return next((action for action in played if action is not None and _usable(action, fresh=fresh)), None)


def fitting_slot(action: Any, owner: Any, label: str) -> tuple[Any, bool]:
    """A slot of the action that fits a datablock and that nobody else plays from, else a new one; and whether it is new."""
    free = (slot for slot in action.slots if slot.target_id_type in {owner.id_type, "UNSPECIFIED"} and not slot.users())
    found = next(free, None)
    return (found, False) if found is not None else (action.slots.new(id_type=owner.id_type, name=label), True)
