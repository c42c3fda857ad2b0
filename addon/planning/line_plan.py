# SPDX-License-Identifier: GPL-3.0-or-later
"""A line as a Plan, once it is known where it is and what is heard of it. Main thread; nothing is changed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from ...inference.direction import Direction
from ...inference.idle import is_silent
from ...inference.performance import Performance
from ...inference.retouch.retouching import Retouching
from ...inference.text import script, tagging
from .. import model_choice, preferences
from ..character import characters, look_at
from ..lines import frames, idle_frames, line_tags, lines, markers, tracks
from ..lines.data import Beside, FacePlan, Plan
from ..properties import retouch_properties
from ..sequencer import strips
from . import company, retouch_plan, rig_plan, rules, still_eyes, styles, syllables


@dataclass(frozen=True)
class Basis:
    """Whose line is planned, and what of it.

    name: of its strip, or of the line where it has none.   line: None where it is new.
    before: the line whose retouching it goes on with: itself, or one that `lines.preceding` finds.
    heard: what it says, None where that is still to be heard.
    """

    scene: Any
    character: characters.Character
    name: str
    line: Any | None
    placement: strips.Placement
    direction: Direction
    before: Any | None = None
    heard: Performance | None = None


def of(basis: Basis, *, edges: idle_frames.Edges | None = None, text: str = "", beside: Beside = idle_frames.ALONE) -> Plan:
    """A line, with how it begins and ends beside others, what it looks at, and whom it listens to where it says nothing.

    edges: how it begins and ends, where that is known.   text: what it says in writing.   beside: what gets lines in the same go.
    """
    scene, character, heard = basis.scene, basis.character, basis.heard
    alone = common(basis)
    root, token = character.root, alone.line
    edges = edges or idle_frames.edges(root, scene, token, alone.core, alone.lead, beside=beside)
    idles = (edges.idles_before, edges.idles_after)
    waits = heard is None or is_silent(heard)
    voices = tuple(company.voices(root, scene, alone.fps, alone.first / alone.fps)) if waits else ()
    planned = replace(alone, lead=edges.lead, trail=edges.trail, idles=idles, voices=voices, beside=beside)
    if heard is None:
        return _with_target(planned, character, scene)
    return _with_directions(planned, character, basis.before, planned.retouching, text=text, heard=heard)


def tagged(planned: Plan, root: Any, line: Any | None, text: str, heard: Performance) -> Plan:
    """The plan with what the directions in another text, and on markers, ask for, now that it is known what was said when."""
    character = characters.of(root)
    base = retouch_plan.planned(root, line, planned.placement, planned.fps)
    return _with_directions(planned, character, line, base, text=text, heard=heard) if character is not None else planned


def _with_directions(
    planned: Plan,
    character: characters.Character,
    before: Any | None,
    base: Retouching,
    *,
    text: str,
    heard: Performance,
) -> Plan:
    """base: how the line, or the one before it, was retouched by hand."""
    root, scene = character.root, planned.scenes[0]
    marked = markers.within(root, scene, planned.core, planned.fps, planned.first)
    placed = (*tagging.in_text(text, heard, base.track(heard)), *marked)
    entry = retouch_properties.of(root, before) if before is not None else None
    made, told = line_tags.asked(entry, placed, heard, planned.direction, base, names=look_at.names(scene))
    still = still_eyes.of_directions(character, (each.text for each in placed))
    told = replace(told, troubles=(*told.troubles, *script.unclosed(text), *still))
    return _with_target(replace(planned, retouching=made, directions=told), character, scene)


def _with_target(planned: Plan, character: characters.Character, scene: Any) -> Plan:
    """What the eyes rest on while the face acts: in the lead and trail too where it idles beyond them."""
    fps = planned.fps
    told = markers.of_scene(character.root, scene, fps)
    named, glances = list(told.named), list(told.looks)
    for each in planned.directions.looks:
        start, end = planned.first + each.start * fps, planned.first + each.end * fps
        if each.name:
            named += [look_at.Named(start, each.name), look_at.Named(end, "")]
        else:
            glances.append(look_at.Glance(start, end, each.yaw, each.pitch))
    first, count = planned.acted
    target = look_at.track(character, first, count, scene, named=named, glances=glances)
    others = company.of(character, scene, planned.line, first, count)
    return replace(planned, target=target, company=others)


def common(basis: Basis) -> Plan:
    """What holds for a line and for what is between the lines. Main thread; nothing is changed."""
    scene, character, line, placement, direction = basis.scene, basis.character, basis.line, basis.placement, basis.direction
    fps = strips.rate(scene)
    root = character.root
    retouched = retouch_plan.planned(root, basis.before, placement, fps, basis.heard, goes_on=line is None)
    token = line.token if line else uuid.uuid4().hex
    span = strips.frames_of(placement, fps)
    fade = frames.fade_frames(direction.fade, fps)
    faces = tuple(
        FacePlan(face.key.session_uid, face.rig_map, {name: _value_path(face.key, name) for name in face.targets})
        for face in character.faces
    )
    return Plan(
        root=root.session_uid,
        body=character.body.session_uid,
        strip=basis.name,
        line=token,
        scenes=(scene, scene),
        placement=placement,
        direction=direction,
        fps=fps,
        first=int(span.first),
        count=int(span.last - span.first) + 1,
        lead=fade,
        trail=fade,
        faces=faces,
        sources=character.sources,
        joints=rig_plan.joints_of(character),
        target=None,
        edits=tracks.edits(root, line, lines.shift_to(line, placement, fps)) if line else {},
        output=root.parlance.output,
        retouching=retouched,
        rigging=rig_plan.rig_of(character),
        style=styles.worn(root),
        rules=(*rules.placed(root, line, scene), *syllables.placed(retouched)),
        heard=basis.heard,
        threads=preferences.threads(),
        model=model_choice.chosen(),
    )


def _value_path(key: Any, name: str) -> str:
    return str(key.key_blocks[name].path_from_id("value"))
