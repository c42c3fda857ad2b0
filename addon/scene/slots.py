# SPDX-License-Identifier: GPL-3.0-or-later
"""Which action and slot a datablock is keyed in, and the record of what we wrote there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import bpy

from ...inference.keying.merge import Record
from .. import compat
from . import stored


@dataclass(frozen=True)
class Sheet:
    """The curves of one datablock: its action, its slot in it, and the slot's curves (None before there are any)."""

    owner: Any
    action: Any
    slot: Any

    @property
    def bag(self) -> Any | None:
        """The slot's curves, None before there are any."""
        return compat.channelbag(self.action, self.slot)

    def ensured_bag(self) -> Any:
        """The slot's curves, made where there are none."""
        return compat.ensure_channelbag(self.action, self.slot)

    def place(self, line: str, path: str, index: int = 0) -> stored.Place:
        """Where the record of a line's stretch of one curve is kept."""
        return stored.Place(line, self.slot.handle, path, index)


@dataclass
class Records:
    """What we remember of the curves in each action; read when first asked for, stored again by `save`."""

    by_action: dict[Any, dict[stored.Place, Record]] = field(default_factory=dict)

    def of(self, action: Any) -> dict[stored.Place, Record]:
        """The records of an action, free to change."""
        if action not in self.by_action:
            self.by_action[action] = stored.unpack_records(action.parlance_written)
        return self.by_action[action]

    def save(self) -> None:
        """Keep the records of every action with it."""
        for action, records in self.by_action.items():
            action.parlance_written = stored.pack_records(records) if records else ""


def existing(owner: Any) -> Sheet | None:
    """The sheet a datablock plays from now, None where it plays no action."""
    data = owner.animation_data
    if data is None or data.action is None or data.action_slot is None:
        return None
    return Sheet(owner, data.action, data.action_slot)


def playing(owner: Any) -> Iterator[Sheet]:
    """Every sheet a datablock plays from: its action and those of its NLA strips."""
    sheet = existing(owner)
    if sheet is not None:
        yield sheet
    for track in owner.animation_data.nla_tracks if owner.animation_data else ():
        for strip in track.strips:
            if strip.action is not None and strip.action_slot is not None:
                yield Sheet(owner, strip.action, strip.action_slot)


def editable(action: Any) -> bool:
    """Whether keys can be written into an action."""
    return bool(action.library is None and action.override_library is None)


def written_by_us(action: Any) -> bool:
    """Whether an action holds generated keys."""
    return bool(action.parlance_written)


def assign(owner: Any, family: Iterable[Any], title: str, label: str, *, fresh: bool) -> Sheet:
    """The sheet to key a datablock in: the action it has, else the one its family shares, else a new one.

    The slot is always set explicitly: an action whose slot is not assigned moves nothing.
    title, label: names of an action and a slot that have to be made.
    fresh: leave actions alone that Parlance did not make; they are kept in the file.
    """
    data = owner.animation_data or owner.animation_data_create()
    if data.action is not None and not _usable(data.action, fresh=fresh):
        release(data)
    if data.action is None:
        data.action = _shared(family, fresh=fresh) or _made(title)
    if data.action_slot is None:
        data.action_slot = fitting_slot(data.action, owner, label)
    return Sheet(owner, data.action, data.action_slot)


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


def fitting_slot(action: Any, owner: Any, label: str) -> Any:
    """A slot of the action that fits a datablock and that nobody else plays from, else a new one."""
    free = (slot for slot in action.slots if slot.target_id_type in {owner.id_type, "UNSPECIFIED"} and not slot.users())
    return next(free, None) or action.slots.new(id_type=owner.id_type, name=label)
