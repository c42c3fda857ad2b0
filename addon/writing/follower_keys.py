# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of follower bones (teeth, tongue) move with what the artist has changed in keys of the shapes that they follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

import numpy as np

from ...inference.keying import Keys, evaluate, fit_all
from ...inference.keying.cut import as_stored, identical
from ...inference.rigging.controllers import address
from ..animation import slots
from ..character import characters
from ..lines import line_keys
from ..lines.curve_outcome import Outcome
from . import main_mesh

Shape: TypeAlias = tuple[int, str]
"""A shape that bones follow: its datablock and data path."""
Leaders: TypeAlias = Mapping[tuple[str, int], Sequence[tuple[Shape, float]]]
"""The shapes that each channel of a bone follows, and how far it goes for a shape at 1."""
TOLERANCE: Final = 0.01
"""Share of its way that a bone may miss."""
_changes_followed: dict[tuple[int, str], bytes] = {}
"""By object and line, where there are any: the changed keys that bones followed last. Another file's objects are others."""


def leaders(character: characters.Character) -> Leaders:
    """The shapes that bones of a character follow: those of the mesh that has most of them."""
    if not character.followers.active:
        return {}
    face = max(character.faces, key=lambda face: len(face.sources))
    found: dict[tuple[str, int], list[tuple[Shape, float]]] = {}
    for bone in character.followers.active:
        for drive in face.rig_map.active:
            if drive.source == bone.source and drive.gain:
                shape = face.key.session_uid, face.key.key_blocks[drive.target].path_from_id("value")
                found.setdefault(address(bone.target), []).append((shape, bone.gain / drive.gain))
    return found


def with_followers(outcomes: list[Outcome], leads: Leaders) -> list[Outcome]:
    """The outcomes with keys of follower bones moved by as much as the artist has changed the shapes that they follow."""
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
    record = main_mesh.rewritten(replace(bone.record, generated=as_stored(fitted)))
    return replace(bone, record=record.shown_in(bone.ranges), stands=False)


def is_behind(root: Any, line: Any) -> bool:
    """Whether the artist has changed keys of shapes that bones follow, since the bones were keyed last."""
    character = characters.of(root)
    leads = {shape for those in leaders(character).values() for shape, _ in those} if character else set()
    if not leads:
        return False
    changed: list[Keys] = [
        standing
        for curves, place, record, standing in line_keys.on_line(root, line, slots.Records())
        if (curves.owner.session_uid, place.path) in leads and not identical(standing, record.written)
    ]
    now = b"".join(np.stack([keys.frames, keys.values]).tobytes() for keys in changed)
    which = root.session_uid, line.token
    before = _changes_followed.pop(which, b"")
    if now:
        _changes_followed[which] = now
    return bool(now) and now != before
