# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks: emotion, arousal and blinks as keyed properties of the character, and what an artist changed in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.animation import Animation
from ...inference.direction import Direction
from ...inference.keying import Keys, Record, evaluate, fitting, merged
from ...inference.keying.cut import as_stored, same, shifted
from ...inference.tracks import Tracks
from ..animation import fcurves, slots, stored
from ..properties.properties import BLINK_TRACKS, EMOTION_TRACKS
from . import lines

NAMES: Final = (*EMOTION_TRACKS, "arousal", *BLINK_TRACKS)

Edits: TypeAlias = Mapping[str, tuple[Record, Keys]]
"""The tracks an artist changed: what we remember of each, and the keys that are there now."""


def path_of(name: str) -> str:
    """The data path of a track on the character's root."""
    return f"parlance_tracks.{name}"


def edits(root: Any, line: Any, shift: lines.Shift) -> Edits:
    """The tracks that an artist changed within a line, as they will be once it has followed its strip. Main thread."""
    curves = slots.existing(root)
    if curves is None:
        return {}
    records, ranges = slots.Records().of(curves.action), lines.owned(line)
    changed = {}
    for name in NAMES:
        record = records.get(curves.place(line.token, path_of(name)))
        if record is None:
            continue
        theirs = fcurves.read(fcurves.find(curves.bag, path_of(name)), record.among(ranges))
        if record.edits or (len(theirs) and not same(record.written, theirs)):
            moved = as_stored(shifted(theirs, shift.offset, shift.scale))
            changed[name] = (record.shifted(shift.offset, shift.scale), moved)
    return changed


def touched(curves: slots.SlotCurves, line: Any, records: Mapping[stored.Place, Record]) -> bool:
    """Whether the tracks of a line no longer stand as they were written."""
    ranges = lines.owned(line)
    for name in NAMES:
        curve = fcurves.find(curves.bag, path_of(name))
        record = records.get(curves.place(line.token, path_of(name)))
        if curve is not None and record is not None and not same(record.written, fcurves.read(curve, record.among(ranges))):
            return True
    return False


def edited(animation: Animation, changes: Edits, direction: Direction, first: int) -> Tracks:
    """The tracks with the artist's changes carried over to what is generated now."""
    names, values = values_of(animation)
    columns = {name: values[:, at] for at, name in enumerate(names)}
    frames = first + np.arange(len(values))
    for name, (record, theirs) in changes.items():
        ours = as_stored(fitting.fit_keys([fitting.Wish(columns[name])], first, direction)[0])
        columns[name] = evaluate(merged.merged(record, ours, theirs).written, frames).astype(np.float32)

    def given(group: Sequence[str]) -> NDArray[np.float32] | None:
        return np.column_stack([columns[name] for name in group]) if any(name in changes for name in group) else None

    return Tracks(given(EMOTION_TRACKS), columns["arousal"] if "arousal" in changes else None, given(BLINK_TRACKS))


def part_of(name: str) -> str:
    """Which part of the face a track moves: a key of `joins.SETTLING`."""
    return "lids" if name in BLINK_TRACKS else "face"


def values_of(animation: Animation) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """The tracks of an animation: their names, and float32[F, tracks]."""
    return NAMES, np.column_stack((animation.emotion, animation.arousal, animation.blink))
