# SPDX-License-Identifier: GPL-3.0-or-later
"""Store with a line what was written for it: its strip, its sound, its text, its Performance."""

from __future__ import annotations

from typing import Any

import bpy

from ...inference.idle import silent
from ..animation import stored
from ..lines import idle_frames, line_tags, lines, retouching, wordings
from ..lines.data import Draft, Plan
from ..planning import company, idle_plan
from ..properties import line_text, properties, retouch_properties
from ..sequencer import excerpt, strips


def remember(plan: Plan, draft: Draft, root: Any, line: Any | None) -> Any:
    """Make a plan's line say what it is made of now; a new one where there is none yet. Gives the line."""
    is_new = line is None
    if line is None:
        line = root.parlance.lines.add()
        line.token = line.name = plan.line
        properties.set_direction(line.direction, plan.direction)
        retouching.taken_over(root, line, plan.retouching)
        _written_down(line, None if plan.written else strips.named(plan.scenes[1], plan.strip))
    line.strip_name, line.fps, line.keys_due = plan.strip, plan.fps, ""
    line.looks_at = plan.looks_at
    line.edges = idle_frames.Edges(plan.lead, plan.trail, *plan.idles).text
    lines.settle_in(line, *plan.scenes)
    if plan.idle is not None:
        line.idle, line.placement, line.made_of = True, plan.placement.to_json(), idle_plan.digest(plan)
        line.performance = line.performance or stored.pack(silent(plan.placement.duration))
    elif plan.heard is None or plan.fresh:
        line.performance, line.model = stored.pack(draft.performance), draft.performance.model
        line.words = stored.pack_words(draft.performance.words)
        if (alignment := draft.alignment) is not None:
            line.heard = stored.pack(alignment.heard) if alignment.heard is not alignment.aligned else ""
            line.text_trouble = alignment.trouble
        if not is_new and (entry := retouch_properties.of(root, line)) is not None:
            retouching.moved(entry, plan.retouching.when)
        line.placement = plan.placement.to_json()
        strip = None if plan.written else strips.named(plan.scenes[1], plan.strip)
        line.written = plan.written
        if plan.new_wording is not None:
            _keep_text(line, plan.new_wording)
        if strip is not None:
            line.strip_token = _token_for(root, line, strip)
            excerpt.keep(line, plan.listens)
        retouching.show_heard(root, line, draft.performance, plan.retouching)
    if plan.idle is None:
        company.remember(plan, line, draft.phrases)
    if plan.idle is None and plan.heard is not None:
        line_tags.show(root, line, draft.performance, plan.retouching, plan.directions)
    return line


def _written_down(line: Any, strip: Any | None) -> None:
    """A new line says what was written for its strip."""
    with properties.quietly():
        if strip is not None:
            line_text.copy(strip.parlance, line)


def _keep_text(line: Any, wording: wordings.Wording) -> None:
    with properties.quietly():
        if line_text.text_of(line) != wording.text or line.language != wording.language:
            line.text_block, line.text, line.language = None, wording.text, wording.language
    line.whole_text = wording.whole


def _token_for(root: Any, line: Any, strip: Any) -> str:
    """The token of a strip; a copy of another line's strip gets one of its own."""
    token = strips.token(strip)
    twins = [other for other in _all_sound_strips() if other != strip and strips.token(other) == token] if token else []
    if token and (line.strip_token == token or not twins):
        return token
    return strips.mark(strip)


def _all_sound_strips() -> list[Any]:
    return [strip for scene in bpy.data.scenes for strip in strips.sound_strips(scene)]
