# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones of teeth and tongue go where the face goes that the artist has made: with changed keys of the shapes that they follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

import numpy as np

from ...inference.keying import Keys, evaluate, fit_all
from ...inference.keying.cut import as_stored, identical
from ...inference.rigging.controllers import address
from ..scene import characters, slots
from . import line_keys, sharing
from .data import Outcome

Shape: TypeAlias = tuple[int, str]
"""A shape that leads: its datablock and data path."""
Led: TypeAlias = Mapping[tuple[str, int], Sequence[tuple[Shape, float]]]
"""What each channel of a bone follows, and how far it goes for a shape at 1."""
TOLERANCE: Final = 0.01
"""Share of its way that a bone may miss."""
_seen: dict[str, bytes] = {}
"""By line: the changed keys that bones were led by last."""


def led(character: characters.Character) -> Led:
    """What bones of a character go along with: shapes of the mesh that has most of them."""
    if not character.along.active:
        return {}
    face = max(character.faces, key=lambda face: len(face.sources))
    found: dict[tuple[str, int], list[tuple[Shape, float]]] = {}
    for bone in character.along.active:
        for drive in face.rig_map.active:
            if drive.source == bone.source and drive.gain:
                shape = face.key.session_uid, face.key.key_blocks[drive.target].path_from_id("value")
                found.setdefault(address(bone.target), []).append((shape, bone.gain / drive.gain))
    return found


def followed(outcomes: list[Outcome], leads: Led) -> list[Outcome]:
    """The outcomes with bones led by what the artist has made of shapes."""
    if not leads:
        return outcomes
    shapes: dict[Shape, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.record is not None and outcome.record.edits:
            shapes.setdefault((outcome.owner, outcome.place.path), []).append(outcome)
    return [_follow(each, leads.get((each.place.path, each.place.element), ()), shapes) for each in outcomes]


def _follow(bone: Outcome, leads: Iterable[tuple[Shape, float]], shapes: Mapping[Shape, Sequence[Outcome]]) -> Outcome:
    changed = [(shape.record, gain) for at, gain in leads for shape in shapes.get(at, ()) if shape.record is not None]
    if bone.record is None or not changed or not len(bone.record.generated):
        return bone
    keys = bone.record.generated
    frames = np.arange(round(keys.frames[0]), round(keys.frames[-1]) + 1)
    values = evaluate(keys, frames)
    for record, gain in changed:
        values = values + gain * (evaluate(record.written, frames) - evaluate(record.generated, frames))
    (fitted,) = fit_all(values[:, None], float(frames[0]), tolerance=TOLERANCE * max(float(np.ptp(values)), 1e-6))
    record = sharing.rewritten(replace(bone.record, generated=as_stored(fitted)))
    return replace(bone, record=record.shown_in(bone.ranges), stands=False)


def is_behind(root: Any, line: Any) -> bool:
    """Whether the artist has changed keys that bones go along with, since they were led last."""
    character = characters.of(root)
    leads = {shape for those in led(character).values() for shape, _ in those} if character else set()
    if not leads:
        return False
    changed: list[Keys] = [
        standing
        for curves, place, record, standing in line_keys.on_line(root, line, slots.Records())
        if (curves.owner.session_uid, place.path) in leads and not identical(standing, record.written)
    ]
    now = b"".join(np.stack([keys.frames, keys.values]).tobytes() for keys in changed)
    before, _seen[line.token] = _seen.get(line.token, b""), now
    return bool(now) and now != before
