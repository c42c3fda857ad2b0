# SPDX-License-Identifier: GPL-3.0-or-later
"""Show one panel in the sidebars of several editors.

The tab has three groups in the 3D view and the sequencer: Direct, Edit and Set Up, folded into the panel with the button.
Editors of keys show what belongs to Edit alone.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from bpy.types import Panel

CATEGORY: Final = "Parlance"
MAIN_SPACES: Final = ("VIEW_3D", "SEQUENCE_EDITOR")
KEY_SPACES: Final = ("DOPESHEET_EDITOR", "GRAPH_EDITOR")
ORDER: Final = (
    *("direct", "edit", "setup"),
    *("text", "phones", "vocals", "cues", "changes", "rules", "passages", "takes", "check", "captures", "dialogue"),
    *("mapping", "own_visemes", "face_shapes", "style", "live"),
)
"""Panels of one group from top to bottom: first what an animator needs first."""
Group: TypeAlias = Literal["", "main", "direct", "edit", "setup"]


def identifier(name: str, space: str) -> str:
    """What Blender knows a panel of one space by."""
    return f"PARLANCE_PT_{name}_{space.lower()}"


def panels(name: str, base: type, group: Group, spaces: tuple[str, ...] = MAIN_SPACES, *, is_open: bool = False) -> list[type]:
    """A panel class for each space; `base` gives label, poll and draw.

    group: the panel that ours is folded into, where that space has it; is_open: whether it starts unfolded.
    """
    made = []
    for space in spaces:
        members: dict[str, Any] = {
            "__doc__": base.__doc__,
            "bl_space_type": space,
            "bl_region_type": "UI",
            "bl_category": CATEGORY,
            "bl_options": set() if is_open else {"DEFAULT_CLOSED"},
            "bl_order": ORDER.index(name) if name in ORDER else len(ORDER),
        }
        if group and space in MAIN_SPACES:
            members["bl_parent_id"] = identifier(group, space)
        made.append(type(identifier(name, space), (base, Panel), members))
    return made


def edit_panels(name: str, base: type) -> list[type]:
    """A panel of the group Edit, in the editors of keys too."""
    return panels(name, base, "edit", (*MAIN_SPACES, *KEY_SPACES))
