# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's own visemes: taken from the face as it is or from an action, shown, forgotten."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty, FloatProperty, StringProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ..character import characters, hierarchy, viseme_poses
from ..panel.operator_base import UNDOABLE, attempt

VISEMES: Final = (
    ("pose_sil", "Rest", "silence"), ("pose_PP", "PP", "p, b, m"), ("pose_FF", "FF", "f, v"), ("pose_TH", "TH", "th"),
    ("pose_DD", "DD", "t, d"), ("pose_kk", "kk", "k, g, ng"), ("pose_CH", "CH", "sh, ch, j"), ("pose_SS", "SS", "s, z"),
    ("pose_nn", "nn", "n, l"), ("pose_RR", "RR", "r"), ("pose_aa", "aa", "a as in father"), ("pose_E", "E", "e as in bed"),
    ("pose_I", "I", "ee as in see"), ("pose_O", "O", "o as in go"), ("pose_U", "U", "oo as in too"),
)  # fmt: skip
"""Identifier, label and sounds, in the order of the panel: inference.rigging.visemes.OWN."""
NOT_MOUTH: Final = frozenset({"eyes", "brows"})


def here(context: bpy.types.Context) -> characters.Character:
    """The selected character. Raises ParlanceError where there is none."""
    character = characters.of(context.view_layer.objects.active)
    if character is None:
        raise ParlanceError("Select the character first.")
    return character


def meshes_of(character: characters.Character) -> list[Any]:
    """Its meshes, also those that nothing moves yet."""
    return list(hierarchy.members(character.body))


class _OnCharacter:
    """An operator on the selected character."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where something is selected that can be posed."""
        active = context.view_layer.objects.active
        return active is not None and active.type in {"MESH", "ARMATURE"} and active.is_editable


class PARLANCE_OT_viseme_capture(_OnCharacter, Operator):
    """Take the face as it is posed now for this viseme. Shapes of eyes and brows are left out."""

    bl_idname = "parlance.viseme_capture"
    bl_label = "Take Pose"
    bl_options: ClassVar = UNDOABLE

    viseme: EnumProperty(name="Viseme", items=VISEMES)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it and keep it."""
        return attempt(self, lambda: self._take(context))

    def _take(self, context: bpy.types.Context) -> None:
        from ...inference.rigging import regions_of

        character = here(context)
        drives = [drive for face in character.faces for drive in face.rig_map.active if not drive.source.startswith("pose_")]
        elsewhere = {drive.target for drive in drives if regions_of(drive.source) <= NOT_MOUTH}
        mouth = {drive.target for drive in drives if not regions_of(drive.source) <= NOT_MOUTH}
        pose = viseme_poses.capture(character.body, meshes_of(character), frozenset(elsewhere - mouth))
        if not pose.shapes and not pose.controls and self.viseme != "pose_sil":
            raise ParlanceError("The face is at rest; pose it first, with its shape keys, bones or controls.")
        keep(character, self.viseme, pose)
        self.report({"INFO"}, f"{label_of(self.viseme)}: {len(pose.shapes)} shapes and {len(pose.controls)} channels.")


class PARLANCE_OT_viseme_from_action(_OnCharacter, Operator):
    """Take this viseme from a frame of an action, or from a pose asset."""

    bl_idname = "parlance.viseme_from_action"
    bl_label = "Take from Action"
    bl_options: ClassVar = UNDOABLE

    viseme: EnumProperty(name="Viseme", items=VISEMES)  # type: ignore[valid-type]
    action: StringProperty(name="Action", description="An action or pose asset of this file")  # type: ignore[valid-type]
    frame: FloatProperty(name="Frame", description="The frame of the action that shows the pose", default=1.0)  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask which."""
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[no-any-return]

    def draw(self, _context: bpy.types.Context) -> None:
        """Viseme, action, frame."""
        layout = self.layout
        layout.prop(self, "viseme")
        layout.prop_search(self, "action", bpy.data, "actions")
        layout.prop(self, "frame")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it and keep it."""
        return attempt(self, lambda: self._take(context))

    def _take(self, context: bpy.types.Context) -> None:
        character, action = here(context), bpy.data.actions.get(self.action)
        if action is None:
            raise ParlanceError(f"There is no action called “{self.action}” in this file; choose one.")
        pose = viseme_poses.from_action(character.body, meshes_of(character), action, self.frame)
        keep(character, self.viseme, pose)
        self.report({"INFO"}, f"{label_of(self.viseme)} is taken from “{action.name}”.")


class PARLANCE_OT_viseme_show(_OnCharacter, Operator):
    """Pose the face as in this viseme, to look at or to change; nothing is keyed."""

    bl_idname = "parlance.viseme_show"
    bl_label = "Show Pose"
    bl_options: ClassVar = UNDOABLE

    viseme: EnumProperty(name="Viseme", items=VISEMES)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Put it on."""
        return attempt(self, lambda: self._show(context))

    def _show(self, context: bpy.types.Context) -> None:
        character = here(context)
        viseme_poses.show(character.body, meshes_of(character), viseme_poses.of(character.root), self.viseme)


class PARLANCE_OT_viseme_forget(_OnCharacter, Operator):
    """Forget this pose; the viseme is ours again."""

    bl_idname = "parlance.viseme_forget"
    bl_label = "Forget Pose"
    bl_options: ClassVar = UNDOABLE

    viseme: EnumProperty(name="Viseme", items=VISEMES)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Take it away."""
        return attempt(self, lambda: keep(here(context), self.viseme, None))


def keep(character: characters.Character, viseme: str, pose: Any) -> None:
    """Store one viseme with the character; None forgets it."""
    own = viseme_poses.with_pose(viseme_poses.of(character.root), character.body, viseme, pose)
    viseme_poses.store(character.root, own)


def label_of(viseme: str) -> str:
    """What the panel calls it."""
    return next(label for name, label, _ in VISEMES if name == viseme)


CLASSES: Final = (
    PARLANCE_OT_viseme_capture,
    PARLANCE_OT_viseme_from_action,
    PARLANCE_OT_viseme_show,
    PARLANCE_OT_viseme_forget,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
