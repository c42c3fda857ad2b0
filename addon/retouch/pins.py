# SPDX-License-Identifier: GPL-3.0-or-later
"""Pin keys and let the rest of their curves follow."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Final

import bpy
from bpy.props import FloatProperty
from bpy.types import Operator

from ...inference import keying
from ..animation import fcurves, slots
from ..lines import line_keys, lines
from ..panel.operator_base import UNDOABLE, OnLine
from ..panel.selection import line_here
from ..sequencer import strips
from . import changes


class PARLANCE_OT_pin(OnLine, Operator):
    """Hold the selected keys and every key you changed; the generated keys around them go along, the less the farther away."""

    bl_idname = "parlance.pin"
    bl_label = "Let the Rest Follow"
    bl_options: ClassVar = UNDOABLE

    reach: FloatProperty(  # type: ignore[valid-type]
        name="Reach", description="Seconds from a pinned key to where nothing moves any more", default=0.4, min=0.05, max=5.0
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Every curve of the line that has a selected key."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        root, line = found
        rate, records = strips.rate(lines.scene_of(line)), slots.Records()
        moved = 0
        for curves, place, record, _ in list(line_keys.on_line(root, line, records)):
            curve = curves.find(place)
            if curve is not None and not curve.lock:
                moved += self._follow(curve, record, record.among(lines.owned(line)), rate, place.path)
            if curves.owner is not None:
                curves.owner.update_tag()
        changes.forget()
        if not moved:
            self.report({"WARNING"}, "Select keys of generated curves first: those you have set and want to hold.")
            return {"CANCELLED"}
        context.scene.frame_set(context.scene.frame_current)
        return {"FINISHED"}

    def _follow(self, curve: Any, record: Any, ranges: Any, rate: float, path: str) -> bool:
        from ...inference.keying.ranges import holds
        from ...inference.keying.solve import follow

        keys = fcurves.read(curve, ranges)
        selected = fcurves.selected(curve)[holds(ranges, fcurves.read(curve).frames)]
        if not selected.any() or len(record.generated) == 0:
            return False
        pinned = selected.copy()
        for edit in keying.noticed(record, keys):
            pinned |= (keys.frames > edit.start) & (keys.frames < edit.end)
        limits = (0.0, 1.0) if path.startswith("key_blocks") else (-math.inf, math.inf)
        fcurves.replace(curve, follow(keys, record.generated, pinned, self.reach * rate, limits), ranges)
        return True


CLASSES: Final = (PARLANCE_OT_pin,)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
