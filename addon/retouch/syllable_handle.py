# SPDX-License-Identifier: GPL-3.0-or-later
"""The slider that opens the syllable at the playhead: one handle over the jaw, the lips and what closes them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import bpy
from bpy.props import FloatProperty

from ...inference.errors import ParlanceError
from .. import preferences
from ..generate import live
from ..lines import lines, retouching
from ..panel.selection import line_here
from ..properties import override_rows, retouch_properties
from ..sequencer import strips

SAME: Final = 0.05
"""Seconds by which a vowel may have moved and still be the one that was opened."""


def draw(layout: bpy.types.UILayout, context: bpy.types.Context, entry: Any) -> None:
    """The handle, called after the sounds it opens; nothing where nobody speaks."""
    said = _here(entry)
    if said is not None:
        layout.prop(context.scene, "parlance_opening", text=f"Open “{said[1]}”", slider=True)


def _here(entry: Any) -> tuple[float, str] | None:
    """The syllable at the playhead: the middle of its first vowel, and its sounds for people. None where nobody speaks."""
    from ...inference.learning.syllables import syllable_at

    line = retouch_properties.line_of(entry)
    if line is None or not lines.readable(line):
        return None
    scene = bpy.context.scene
    first, rate = lines.span_of(line, strips.rate(scene)).first, strips.rate(scene)
    phones = retouching.phones_of(entry)
    found = syllable_at(phones, (scene.frame_current_final - first) / rate + line.direction.lead)
    if found is None:
        return None
    vowel = phones[found[0]]
    around = phones[max(found[0] - 1, 0) : found[1] + 2]
    sounds = (preferences.phone_name(phone.symbol) for phone in around if phone.symbol != "sil")
    return (vowel.start + vowel.end) / 2, " ".join(sounds)


def _amount(entry: Any) -> float:
    """How far the syllable at the playhead opens, 1 as heard."""
    found = _here(entry)
    known = _at(entry, found[0]) if found is not None else None
    return float(known.amount) if known is not None else 1.0


def _open(entry: Any, amount: float) -> bool:
    """Open the syllable at the playhead otherwise; False where there is none."""
    found = _here(entry)
    if found is None:
        return False
    known = _at(entry, found[0])
    if abs(amount - 1.0) < 1e-4:
        if known is not None:
            known.amount = 1.0
            with suppress(ParlanceError):  # one that another file lists stays, and opens nothing
                override_rows.take_out(entry.openings, list(entry.openings).index(known))
        return True
    known = known or override_rows.add(entry.openings)
    known.time, known.amount = found[0], amount
    return True


def _at(entry: Any, time: float) -> Any | None:
    return next((each for each in entry.openings if abs(each.time - time) < SAME), None)


def _get(_scene: Any) -> float:
    found = line_here(bpy.context)
    entry = retouch_properties.of(*found) if found is not None else None
    return _amount(entry) if entry is not None else 1.0


def _set(_scene: Any, amount: float) -> None:
    found = line_here(bpy.context)
    if found is not None and _open(retouch_properties.ensured(*found), amount):
        live.rebuild_or_tell(*found)


def register() -> None:
    """Give scenes the handle: on a scene a drag of it is one step to undo, and no override has it (docs/architecture.md)."""
    bpy.types.Scene.parlance_opening = FloatProperty(
        name="Open Syllable",
        description="How far the mouth opens on the syllable at the playhead: jaw and lips together; closures stay closed",
        min=0.0,
        max=2.0,
        step=5,
        precision=2,
        get=_get,
        set=_set,
        options=set(),
    )


def unregister() -> None:
    """Take it away."""
    del bpy.types.Scene.parlance_opening
