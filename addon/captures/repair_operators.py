# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons for captures and finished animation: find the offset, repair the mouth, give the old one back."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ..character import characters
from ..panel import spaces
from ..panel.operator_base import UNDOABLE, OnCharacter, attempt
from . import checking, repair, said

NEAR: Final = 0.02
"""Seconds within which face and sound count as together: half a frame of film."""
RANGES: Final = (
    ("SOUND", "Whole Sound", "All frames of the sound in hand", 0),
    ("PREVIEW", "Preview Range", "The preview range, or the scene's where there is none", 1),
    ("FRAMES", "Frames", "From the first to the last frame below", 2),
)


class PARLANCE_OT_capture_offset(Operator):
    """Compare the mouth with the sound in hand, and move the keys of the face so that they belong together."""

    bl_idname = "parlance.capture_offset"
    bl_label = "Mend Offset"
    bl_options: ClassVar = UNDOABLE

    move: BoolProperty(name="Move the Keys", description="Off: only say how far they are apart", default=True)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Find it, and mend it."""
        return attempt(self, lambda: self._mend(context))

    def _mend(self, context: bpy.types.Context) -> None:
        character, strip = said.in_hand(context)
        spoken = said.of(context, character, strip)
        found = repair.offset(character, spoken)
        apart = f"The face is {abs(found.seconds) * 1000:.0f} ms {'late' if found.seconds > 0 else 'early'}"
        sure = f"likeness {found.likeness:.2f}"
        if abs(found.seconds) <= NEAR:
            self.report({"INFO"}, f"Face and sound are together within {NEAR * 1000:.0f} ms ({sure}).")
        elif self.move:
            repair.shift(character, -found.seconds * spoken.planned.fps)
            checking.again(character, strip, spoken)
            self.report({"INFO"}, f"{apart} ({sure}); its keys were moved.")
        else:
            self.report({"INFO"}, f"{apart} ({sure}).")


class PARLANCE_OT_repair_mouth(Operator):
    """Let the sound in hand speak over this face: lips, jaw, teeth and tongue only, in a copy of the action."""

    bl_idname = "parlance.repair_mouth"
    bl_label = "Repair Mouth"
    bl_options: ClassVar = UNDOABLE

    range: EnumProperty(name="Where", items=RANGES)  # type: ignore[valid-type]
    first: IntProperty(name="First Frame")  # type: ignore[valid-type]
    last: IntProperty(name="Last Frame")  # type: ignore[valid-type]
    fade: IntProperty(name="Fade", description="Frames of blending at both ends", default=6, min=0, max=100)  # type: ignore[valid-type]
    keep: BoolProperty(  # type: ignore[valid-type]
        name="Keep What Is Right", description="The mouth that is there stays where it does what is heard", default=False
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Hear, blend, key."""
        return attempt(self, lambda: self._repair(context))

    def _repair(self, context: bpy.types.Context) -> None:
        character, strip = said.in_hand(context)
        spoken = said.of(context, character, strip)
        first, last = self._frames(context.scene, spoken.frames)
        count, share = repair.mouth(character, spoken, first, last, fade=self.fade, keep=self.keep)
        checking.again(character, strip, spoken)
        told = f"{count:,} keys in a copy of the action"
        self.report({"INFO"}, f"{told}; {share:.0%} of the frames have the new mouth." if self.keep else f"{told}.")

    def _frames(self, scene: Any, frames: Any) -> tuple[int, int]:
        if self.range == "SOUND":
            return int(frames[0]), int(frames[-1])
        if self.range == "FRAMES":
            return self.first, self.last
        if scene.use_preview_range:
            return int(scene.frame_preview_start), int(scene.frame_preview_end)
        return int(scene.frame_start), int(scene.frame_end)


class PARLANCE_OT_old_mouth(Operator):
    """Play the animation again that stood before its mouth was repaired; the repaired one stays in the file."""

    bl_idname = "parlance.old_mouth"
    bl_label = "Old Mouth Back"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change the actions."""
        return attempt(self, lambda: self._back(context))

    def _back(self, context: bpy.types.Context) -> None:
        character = characters.of(context.view_layer.objects.active)
        if character is None or not repair.give_back(character):
            raise ParlanceError("The mouth of this character was not repaired.")
        checking.forget(character.root)


class CapturePanel(OnCharacter):
    """A capture, or any finished animation, and its sound."""

    bl_label = "Captures"

    def draw(self, context: bpy.types.Context) -> None:
        """In the order of the work."""
        layout = self.layout  # type: ignore[attr-defined]
        column = layout.column(align=True)
        column.operator("parlance.import_curves", icon="IMPORT")
        column.operator("parlance.capture_offset", icon="ALIGN_JUSTIFY")
        column.operator("parlance.repair_mouth", text="Repair Mouth", icon="MODIFIER")
        keep = column.operator("parlance.repair_mouth", text="Repair Only What Is Wrong", icon="CHECKMARK")
        keep.keep = True
        punch = column.operator("parlance.repair_mouth", text="Repair in Preview Range", icon="PREVIEW_RANGE")
        punch.range = "PREVIEW"
        column.operator("parlance.old_mouth", icon="LOOP_BACK")
        column = layout.column(align=True)
        column.operator("parlance.bake", icon="ACTION")
        column.operator("parlance.export_curves", icon="EXPORT")


CLASSES: Final[tuple[Any, ...]] = (
    PARLANCE_OT_capture_offset,
    PARLANCE_OT_repair_mouth,
    PARLANCE_OT_old_mouth,
    *spaces.panels("captures", CapturePanel, "edit"),
)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
