# SPDX-License-Identifier: GPL-3.0-or-later
"""The box above the button where something is odd: no opener, a dead one, driven shapes, two families, three meshes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import bpy
import numpy as np
from stage import from_the_front, head_added, looked_at, voice_added
from window import picture, show_tab, view


def visit() -> Iterator[None]:
    """One picture a character, before anything is clicked."""
    for name, spoil in ODD.items():
        yield from head_added()
        root = next(thing for thing in bpy.data.objects if thing.type == "EMPTY" or thing.children)
        face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
        if bpy.context.scene.sequence_editor is None or not bpy.context.scene.sequence_editor.strips:
            voice_added()
        spoil(root, face)
        bpy.ops.object.select_all(action="DESELECT")
        for thing in root.children:
            thing.select_set(True)
        from_the_front()
        root.select_set(True)
        bpy.context.view_layer.objects.active = face
        area = looked_at(0.9)
        yield
        show_tab(view()["area"])
        area.tag_redraw()
        for _ in range(4):
            yield
        yield from picture(f"odd_{name}")


def _without_opener(root: bpy.types.Object, face: bpy.types.Object) -> None:
    for child in root.children:
        if child.data.shape_keys and "jawOpen" in child.data.shape_keys.key_blocks:
            child.shape_key_remove(child.data.shape_keys.key_blocks["jawOpen"])


def _with_dead_opener(root: bpy.types.Object, face: bpy.types.Object) -> None:
    for child in root.children:
        if child.data.shape_keys and "jawOpen" in child.data.shape_keys.key_blocks:
            rest = np.empty(3 * len(child.data.vertices), np.float32)
            child.data.shape_keys.reference_key.points.foreach_get("co", rest)
            child.data.shape_keys.key_blocks["jawOpen"].points.foreach_set("co", rest)


def _driven(root: bpy.types.Object, face: bpy.types.Object) -> None:
    root["jaw"] = 0.0
    for child in root.children:
        if child.data.shape_keys and "jawOpen" in child.data.shape_keys.key_blocks:
            driver = child.data.shape_keys.key_blocks["jawOpen"].driver_add("value").driver
            variable = driver.variables.new()
            variable.name, variable.targets[0].id, variable.targets[0].data_path = "jaw", root, '["jaw"]'
            driver.expression = "jaw"


def _doubled(root: bpy.types.Object, face: bpy.types.Object) -> None:
    keys = face.data.shape_keys
    moves = {}
    rest = np.empty(3 * len(face.data.vertices), np.float32)
    keys.reference_key.points.foreach_get("co", rest)
    for name in ("jawOpen", "mouthPucker", "mouthFunnel", "mouthClose"):
        moves[name] = np.empty_like(rest)
        keys.key_blocks[name].points.foreach_get("co", moves[name])
        moves[name] -= rest
    made = {
        "viseme_aa": 0.6 * moves["jawOpen"],
        "viseme_O": 0.3 * moves["jawOpen"] + 0.6 * moves["mouthFunnel"],
        "viseme_U": 0.8 * moves["mouthPucker"],
        "viseme_PP": 0.1 * moves["mouthPucker"],
    }
    for name, move in made.items():
        key = face.shape_key_add(name=name, from_mix=False)
        key.points.foreach_set("co", rest + move)
        key.value = 0.0


def _in_three_meshes(root: bpy.types.Object, face: bpy.types.Object) -> None:
    heights = np.array([vertex.co.z for vertex in face.data.vertices])
    low, high = np.quantile(heights, [0.45, 0.7])
    for keep in (heights < low, (heights >= low) & (heights < high)):
        part = face.copy()
        part.data = face.data.copy()
        bpy.context.scene.collection.objects.link(part)
        part.parent, part.matrix_parent_inverse = root, face.matrix_parent_inverse
        _cut(part, keep)
    _cut(face, heights >= high)


def _cut(mesh: bpy.types.Object, keep: np.ndarray) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    mesh.select_set(True)
    bpy.context.view_layer.objects.active = mesh
    with bpy.context.temp_override(**view()):
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.mesh.select_all(action="DESELECT")
        bpy.ops.object.mode_set(mode="OBJECT")
        mesh.data.vertices.foreach_set("select", ~keep)
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.mesh.delete(type="VERT")
        bpy.ops.object.mode_set(mode="OBJECT")


ODD: dict[str, Callable[[bpy.types.Object, bpy.types.Object], None]] = {
    "no_opener": _without_opener,
    "dead_opener": _with_dead_opener,
    "driven": _driven,
    "two_families": _doubled,
    "three_meshes": _in_three_meshes,
}
