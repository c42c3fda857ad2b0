# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at the scene once: everything that generating needs to know, as a Plan. Main thread; nothing is changed."""

from __future__ import annotations

import uuid
from typing import Any

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.performance import Performance
from ...inference.rigging.character_rig import CharacterRig
from .. import preferences
from ..scene import characters, controls, fcurves, joints, lines, look_at, measuring, properties, slots, sound, stored, strips
from . import retouching, tracks
from .data import FacePlan, JointPlan, Plan


def plan(scene: Any, sequencer: Any, character: characters.Character, strip: Any) -> Plan:
    """Look at a character and a strip. Main thread. Raises ParlanceError when either will not do."""
    if not character.speaks:
        raise ParlanceError(
            f"“{character.root.name}” has no shape keys that Parlance recognises; select a face or make a mapping."
        )
    placement = strips.placement(strip, sequencer)
    fps = strips.rate(scene)
    line = lines.of_strip(character.root, strip, sequencer)
    direction = properties.direction_of(line.direction if line else character.root.parlance.direction)
    source = sound.source(strip, sequencer, strips.frames_of(placement, fps).first / fps)
    return _plan(scene, character, strip.name, line, placement=placement, direction=direction, source=source)


def replan(scene: Any, root: Any, line: Any) -> Plan:
    """Look at a line generated before: its stored Performance needs no sound. Raises ParlanceError as `plan`."""
    character = characters.of(root)
    if character is None or not character.speaks:
        raise ParlanceError(f"“{root.name}” has no shape keys that Parlance recognises any more.")
    placement = strips.Placement.from_json(line.placement)
    heard = stored.unpack(line.performance)
    direction = properties.direction_of(line.direction)
    return _plan(scene, character, line.name, line, placement=placement, direction=direction, heard=heard)


def _plan(
    scene: Any,
    character: characters.Character,
    strip: str,
    line: Any | None,
    *,
    placement: strips.Placement,
    direction: Direction,
    source: sound.Source | None = None,
    heard: Performance | None = None,
) -> Plan:
    fps = strips.rate(scene)
    root = character.root
    token = line.token if line else uuid.uuid4().hex
    span = strips.frames_of(placement, fps)
    before = lines.span_of(line, fps) if line else span
    shift = lines.shift_to(line, placement, fps) if line else 0.0
    reach = span if shift else fcurves.Span(min(span.first, before.first), max(span.last, before.last))
    faces = tuple(
        FacePlan(face.key.session_uid, face.rig_map, {name: _value_path(face.key, name) for name in face.targets})
        for face in character.faces
    )
    return Plan(
        root=root.session_uid,
        strip=strip,
        line=token,
        placement=placement,
        direction=direction,
        fps=fps,
        first=int(span.first),
        count=int(span.last - span.first) + 1,
        reach=reach,
        faces=faces,
        sources=character.sources,
        joints=_joints(character),
        target=look_at.track(root, int(span.first), int(span.last - span.first) + 1),
        edits=tracks.edits(root, token, before if shift else reach, shift),
        output=root.parlance.output,
        retouching=retouching.planned(root, line, placement, fps),
        rigging=rig_of(character),
        source=source,
        heard=heard,
        threads=preferences.threads(),
    )


def _value_path(key: Any, name: str) -> str:
    return str(key.key_blocks[name].path_from_id("value"))


def _joints(character: characters.Character) -> tuple[JointPlan, ...]:
    head = joints.head(character.root)
    eyes = joints.eyes(character.root, character.sources)
    found = [("head", head), *(("eye", eye) for eye in eyes)]
    return tuple(JointPlan(joint.owner.session_uid, joint, part) for part, joint in found if joint and is_free(joint))


def is_free(joint: joints.Joint) -> bool:
    """Whether a joint is ours to turn: nobody else animates it."""
    sheet = slots.existing(joint.owner)
    if sheet is None or sheet.bag is None:
        return True
    ours = {place.path for place in slots.Records().of(sheet.action) if place.slot == sheet.slot.handle}
    return joint.path in ours or all(curve.data_path != joint.path for curve in sheet.bag.fcurves)


def rig_of(character: characters.Character) -> CharacterRig:
    """How the 52 curves reach a character's shapes, bones and properties."""
    reachable = controls.reachable(character.root, character.controls)
    sources = frozenset().union(*(face.sources for face in character.faces), reachable.sources)
    return CharacterRig(sources, measuring.best(character), reachable)
