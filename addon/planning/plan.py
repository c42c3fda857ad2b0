# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at the scene once: everything that generating needs to know, as a Plan. Main thread; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import bpy

from ...inference.errors import ParlanceError
from ...inference.performance import Performance
from ..animation import stored
from ..character import characters
from ..character.lookup_cache import unchanging_scene
from ..lines import idle_frames, lines, moving, wordings
from ..lines.data import Beside, Plan
from ..properties import line_text, properties
from ..sequencer import excerpt, sound, strips
from . import idle_plan, line_plan, text_parts


@dataclass(frozen=True)
class Request:
    """What is wished of a line beyond who speaks which strip.

    heard: what was just heard of this strip, which then is not listened to again.
    take_over: let keys that the artist made give way.
    listens: the part of the sound that is the character's voice; by default what it listened to before, else all of it.
    new_wording: what the line says in writing from now on; by default what it said before, else the text of the strip.
    beside: what gets lines in the same go.
    """

    heard: Performance | None = None
    take_over: bool = False
    listens: excerpt.Excerpt | None = None
    new_wording: wordings.Wording | None = None
    beside: Beside = idle_frames.ALONE


@unchanging_scene()
def plan(scene: Any, sequencer: Any, character: characters.Character, strip: Any, request: Request | None = None) -> Plan:
    """Look at a character and a strip. Main thread. Raises ParlanceError when either will not do."""
    request = request or Request()
    heard, new_wording = request.heard, request.new_wording
    if not character.speaks:
        raise ParlanceError(characters.why_silent(character.root))
    placement = strips.placement(strip, sequencer)
    fps = strips.rate(scene)
    line = lines.of_strip(character.root, strip, sequencer) or lines.awaiting(character.root, placement)
    before = line or lines.preceding(character.root, strip, placement, sequencer)
    direction = properties.direction_of(before.direction if before else character.root.parlance.direction)
    listens = request.listens or lines.listens(character.root, line, placement)
    begins = strips.frames_of(placement, fps).first / fps
    source = sound.source(strip, sequencer, begins, listens) if heard is None else None
    shares = line is None and listens.turns  # the text of the strip is everybody's then: it leads nobody alone
    if new_wording is None and not shares:
        new_wording = text_parts.of_part(before, strip, placement, sequencer=sequencer, fps=fps)
    wording = new_wording or (wordings.Wording() if shares else wordings.of(line, strip))
    basis = line_plan.Basis(scene, character, strip.name, line, placement, direction, before, heard)
    planned = line_plan.of(basis, text=wording.text, beside=request.beside)
    found = replace(planned, scenes=(scene, sequencer), source=source, take_over=request.take_over, listens=listens)
    return replace(found, wording=wording, new_wording=new_wording, fresh=heard is not None)


def spoken(
    scene: Any, character: characters.Character, line: Any | None, heard: Performance, *, start: float, wording: wordings.Wording
) -> Plan:
    """A line that is spoken from its text alone. heard: what that gives. start: scene seconds. line: where there is one already.

    Main thread. Raises ParlanceError when the character will not do.
    """
    if not character.speaks:
        raise ParlanceError(characters.why_silent(character.root))
    placement = strips.Placement(start, start + heard.duration, start, False, "")
    direction = properties.direction_of(line.direction if line else character.root.parlance.direction)
    name = wordings.title(wording.text)
    basis = line_plan.Basis(scene, character, name, line, placement, direction, before=line, heard=heard)
    planned = line_plan.of(basis, text=wording.text)
    return replace(planned, scenes=(scene, scene), wording=wording, fresh=True, written=True)


def replan(scene: Any, root: Any, line: Any) -> Plan:
    """Look at a line generated before: its stored Performance needs no sound. Raises ParlanceError as `plan`."""
    if line.idle:
        return idle_plan.of(root, scene)
    character = characters.of(root)
    if character is None or not character.speaks:
        raise ParlanceError(characters.why_silent(root))
    placement = before = lines.placement_of(line)
    strip = lines.strip_of(line, scene)
    if strip is not None:  # the character's other lines follow their strips when one is written, and so does this one
        now = strips.placement(strip, lines.sequencer_of(line, scene))
        placement = moving.without_trim(line, now) if before.plays_same(now) else before  # another sound was not heard yet
    heard = stored.unpack(line.performance)
    direction = properties.direction_of(line.direction)
    stays = placement == before and not lines.retimed(line, strips.rate(scene))
    edges, text = idle_frames.of_line(root, line) if stays else None, line_text.text_of(line)
    basis = line_plan.Basis(scene, character, line.title, line, placement, direction, before=line, heard=heard)
    planned = line_plan.of(basis, edges=edges, text=text)
    return replace(planned, scenes=(scene, lines.sequencer_of(line, scene)))


def looks_at(root: Any, line: Any) -> str:
    """What a line would look at now, as `Plan.looks_at`."""
    return replan(lines.scene_of(line), root, line).looks_at


@unchanging_scene()
def again(before: Plan, heard: Performance, alignment: wordings.Alignment | None = None) -> Plan:
    """Look once more, after listening: what the artist did meanwhile is respected.

    alignment: of what was heard with its text, to be made anew where the text has changed.

    Raises ParlanceError where the character or the strip is gone, or plays something else than what was heard.
    """
    root = next((candidate for candidate in bpy.data.objects if candidate.session_uid == before.root), None)
    character = characters.of(root)
    if root is None or character is None:
        raise ParlanceError("The character was removed while its lip sync was being generated; nothing was written.")
    scene, sequencer = (each if _lives(each) else bpy.context.scene for each in before.scenes)
    strip = _strip_again(before, root, sequencer)
    if strip is None:
        raise ParlanceError(f"The strip “{before.strip}” was removed while it was being listened to; nothing was written.")
    if not before.placement.hears_same(strips.placement(strip, sequencer)):
        raise ParlanceError(f"The strip “{strip.name}” was trimmed or changed while it was being listened to; generate it again.")
    request = Request(heard, before.take_over, before.listens, before.new_wording, before.beside)
    now = replace(plan(scene, sequencer, character, strip, request), alignment=alignment)
    if alignment is not None and now.wording != before.wording:
        fresh = wordings.align(alignment.heard, now.wording)
        now = replace(now, heard=stored.settle(fresh.aligned), alignment=fresh)
    return now if lines.with_token(root, now.line) is not None else replace(now, line=before.line)


def _lives(scene: Any) -> bool:
    return any(scene == each for each in bpy.data.scenes)


def _strip_again(plan: Plan, root: Any, sequencer: Any) -> Any | None:
    """The strip that was planned for, also when it was renamed or moved meanwhile."""
    line = lines.with_token(root, plan.line)
    known = lines.strip_of(line, sequencer) if line is not None else None
    named = strips.named(sequencer, plan.strip)
    same = (strip for strip in strips.sound_strips(sequencer) if plan.placement.hears_same(strips.placement(strip, sequencer)))
    return known or named or next(same, None)
