# SPDX-License-Identifier: GPL-3.0-or-later
"""The slider that opens the syllable at the playhead: one handle over the jaw, the lips and what closes them."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import FloatProperty

from ..generate import live
from ..panel.selection import line_here
from ..planning import syllables
from ..properties import retouch_properties


def draw(layout: bpy.types.UILayout, context: bpy.types.Context, entry: Any) -> None:
    """The handle, called after the sounds it opens; nothing where nobody speaks."""
    said = syllables.here(entry)
    if said is not None:
        layout.prop(context.scene, "parlance_opening", text=f"Open “{said[1]}”", slider=True)


def _get(_scene: Any) -> float:
    found = line_here(bpy.context)
    entry = retouch_properties.of(*found) if found is not None else None
    return syllables.amount_here(entry) if entry is not None else 1.0


def _set(_scene: Any, amount: float) -> None:
    found = line_here(bpy.context)
    if found is not None and syllables.open_here(retouch_properties.ensured(*found), amount):
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
