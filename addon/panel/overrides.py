# SPDX-License-Identifier: GPL-3.0-or-later
"""Library overrides of linked characters, in their place in the scene, shape keys included, so that they can be animated here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import bpy

from ...inference.errors import ParlanceError
from ..character import characters, hierarchy


def make(context: bpy.types.Context, character: characters.Character | None) -> None:
    """Override a whole character, and select it. Raises ParlanceError where Blender cannot."""
    assert character is not None
    root = character.root
    if root.library is not None:
        root = _override_hierarchy(context, root)
    if root.override_library is not None:
        root.override_library.is_system_override = False
    override_shapes(hierarchy.members(root))
    context.view_layer.objects.active = root
    root.select_set(True)


def override_shapes(meshes: Iterable[Any]) -> None:
    """Blender's own override of a hierarchy leaves the meshes linked, and the shape keys with them."""
    for mesh in list(meshes):
        if mesh.data.shape_keys and not mesh.data.is_editable and mesh.data.override_create(remap_local_usages=True) is None:
            raise ParlanceError(f"Blender cannot override the mesh “{mesh.data.name}”; make it local to animate it.")


def _override_hierarchy(context: bpy.types.Context, root: Any) -> Any:
    """The override of a linked root; all that is linked with it is overridden too."""
    holding = [each for each in bpy.data.collections if each.library and root in each.all_objects.values()]
    shown = [each for each in holding if any(each in place.children.values() for place in _places(context.scene))]
    linked = next(iter([*shown, *holding]), root)
    made = linked.override_hierarchy_create(context.scene, context.view_layer, do_fully_editable=True)
    if made is None:
        raise ParlanceError(f"Blender cannot override “{root.name}”; append the character or make it local to animate it.")
    _exchange(context.scene, linked, made)
    mine = made.all_objects if hasattr(made, "all_objects") else context.scene.objects
    return next(item for item in mine if item.override_library and item.override_library.reference == root)


def _exchange(scene: bpy.types.Scene, linked: Any, made: Any) -> None:
    """Blender puts an override beside what was linked, whose face would stay at rest in the same spot: it takes its place."""
    if isinstance(linked, bpy.types.Collection):
        homes = [place for place in _places(scene) if linked in place.children.values()]
        for place in homes:
            place.children.unlink(linked)
            if made not in place.children.values():
                place.children.link(made)
        if homes and scene.collection not in homes and made in scene.collection.children.values():
            scene.collection.children.unlink(made)
        return
    overridden = {each.override_library.reference: each for each in scene.objects if each.override_library}
    for place in list(_places(scene)):
        for each in [each for each in place.objects if each in overridden]:
            place.objects.unlink(each)
            if overridden[each] not in place.objects.values():
                place.objects.link(overridden[each])


def _places(scene: bpy.types.Scene) -> Iterator[Any]:
    """The collections of a scene that are this file's own."""
    yield scene.collection
    yield from (each for each in scene.collection.children_recursive if each.library is None and each.override_library is None)
