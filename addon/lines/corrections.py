# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist has made of the sounds of a character's lines, shape by shape: rules are learned from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...inference import learning
from ...inference.keying import Keys, noticed
from ...inference.keying.cut import select
from ...inference.keying.ranges import holds
from ...inference.learning import Correction, CurveEdit
from ...inference.learning.classes import base_of, shapes_of
from ...inference.rigging.controllers import address
from ...inference.rigging.rig_map import Drive, RigMap
from ..animation import fcurves, slots
from ..character import characters
from ..properties import retouch_properties
from ..sequencer import strips
from . import line_keys, lines, retouching


@dataclass(frozen=True)
class Shown:
    """What a curve shows: value = gain * weight + offset of one ARKit shape, or of both sides of a pair."""

    shapes: tuple[str, ...]
    gain: float
    offset: float


def corrected(root: Any) -> dict[str, list[Correction]]:
    """What the artist has made of the sounds of each line of a character, by the line's token."""
    character = characters.of(root)
    if character is None:
        return {}
    edits = _edits(root, character)
    heard = [line for line in root.parlance.lines if line.performance and lines.readable(line)]
    return {line.token: _of_line(root, line, edits.get(line.token, []), number) for number, line in enumerate(heard)}


def _of_line(root: Any, line: Any, edits: list[CurveEdit], number: int) -> list[Correction]:
    if not edits:
        return []
    entry = retouch_properties.of(root, line)
    phones = retouching.phones_of(entry) if entry is not None else ()
    fps = line.fps or strips.rate(lines.scene_of(line))
    first, lead = lines.span_of(line, fps).first, line.direction.lead
    return learning.corrections(edits, phones, learning.Clock(first, fps, lead), gesture=number * 1_000_000)


def _edits(root: Any, character: characters.Character) -> dict[str, list[CurveEdit]]:
    """What the artist has changed of each line, by its token. A curve is read once for all lines: that is the slow part."""
    shown, owned, records = _paths(character), line_keys.owned(root), slots.Records()
    found: dict[str, list[CurveEdit]] = {}
    for curves in line_keys.slot_curves(root):
        standing: dict[tuple[str, int], Keys] = {}
        for place, record in records.at(curves).items():
            at, shape = (place.path, place.element), shown.get((curves.owner, place.path, place.element))
            curve = curves.find(place) if shape is not None and place.line in owned else None
            if shape is None or curve is None:
                continue
            if at not in standing:
                standing[at] = fcurves.read(curve)
            keys = standing[at]
            mine = select(keys, holds(record.among(owned[place.line]), keys.frames))
            edits = (CurveEdit(shape.shapes, edit, shape.gain, shape.offset) for edit in noticed(record, mine))
            found.setdefault(place.line, []).extend(edits)
    return found


def _paths(character: characters.Character) -> dict[tuple[Any, str, int], Shown]:
    """Which ARKit shapes each curve shows, of the face that has most of them and of the bones; others follow those.

    A curve that several shapes move, or a viseme, says nothing about a single one.
    """
    found: dict[tuple[Any, str, int], Shown] = {}
    lead = max(character.faces, key=lambda face: len(face.sources), default=None)
    if lead is not None:
        for target, shown in _shown(lead.rig_map).items():
            block = lead.key.key_blocks.get(target)
            if block is not None:
                found[lead.key, str(block.path_from_id("value")), 0] = shown
    for target, shown in _shown(character.controls).items():
        path, element = address(target)
        found[character.body, path, element] = shown
    return found


def _shown(rig_map: RigMap) -> dict[str, Shown]:
    by_target: dict[str, list[Drive]] = {}
    for drive in rig_map.active:
        by_target.setdefault(drive.target, []).append(drive)
    found = {}
    for target, drives in by_target.items():
        sources, gain = {drive.source for drive in drives}, sum(drive.gain for drive in drives)
        bases = {base_of(source) for source in sources}
        if len(bases) == 1 and abs(gain) > 1e-6 and sources <= set(shapes_of(next(iter(bases)))):
            found[target] = Shown(tuple(sorted(sources)), gain, sum(drive.offset for drive in drives))
    return found


def spoken(root: Any) -> dict[str, int]:
    """How often each phone is spoken in all lines of a character."""
    counted: dict[str, int] = {}
    for line in root.parlance.lines:
        entry = retouch_properties.of(root, line)
        for phone in retouching.phones_of(entry) if entry is not None else ():
            if phone.symbol != "sil":
                counted[phone.symbol] = counted.get(phone.symbol, 0) + 1
    return counted
