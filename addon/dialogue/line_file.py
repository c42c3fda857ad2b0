# SPDX-License-Identifier: GPL-3.0-or-later
"""A line of a batch, keyed in a copy of a template: what Blender does in the background for `parlance batch --blend`."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import bpy

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.formats import performance_file
from ..character import characters
from ..generate import finish
from ..lines import wordings
from ..panel import readiness
from ..performing import perform
from ..planning import plan
from ..properties import properties
from ..sequencer import excerpt, strips
from . import casting


def main(path: str) -> None:
    """Do what a JSON file asks (`inference/command_line/blender.py`), and answer with what went wrong, if anything did."""
    request = json.loads(Path(path).read_text("utf-8"))
    trouble = ""
    try:
        make(request)
    except ParlanceError as error:
        trouble = str(error)
    Path(request["answer"]).write_text(json.dumps({"trouble": trouble}), encoding="utf-8")


def make(request: dict[str, Any]) -> None:
    """Open the template, key the line from the scene's first frame on, and save a copy. Raises ParlanceError with the reason."""
    template = Path(request["template"])
    try:
        bpy.ops.wm.open_mainfile(filepath=str(template), load_ui=False)
    except RuntimeError as error:
        raise ParlanceError(f"Blender cannot open “{template.name}”; save it with this version, or an older one.") from error
    context = bpy.context
    scene, sequencer = context.scene, strips.sequencer(context)
    character = _speaker(casting.speaking(context.view_layer), request["character"], template.name)
    strip = _strip(sequencer, request)
    scene.frame_end = max(scene.frame_end, strips.frames_of(strips.placement(strip, sequencer), strips.rate(scene)).last)
    for obstacle in readiness.check(scene, sequencer, character.root).obstacles:
        if obstacle.stops:
            raise ParlanceError(obstacle.text)
    group = character.root.parlance.direction
    properties.set_direction(group, _directed(properties.direction_of(group), request["direction"]))
    _generate(scene, sequencer, character, strip, request)
    try:
        bpy.ops.wm.save_as_mainfile(filepath=request["save"], check_existing=False, copy=True)
    except RuntimeError as error:
        raise ParlanceError(f"Blender cannot save the keyed file ({str(error).strip()}).") from error


def _speaker(people: dict[str, characters.Character], name: str, template: str) -> characters.Character:
    """The character of that name, as objects and collections are named; without a name the only one."""
    wanted = name.casefold()
    found = [each for each in people.values() if not name or wanted in {own.casefold() for own in casting.called(each)}]
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"“{each}”" for each in sorted(people)) or "nobody"
    if name:
        raise ParlanceError(f"“{name}” is not one character of “{template}”; {there} can speak in it.")
    raise ParlanceError(f"Who speaks in “{template}” is not clear; {there} can: name one as the character.")


def _strip(sequencer: Any, request: dict[str, Any]) -> Any:
    try:
        strip = strips.add(sequencer, request["audio"], sequencer.frame_start)
    except RuntimeError as error:
        raise ParlanceError(f"Blender cannot read “{Path(request['audio']).name}”; convert it to WAV or FLAC.") from error
    if request["text"]:
        strip.parlance.text, strip.parlance.language = request["text"], request["language"]
    return strip


def _directed(own: Direction, asked: dict[str, Any]) -> Direction:
    """What the list moves, on top of how the template's character is directed."""
    default = asdict(Direction())
    return replace(own, **{name: value for name, value in asked.items() if value != default[name]})


def _generate(scene: Any, sequencer: Any, character: characters.Character, strip: Any, request: dict[str, Any]) -> None:
    heard = performance_file.from_bytes(Path(request["heard"]).read_bytes())
    alignment = wordings.align(heard, wordings.of(None, strip))
    listens = excerpt.ALL if request["channel"] is None else replace(excerpt.ALL, channel=request["channel"])
    planned = plan.plan(scene, sequencer, character, strip, plan.Request(heard=alignment.settled(), listens=listens))
    planned = replace(planned, alignment=alignment)
    finish.finish(planned, perform.perform(planned))
