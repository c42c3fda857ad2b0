# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a character can be moved: how the 52 curves reach its shapes, bones and properties, and which joints turn."""

from __future__ import annotations

from typing import Any

from ...inference.rigging.character_rig import CharacterRig
from ...inference.rigging.rig_map import RigMap
from ..animation import slots
from ..character import characters, controls, joints, measuring
from ..lines.data import JointPlan


def joints_of(character: characters.Character) -> tuple[JointPlan, ...]:
    """Its head and eyes, as far as nobody else animates them."""
    head = joints.head(character)
    eyes = joints.eyes(character)
    found = [("head", head), *(("eye", eye) for eye in eyes)]
    return tuple(JointPlan(joint.owner.session_uid, joint, part) for part, joint in found if joint and is_free(joint))


def is_free(joint: joints.Joint) -> bool:
    """Whether a joint is ours to turn: nobody else animates it."""
    found = slots.existing(joint.owner)
    if found is None or found.bag is None:
        return True
    renamed = slots.renamed(found)  # a bone that has another name now is still ours
    ours = {renamed.get(place.path, place.path) for place in slots.Records().at(found)}
    return joint.path in ours or all(curve.data_path != joint.path for curve in found.bag.fcurves)


def rig_of(character: characters.Character) -> CharacterRig:
    """How the 52 curves reach a character's shapes, bones and properties. Controls are set and put back to see what they do."""
    reachable = controls.reachable(character.body, character.controls)
    found = measuring.controlled(character)
    if found is not None:
        stepped = tuple(drive for drive in reachable.active if reachable.steps(drive.target))
        reachable = RigMap(reachable.convention, (*found.rig_map.drives, *stepped))
    others = (controls.reachable(character.body, each) for each in (character.posed, character.followers))
    reachable = RigMap(reachable.convention, (*reachable.drives, *(drive for each in others for drive in each.drives)))
    elsewhere = (rig_map.sources for _, rig_map in character.elsewhere)
    sources = frozenset().union(*(face.sources for face in character.faces), reachable.sources, *elsewhere)
    seen = found.calibration if found else None
    beside = tuple((owner.session_uid, rig_map) for owner, rig_map in character.elsewhere)
    apart = _apart(character)
    if character.carried:
        seen, apart = measuring.best(character), (*apart, (reachable, reachable.sources))
    return CharacterRig(sources, seen or measuring.best(character), reachable, beside, apart)


def _apart(character: characters.Character) -> tuple[tuple[RigMap, frozenset[str]], ...]:
    """The maps of other heads beside the first, each with all that reaches its head."""
    others = [face for face in character.faces if face.head]
    reaching = {face.head: frozenset().union(*(each.sources for each in others if each.head == face.head)) for face in others}
    return tuple((face.rig_map, reaching[face.head]) for face in others)


def controls_of(character: characters.Character, rig: CharacterRig) -> tuple[tuple[Any, RigMap], ...]:
    """The objects whose bones and properties speak for a character, and how: its body, and armatures of sliders."""
    owners = {owner.session_uid: owner for owner, _ in character.elsewhere}
    return ((character.body, rig.controls), *((owners[uid], rig_map) for uid, rig_map in rig.elsewhere))
