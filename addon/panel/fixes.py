# SPDX-License-Identifier: GPL-3.0-or-later
"""One click against each obstacle: the least change that lets the face move, and nothing that loses the artist's work."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import bpy

from ...inference.errors import ParlanceError
from .. import preferences
from ..animation import actions, curve_modifiers, slots
from ..character import characters, hierarchy
from ..lines import clearing
from ..sequencer import strips
from . import character_box, overrides, shared_meshes
from .face_obstacles import drawings_of
from .readiness import Readiness

DRAWINGS: Final = {6: "switch_vowels", 9: "switch_rhubarb", 10: "switch_blair"}
"""Sets of mouth drawings by how many they are."""


def fix(code: str, context: bpy.types.Context, readiness: Readiness) -> None:
    """Remove every obstacle of one kind. Raises ParlanceError where there is none, or where Blender will not allow it."""
    mended = {each for obstacle in readiness.obstacles for each in (obstacle.code, *(other for other, _ in obstacle.others))}
    if code not in mended:
        raise ParlanceError(f"“{code}” is nothing that stands in the way here; the Parlance panel shows what does.")
    if code in FIXES:
        FIXES[code](context, readiness)
    elif readiness.character is not None and code in FACE_FIXES:
        for face in readiness.character.faces:
            FACE_FIXES[code](face)


def _make_relative(face: characters.Face) -> None:
    face.key.use_relative = True


def _mute_drivers(face: characters.Face) -> None:
    """Muted, not removed: the artist may want them back."""
    paths = _paths(face)
    for driver in face.key.animation_data.drivers if face.key.animation_data else ():
        if driver.data_path in paths:
            driver.mute = True


def _unmute_shapes(face: characters.Face) -> None:
    for target in face.targets:
        face.key.key_blocks[target].mute = False


def _unmute_curves(face: characters.Face) -> None:
    sheet, paths = slots.existing(face.key), _paths(face)
    for curve in sheet.bag.fcurves if sheet and sheet.bag else ():
        if curve.data_path in paths:
            curve.mute = False
            if curve.group:
                curve.group.mute = False


def _mute_modifiers(face: characters.Face) -> None:
    sheet, paths = slots.existing(face.key), _paths(face)
    for curve in sheet.bag.fcurves if sheet and sheet.bag else ():
        for modifier in curve_modifiers.acting(curve) if curve.data_path in paths else ():
            modifier.mute = True


def _show_all_shapes(face: characters.Face) -> None:
    for mesh in face.meshes:
        mesh.show_only_shape_key = False


def _leave_action(face: characters.Face) -> None:
    """The old action is kept in the file, and its place is free for a new one."""
    data = face.key.animation_data
    if not data or not data.action:
        return
    actions.localise(data)
    if not slots.written_by_us(data.action):
        actions.release(data)


def _assign_slot(face: characters.Face) -> None:
    data = face.key.animation_data
    if data and data.action and data.action_slot is None:
        data.action_slot, _ = actions.fitting_slot(data.action, face.key, face.meshes[0].name)


def _let_action_show(face: characters.Face) -> None:
    data = face.key.animation_data
    if data is None:
        return
    data.use_tweak_mode = False
    for track in data.nla_tracks:
        track.is_solo = False
    data.action_influence = 1.0
    data.action_blend_type = "REPLACE"


FACE_FIXES: Final[dict[str, Callable[[characters.Face], None]]] = {
    "absolute_keys": _make_relative,
    "driven": _mute_drivers,
    "muted_shape": _unmute_shapes,
    "muted_curve": _unmute_curves,
    "modified_curve": _mute_modifiers,
    "pinned_shape": _show_all_shapes,
    "other_action": _leave_action,
    "linked_action": _leave_action,
    "no_slot": _assign_slot,
    "nla": _let_action_show,
}
"""What is mended on each face of the character."""


def _paths(face: characters.Face) -> set[str]:
    return {face.key.key_blocks[target].path_from_id("value") for target in face.targets}


def _open(context: bpy.types.Context, readiness: Readiness) -> None:
    """Use the shape that looks like an opener, else ask for it."""
    assert readiness.character is not None
    offered = character_box.of(readiness.character).of("Opens").offered
    if offered is None:
        bpy.ops.parlance.map_choose("INVOKE_DEFAULT", role="Opens")
    else:
        bpy.ops.parlance.map_use(target=offered.target)


def _make_own(_context: bpy.types.Context, readiness: Readiness) -> None:
    assert readiness.character is not None
    shared_meshes.make_own(readiness.character)


def _clear_unlocked(_context: bpy.types.Context, readiness: Readiness) -> None:
    assert readiness.character is not None
    clearing.clear_unlocked(readiness.character.root)


def _make_shapes(context: bpy.types.Context) -> None:
    if context.mode != "OBJECT":
        raise ParlanceError("Face shapes are made in Object Mode; leave the mode that you are in first.")
    try:
        bpy.ops.parlance.make_face_shapes()
    except RuntimeError as refusal:  # what it told the artist, who pressed another button
        raise ParlanceError(str(refusal).removeprefix("Error: ").strip()) from refusal


def _use_drawings(context: bpy.types.Context) -> None:
    """Let the property choose; which set of drawings it has is told by how far it goes, else asked for."""
    selected = context.view_layer.objects.active
    target = drawings_of(selected)
    highest = selected.id_properties_ui(target[2:-2]).as_dict().get("max", 0)
    drawings = DRAWINGS.get(int(highest) + 1)
    if drawings is None:
        bpy.ops.parlance.map_switch("INVOKE_DEFAULT", target=target)
    else:
        bpy.ops.parlance.map_switch(drawings=drawings, target=target)


def _animate_all(context: bpy.types.Context) -> None:
    for mesh in hierarchy.members(hierarchy.body_of(context.view_layer.objects.active)):
        mesh.parlance.included = True


def _make_real(context: bpy.types.Context) -> None:
    """The objects of a collection that an empty shows, as overrides where they are linked; the speaking one is selected."""
    empty = context.view_layer.objects.active
    before = set(context.scene.objects)
    if empty.instance_collection.library is None:
        with context.temp_override(active_object=empty, selected_objects=[empty], object=empty):
            bpy.ops.object.duplicates_make_real(use_base_parent=False, use_hierarchy=True)
    else:
        collection = empty.instance_collection
        if collection.override_hierarchy_create(context.scene, context.view_layer, do_fully_editable=True) is None:
            raise ParlanceError(f"Blender cannot override “{collection.name}”; append the character to animate it.")
        bpy.data.objects.remove(empty)
    context.view_layer.update()
    overrides.override_shapes(each for each in context.scene.objects if each not in before and each.type == "MESH")
    made = [each for each in context.scene.objects if each not in before]
    speaking = next((found for each in made if (found := characters.of(each)) is not None and found.speaks), None)
    if speaking is not None:
        context.view_layer.objects.active = speaking.body
        speaking.body.select_set(True)


def _extend_scene(context: bpy.types.Context, readiness: Readiness) -> None:
    sequencer = strips.sequencer(context)
    context.scene.frame_end = math.ceil(strips.placement(readiness.strip, sequencer).end * strips.rate(context.scene))


FIXES: Final[dict[str, Callable[[bpy.types.Context, Readiness], object]]] = {
    "end": _extend_scene,
    "linked": lambda context, ready: overrides.make(context, ready.character),
    "no_opener": _open,
    "no_shapes": lambda context, _: _make_shapes(context),
    "left_out": lambda context, _: _animate_all(context),
    "instance": lambda context, _: _make_real(context),
    "drawings": lambda context, _: _use_drawings(context),
    "reversed": lambda *_: bpy.ops.parlance.map_repair(),
    "shared": _make_own,
    "left_keys": _clear_unlocked,
    "layers": lambda *_: bpy.ops.parlance.map_drawings(),
    "controls": lambda *_: bpy.ops.parlance.map_controllers(),
    "model": lambda *_: bpy.ops.preferences.addon_show(module=preferences.PACKAGE),
}
"""What is mended once."""
