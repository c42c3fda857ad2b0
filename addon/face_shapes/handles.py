# SPDX-License-Identifier: GPL-3.0-or-later
"""Landmarks as empties in the viewport: shown, moved by the artist, read back, taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import bpy
import numpy as np
from mathutils import Vector

from ...head.fields import Array
from ...inference.errors import ParlanceError
from ..character import hierarchy

LANDMARK: Final = "parlance_landmark"
"""Custom property of an empty: the name of its landmark."""
PROPOSED: Final = "parlance_proposed"
"""Custom property of an empty: where it was put, in its parent's space."""
COLLECTION: Final = "Parlance Landmarks"
_SIZE: Final = 0.035
"""Of the distance from nose to chin."""


def shown(selected: Any) -> tuple[Any, ...]:
    """The handles of the character that an object belongs to."""
    body = hierarchy.body_of(selected)
    family = {body, *hierarchy.members(body)}
    return tuple(each for each in bpy.data.objects if LANDMARK in each and each.parent in family)


def show(owner: Any, marks: Mapping[str, Array]) -> None:
    """Put a handle at each landmark, in the place of those that were shown before."""
    hide(owner)
    scene = bpy.context.scene
    collection = bpy.data.collections.get(COLLECTION)
    if collection is None or collection.library is not None:
        collection = bpy.data.collections.new(COLLECTION)
    if collection.name not in scene.collection.children:
        scene.collection.children.link(collection)
    size = _SIZE * float(np.linalg.norm(marks["nose_tip"] - marks["chin"]))
    into = owner.matrix_world.inverted_safe()
    for name, point in marks.items():
        handle = bpy.data.objects.new(f"Landmark {name.replace('_', ' ')}", None)
        handle.empty_display_type, handle.empty_display_size = "SPHERE", size / max(owner.matrix_world.median_scale, 1e-9)
        handle.show_in_front = True
        handle.parent = owner
        handle.location = into @ Vector(point)
        handle[LANDMARK], handle[PROPOSED] = name, list(handle.location)
        collection.objects.link(handle)
    bpy.context.view_layer.update()


def places(handles: Sequence[Any]) -> dict[str, Array]:
    """Where handles are now, in the world."""
    return {handle[LANDMARK]: np.array(handle.matrix_world.translation) for handle in handles}


def proposed(handles: Sequence[Any]) -> dict[str, Array]:
    """Where they were put, in the world. Raises ParlanceError where one lost what it stands on."""
    found = {}
    for handle in handles:
        if PROPOSED not in handle or handle.parent is None:
            raise ParlanceError(f"“{handle.name}” lost its face; show the landmarks again.")
        found[handle[LANDMARK]] = np.array(handle.parent.matrix_world @ Vector(handle[PROPOSED]))
    return found


def hide(selected: Any) -> int:
    """Take the handles of a character away; returns how many."""
    handles = shown(selected)
    for handle in handles:
        bpy.data.objects.remove(handle)
    collection = bpy.data.collections.get(COLLECTION)
    if collection is not None and not len(collection.objects) and collection.library is None:
        bpy.data.collections.remove(collection)
    return len(handles)
