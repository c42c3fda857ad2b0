# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of a mesh's shapes, and which were renamed since the character last spoke."""

from __future__ import annotations

import json
from typing import Any


def of(mesh: Any) -> tuple[str, ...]:
    """The names of a mesh's shapes, the resting one left out."""
    key = mesh.data.shape_keys
    return tuple(block.name for block in key.key_blocks if block != key.reference_key)


def remember(mesh: Any) -> None:
    """What the shapes are called now."""
    names = json.dumps(of(mesh), ensure_ascii=False)
    if mesh.parlance.shape_names != names:
        mesh.parlance.shape_names = names


def renamed(mesh: Any) -> dict[str, str]:
    """Shapes that have another name than when the character last spoke: the old names and the new ones.

    A shape is taken for a renamed one where it stands in the same place, and neither name is that of another shape.
    """
    if not mesh.parlance.shape_names:
        return {}
    try:
        before = json.loads(mesh.parlance.shape_names)
    except (ValueError, RecursionError):
        return {}
    now = of(mesh)
    if not isinstance(before, list) or len(before) != len(now) or tuple(before) == now:
        return {}
    return {str(old): new for old, new in zip(before, now, strict=True) if old != new and old not in now and new not in before}


def known_as(mesh: Any) -> tuple[str, ...]:
    """The names to recognise the shapes by: of one that was renamed since the character spoke, the old one."""
    old_names = {new: old for old, new in renamed(mesh).items()}
    return tuple(old_names.get(name, name) for name in of(mesh))
