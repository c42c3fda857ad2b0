# SPDX-License-Identifier: GPL-3.0-or-later
"""One panel in every sidebar where an animator may want it."""

from __future__ import annotations

from typing import Any, Final

from bpy.types import Panel

PARENTS: Final = {
    "VIEW_3D": "PARLANCE_PT_main_view_3d",
    "SEQUENCE_EDITOR": "PARLANCE_PT_main_sequence_editor",
    "DOPESHEET_EDITOR": "",
    "GRAPH_EDITOR": "",
}
"""The editors, and the panel there that ours is folded into."""


def everywhere(name: str, base: type) -> list[type]:
    """A panel class for each editor; `base` gives label, poll and draw."""
    made = []
    for space, parent in PARENTS.items():
        members: dict[str, Any] = {
            "__doc__": base.__doc__,
            "bl_space_type": space,
            "bl_region_type": "UI",
            "bl_category": "Parlance",
            "bl_options": {"DEFAULT_CLOSED"},
        }
        if parent:
            members["bl_parent_id"] = parent
        made.append(type(f"PARLANCE_PT_{name}_{space.lower()}", (base, Panel), members))
    return made
