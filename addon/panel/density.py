# SPDX-License-Identifier: GPL-3.0-or-later
"""How densely a line is keyed: blocking, normal, or a key on every frame."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty
from bpy.types import Operator

from .operator_base import UNDOABLE, attempt, change_direction
from .selection import direction_here

DENSITIES: Final = (
    ("BLOCKING", "Blocking", "Pose to pose: one or two keys a syllable, all on the same frames; closures stay closed"),
    ("NORMAL", "Normal", "As few keys as follow the performance within the tolerance"),
    ("EVERY", "Every Frame", "A key on every frame, as for export"),
)
SLIDERS: Final = ("tolerance", "blocking", "every_frame")
"""The controls that stand here."""


def of(direction: Any) -> str:
    """Which density sliders ask for."""
    return "EVERY" if direction.every_frame else "BLOCKING" if direction.blocking else "NORMAL"


class PARLANCE_OT_density(Operator):
    """Set how many keys there are; your changes stay, and going back loses nothing."""

    bl_idname = "parlance.density"
    bl_label = "Density"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    density: EnumProperty(items=DENSITIES)  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there are sliders."""
        return direction_here(context) is not None

    @classmethod
    def description(cls, _context: bpy.types.Context, settings: Any) -> str:
        """What the choice means."""
        return next(meaning for name, _, meaning in DENSITIES if name == settings.density)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One rebuild."""
        flags = {"blocking": self.density == "BLOCKING", "every_frame": self.density == "EVERY"}
        return attempt(self, lambda: change_direction(context, lambda direction: replace(direction, **flags)))


def draw(layout: bpy.types.UILayout, direction: Any) -> None:
    """The three ways side by side, and the tolerance where it counts."""
    column = layout.column(align=True)
    row, chosen = column.row(align=True), of(direction)
    for name, label, _ in DENSITIES:
        row.operator("parlance.density", text=label, depress=name == chosen).density = name
    if chosen == "NORMAL":
        column.prop(direction, "tolerance", slider=True)


CLASSES: Final = (PARLANCE_OT_density,)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
