# SPDX-License-Identifier: GPL-3.0-or-later
"""Bake: what the face shows as a key on every frame of a new action, for programs and people that want nothing else."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, IntProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ..character import characters, showing
from ..lines import lines
from ..panel.operator_base import UNDOABLE, attempt

LONGEST: Final = 500_000
"""Frames; more is a slip of the keyboard."""


class PARLANCE_OT_bake(Operator):
    """Key every frame of the selected character's face in a new action; the old one stays in the file."""

    bl_idname = "parlance.bake"
    bl_label = "Bake Face to Every Frame"
    bl_options: ClassVar = UNDOABLE

    lines_only: BoolProperty(name="Lines Only", description="From the first line to the last, not the whole scene", default=True)  # type: ignore[valid-type]
    first: IntProperty(name="First Frame", default=1)  # type: ignore[valid-type]
    last: IntProperty(name="Last Frame", default=250)  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Any:
        """Offer the scene's range."""
        self.first, self.last = context.scene.frame_start, context.scene.frame_end
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, _context: bpy.types.Context) -> None:
        """The frames, where they are not those of the lines."""
        self.layout.prop(self, "lines_only")
        column = self.layout.column(align=True)
        column.enabled = not self.lines_only
        column.prop(self, "first")
        column.prop(self, "last")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read first, then write."""
        return attempt(self, lambda: self._bake(context))

    def _bake(self, context: bpy.types.Context) -> None:
        import numpy as np

        from . import keying

        character = characters.of(context.view_layer.objects.active)
        if character is None or not character.speaks:
            raise ParlanceError("Select the character whose face is to be baked.")
        first, last = self._range(character.root)
        if not 0 <= last - first < LONGEST:
            raise ParlanceError("The last frame lies before the first, or too far behind it; choose other frames.")
        found = showing.channels(character)
        values = showing.values(found, np.arange(first, last + 1))
        filed = keying.filed(character, found)
        wanted = [(channel, values[:, number], filed[channel]) for number, channel in enumerate(found)]
        title = f"{character.root.name} Baked"
        count = keying.write(character, wanted, first, place="NEW", sparse=False, title=title)
        self.report({"INFO"}, f"{count:,} keys on frames {first} to {last}, in a new action.")

    def _range(self, root: Any) -> tuple[int, int]:
        if not self.lines_only:
            return self.first, self.last
        owned = [span for line in root.parlance.lines if lines.readable(line) for span in lines.owned(line)]
        if not owned:
            raise ParlanceError(f"“{root.name}” has no lines; switch off Lines Only and choose the frames.")
        return int(min(span.first for span in owned)), int(max(span.last for span in owned))


CLASSES: Final = (PARLANCE_OT_bake,)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
