# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons for a line that exists: follow its strip, another take, clear, reset, copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty
from bpy.types import Operator

from ...inference.direction import SECTION_MEANINGS, SECTIONS, Direction, controls
from ..character import characters, hierarchy
from ..generate import follow, idle, live
from ..lines import clearing, lines
from ..properties import properties
from ..sequencer import strips
from . import selection
from .operator_base import UNDOABLE, OnLine, attempt, change_direction
from .selection import direction_here, needed_line

TAKES: Final = 10_000
"""How many takes there are; they are numbered from 0."""
RESETTABLE: Final = [("ALL", "All", "Every slider"), *((name, name.capitalize(), SECTION_MEANINGS[name]) for name in SECTIONS)]


class PARLANCE_OT_follow(OnLine, Operator):
    """Move the keys of every line whose strip was moved, your own included, to where the strip is now."""

    bl_idname = "parlance.follow"
    bl_label = "Follow Strip"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Shift; nothing is generated but where two lines have come to overlap, or do no longer."""
        root, _ = needed_line(context)
        return attempt(self, lambda: follow.follow(root, strips.sequencer(context)))


class PARLANCE_OT_clear(Operator):
    """Take this line's generated keys away; keys that you set or changed stay."""

    bl_idname = "parlance.clear"
    bl_label = "Clear Lip Sync"
    bl_options: ClassVar = UNDOABLE

    hand_made: BoolProperty(name="Hand-Made Keys Too", description="Clear everything within the line")  # type: ignore[valid-type]
    line: StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where a line is in hand, or there are others to name: also those whose strips are gone."""
        root = selection.root_here(context)
        return root is not None and len(root.parlance.lines) > 0

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Curves that end up empty go away altogether."""
        here = selection.here(context)
        line = lines.with_token(here.root, self.line) if self.line else here.line
        if line is None:
            self.report({"ERROR"}, "Nothing has been generated for this strip yet; choose a line in the list.")
            return {"CANCELLED"}
        return attempt(self, lambda: self._clear(here.root, line))

    def _clear(self, root: Any, line: Any) -> None:
        if line.idle:
            idle.switch_off(root)
        clearing.clear(root, line, hand_made=self.hand_made)
        live.rebuild_lacking(root)


class PARLANCE_OT_take_over(OnLine, Operator):
    """Let this line have the shapes that you key by hand within it; your keys there give way, those outside it stay."""

    bl_idname = "parlance.take_over"
    bl_label = "Take Over"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where something was left alone."""
        line = selection.here(context).line
        return line is not None and line.left_alone > 0

    def execute(self, context: bpy.types.Context) -> set[str]:
        """From what was heard before; Undo brings the keys back."""
        root, line = needed_line(context)
        return attempt(self, lambda: live.rebuild(root, line, take_over=True))


class PARLANCE_OT_choose_line(Operator):
    """Show this line's sliders, and go to where it starts."""

    bl_idname = "parlance.choose_line"
    bl_label = "Show Line"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    line: StringProperty()  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Its strip becomes the one in hand, where it still has one."""
        root, sequencer = selection.root_here(context), strips.sequencer(context)
        line = lines.with_token(root, self.line) if root is not None else None
        if root is None or line is None:
            return {"CANCELLED"}
        strip = lines.strip_of(line, sequencer)
        if strip is not None and lines.sequencer_of(line, sequencer) == sequencer:
            selection.choose(root, strip, sequencer)
        elif line.written:
            selection.take_in_hand(root, line, selection.chosen(root, sequencer))
        if lines.readable(line):
            context.scene.frame_set(int(lines.span_of(line, strips.rate(context.scene)).first))
        return {"FINISHED"}


class PARLANCE_OT_new_take(OnLine, Operator):
    """Play blinks, brows, gaze and head another way; the mouth stays as it is. Going back to a take's number brings it back."""

    bl_idname = "parlance.new_take"
    bl_label = "New Take"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The next number."""
        _, line = needed_line(context)
        line.direction.seed = (line.direction.seed + 1) % TAKES
        return {"FINISHED"}


class PARLANCE_OT_reset(Operator):
    """Put the sliders of this section back to where they started."""

    bl_idname = "parlance.reset"
    bl_label = "Reset"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    section: EnumProperty(items=RESETTABLE)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One rebuild for all of them."""
        start = Direction()
        names = [item.name for item in controls() if self.section in {"ALL", item.section}]
        values = {name: getattr(start, name) for name in names}
        return attempt(self, lambda: change_direction(context, lambda direction: replace(direction, **values)))


class PARLANCE_OT_copy_settings(Operator):
    """Give the other selected characters the sliders shown here."""

    bl_idname = "parlance.copy_settings"
    bl_label = "Copy to Selected"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where another character is selected."""
        return bool(direction_here(context) is not None and cls._others(context))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Each of their lines is rebuilt."""
        direction = properties.direction_of(direction_here(context))
        for root in self._others(context):
            groups = [root.parlance.direction, *(line.direction for line in root.parlance.lines)]
            for group in groups:
                properties.set_direction(group, direction)
                live.on_slider(group)
        return {"FINISHED"}

    @staticmethod
    def _others(context: bpy.types.Context) -> set[Any]:
        active = context.view_layer.objects.active
        here = hierarchy.root_of(active) if active else None
        roots = {hierarchy.root_of(selected) for selected in context.selected_objects}
        return {root for root in roots - {here} if (found := characters.of(root)) and found.speaks}


CLASSES: Final = (
    PARLANCE_OT_follow,
    PARLANCE_OT_clear,
    PARLANCE_OT_take_over,
    PARLANCE_OT_choose_line,
    PARLANCE_OT_new_take,
    PARLANCE_OT_reset,
    PARLANCE_OT_copy_settings,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
