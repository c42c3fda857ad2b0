# SPDX-License-Identifier: GPL-3.0-or-later
"""The slider that opens the syllable at the playhead: one handle over the jaw, the lips and what closes them."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import FloatProperty

from ..generate import live, syllables
from ..panel.selection import line_here
from ..scene import retouch_properties


def draw(layout: bpy.types.UILayout, root: Any, entry: Any) -> None:
    """The handle, called after the sounds it opens; nothing where nobody speaks."""
    said = syllables.here(entry)
    if said is not None:
        layout.prop(root, "parlance_opening", text=f"Open “{said[1]}”", slider=True)


def _entry(root: Any) -> Any | None:
    """The retouching of the line in hand, if it is this character's."""
    found = line_here(bpy.context)
    return retouch_properties.ensured(*found) if found is not None and found[0] == root else None


def _get(root: Any) -> float:
    if root.library is not None or (root.override_library is not None and root.override_library.reference is not None):
        return 1.0  # Blender reads every property while it makes and checks overrides; what it shows then is no use to anybody
    entry = _entry(root)
    return syllables.amount_here(entry) if entry is not None else 1.0


def _set(root: Any, amount: float) -> None:
    entry = _entry(root)
    found = line_here(bpy.context)
    if entry is not None and found is not None and syllables.open_here(entry, amount):
        live.rebuild_or_tell(*found)


def register() -> None:
    """Give objects the handle: on an object, so that a drag of it is one step to undo."""
    bpy.types.Object.parlance_opening = FloatProperty(
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
    del bpy.types.Object.parlance_opening
