# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of a mesh's shapes, and which were renamed since the character first spoke."""

from __future__ import annotations

import json
from typing import Any


def of(mesh: Any) -> tuple[str, ...]:
    """The names of a mesh's shapes, the resting one left out."""
    key = mesh.data.shape_keys
    resting = key.reference_key.name  # no two shapes of a mesh have one name
    return tuple(name for name in key.key_blocks.keys() if name != resting)  # noqa: SIM118  Blender's are no dictionary


def remember(mesh: Any) -> None:
    """What the shapes are called now, and what they are known as."""
    text = json.dumps([of(mesh), known_as(mesh)], ensure_ascii=False)
    if mesh.parlance.shape_names != text:
        mesh.parlance.shape_names = text


def known_as(mesh: Any) -> tuple[str, ...]:
    """The names to recognise the shapes by: of one that was renamed since the character spoke, the first one.

    A shape is taken for a renamed one where it stands in the same place, and neither name is that of another shape.
    """
    now = of(mesh)
    called, known = _stored(mesh)
    if len(called) != len(now) or called == now == known:
        return now
    return tuple(
        was_known if name == was or (was not in now and name not in called) else name
        for name, was, was_known in zip(now, called, known, strict=True)
    )


def renamed(mesh: Any) -> dict[str, str]:
    """The names that renamed shapes were known by, and those that they have now."""
    if not mesh.parlance.shape_names:
        return {}
    return {old: new for old, new in zip(known_as(mesh), of(mesh), strict=True) if old != new}


def _stored(mesh: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the shapes were called when the character last spoke, and what they were known as; nothing where that is damaged."""
    try:
        called, known = json.loads(mesh.parlance.shape_names or "[[], []]")
        called, known = tuple(map(str, called)), tuple(map(str, known))
    except (ValueError, TypeError, RecursionError):
        return (), ()
    return (called, known) if len(called) == len(known) else ((), ())
