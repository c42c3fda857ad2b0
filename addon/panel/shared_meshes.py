# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters that share a mesh, as linked duplicates do, or the slot of an action: what one speaks the other one shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import bpy

from ...inference.keying.ranges import Span
from ..animation import actions, slots
from ..character import characters, hierarchy
from ..lines import clearing, line_keys

EVERYWHERE: Final = (Span(-1e6, 1e6),)


def told(character: characters.Character) -> str:
    """That a character and another one show what either speaks, in a sentence; empty where they do not.

    A mesh that is left out here shows what the other one speaks all the same, unless it is left out there too.
    """
    spoken = ((mesh, twin) for mesh, twin in _twins(_shaped(character), character) if _any_included(mesh, twin))
    mesh, twin = next(spoken, (None, None))
    if mesh and twin:
        return f"“{mesh.name}” and “{twin.name}” share one mesh, so that both show what either speaks."
    ours, other = next(_along(character), (None, None))
    both = "so that both show what either speaks"
    return f"“{other.name}” plays the same action as “{ours.name}”, {both}." if ours and other else ""


def make_own(character: characters.Character) -> None:
    """Give a character meshes and actions of its own, with all that they hold but what only the other one has spoken.

    Those that are left out now as well: let in again later, they would be shared still.
    """
    own = {line.token for line in character.root.parlance.lines}
    records = slots.Records()
    twins = list(_twins(_shaped(character), character))
    for mesh, twin in twins:
        if mesh.data == twin.data:
            mesh.data = mesh.data.copy()
    theirs = {owner for _, twin in twins for owner in line_keys.owners(hierarchy.root_of(twin))}
    along = {owner for _, other in _along(character) for owner in line_keys.owners(hierarchy.root_of(other))}
    actions.separate(line_keys.owners(character.root), theirs)
    actions.separate(line_keys.owners(character.root), along, any_action=True)
    for mesh, _ in twins:
        for curves in slots.playing(mesh.data.shape_keys):
            for place in [place for place in records.at(curves) if place.line not in own]:
                clearing.clear_curve(curves, place, records.of(curves.action), EVERYWHERE, hand_made=False)
    records.save()


def _shaped(character: characters.Character) -> list[Any]:
    """The meshes that could speak, those that are left out too."""
    return [mesh for mesh in hierarchy.members(character.body) if mesh.data.shape_keys]


def _any_included(*meshes: Any) -> bool:
    return any(mesh.parlance.included for mesh in meshes)


def _twins(meshes: Iterable[Any], character: characters.Character) -> Iterator[tuple[Any, Any]]:
    """Meshes of a character, each with one of another character that has the same data."""
    for mesh in meshes:
        if mesh.data.users > 1 and mesh.data.is_editable:
            users = bpy.data.user_map(subset={mesh.data}, value_types={"OBJECT"})[mesh.data]
            others = (user for user in users if user not in character.meshes)
            twin = next((other for other in others if other.users_collection and _apart(other, character)), None)
            if twin is not None:
                yield mesh, twin


def _along(character: characters.Character) -> Iterator[tuple[Any, Any]]:
    """Objects of a character, each with one beside it that is moved by the same slot of an action.

    Where that is a copy of the character, they go their own way with the next line.
    """
    root = character.root
    owners, copies = line_keys.owners(root), line_keys.copies(root)
    for owner in owners:
        for curves in slots.playing(owner):
            if not slots.editable(curves.action) or (copies and slots.written_by_us(curves.action)):
                continue
            strangers = [user for user in curves.slot.users() if user not in owners]
            for other in (thing for thing in bpy.data.objects if strangers and _is_moved(thing, strangers)):
                if other.users_collection and hierarchy.root_of(other) != root:
                    yield next((mesh for mesh in character.meshes if mesh.data.shape_keys == owner), root), other


def _is_moved(thing: Any, movers: list[Any]) -> bool:
    return thing in movers or (thing.type == "MESH" and thing.data.shape_keys in movers)


def _apart(other: Any, character: characters.Character) -> bool:
    return bool(hierarchy.root_of(other) != character.root)
