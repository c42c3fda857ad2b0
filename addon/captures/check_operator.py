# SPDX-License-Identifier: GPL-3.0-or-later
"""Does this face say what is heard? A card for what the selected character plays, and the syllables that cannot be read."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import IntProperty, StringProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from .. import preferences
from ..panel import drawing, selection, spaces
from ..panel.operator_base import UNDOABLE, OnCharacter, attempt
from ..plurals import counted
from . import checking

MOST: Final = 12
"""Marked syllables that are listed, the worst of them."""


class PARLANCE_OT_check(Operator):
    """Compare what this face shows with the sound in hand: closures, openings, shapes, rest, offset, and what can be read."""

    bl_idname = "parlance.check"
    bl_label = "Check Against Sound"
    bl_options: ClassVar = {"REGISTER"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Measure, and show the card below."""
        return attempt(self, lambda: self._check(context))

    def _check(self, context: bpy.types.Context) -> None:
        found = checking.check(context)
        bad = [f"{each.sentence} ({each.bounds})" for each in found.measures if not each.good]
        told = f"Out of bounds: {'; '.join(bad)}." if bad else f"{len(found.measures)} measures, all within bounds."
        self.report({"INFO"}, told)


class PARLANCE_OT_check_source(Operator):
    """What this limit rests on."""

    bl_idname = "parlance.check_source"
    bl_label = "Why This Limit"
    bl_options: ClassVar = {"INTERNAL"}

    text: StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: Any) -> str:
        """Where the pointer rests."""
        return str(properties.text) or str(cls.__doc__)

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Say it."""
        self.report({"INFO"}, self.text)
        return {"FINISHED"}


class OnMark:
    """An operator on one syllable of the last check."""

    mark: IntProperty(min=0, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where one is marked."""
        root = selection.root_here(context)
        return root is not None and bool(checking.standing(context, root).marks)

    def chosen(self, context: bpy.types.Context) -> tuple[checking.Checked, checking.Mark]:
        """The last check, and the syllable. Raises ParlanceError where there are fewer."""
        root = selection.root_here(context)
        found = checking.standing(context, root) if root is not None else checking.Checked()
        if self.mark >= len(found.marks):
            raise ParlanceError("This syllable is not marked any more; check again.")
        return found, found.marks[self.mark]


class PARLANCE_OT_check_show(OnMark, Operator):
    """Go to this syllable: somebody who sees the lips alone would take it for something else."""

    bl_idname = "parlance.check_show"
    bl_label = "Show Syllable"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """To its middle."""
        return attempt(self, lambda: self._show(context))

    def _show(self, context: bpy.types.Context) -> None:
        _, mark = self.chosen(context)
        context.scene.frame_set((mark.first + mark.last) // 2)


class PARLANCE_OT_check_emphasise(OnMark, Operator):
    """Say this syllable with more emphasis, as far as that makes it easier to read; the rest of the line stays."""

    bl_idname = "parlance.check_emphasise"
    bl_label = "Emphasise Syllable"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Speak up, and check again."""
        return attempt(self, lambda: self._emphasise(context))

    def _emphasise(self, context: bpy.types.Context) -> None:
        found, mark = self.chosen(context)
        before, after = checking.emphasise(context, found.sound, mark)
        checking.check(context)
        context.scene.frame_set((mark.first + mark.last) // 2)
        self.report({"INFO"}, f"Read with {100 * after:.0f} %, before {100 * before:.0f} %.")


class CheckPanel(OnCharacter):
    """What the last check came to."""

    bl_label = "Check"

    def draw(self, context: bpy.types.Context) -> None:
        """A line for each measure; what is out of bounds has a mark. Then the syllables that cannot be read."""
        layout, here = self.layout, selection.here(context)  # type: ignore[attr-defined]
        layout.operator("parlance.check", icon="VIEWZOOM")
        found = checking.standing(context, here.root) if here.root is not None else checking.Checked()
        if not found.measures:
            return
        column = layout.column(align=True)
        column.label(text=found.sound, icon="SOUND")
        for each in found.measures:
            row = column.row(align=True)
            row.label(text=each.sentence, icon="CHECKMARK" if each.good else "ERROR")
            row.operator("parlance.check_source", text="", icon="QUESTION", emboss=False).text = f"{each.bounds}: {each.source}"
        late = any(each.sentence.startswith("Mouth behind") and not each.good for each in found.measures)
        if late:
            column.operator("parlance.capture_offset", icon="ALIGN_JUSTIFY")
        if late and found.marks:  # a mouth out of time says no syllable; which of them need more is seen once it is in time
            text = f"{len(found.marks)} syllables cannot be read out of time; put the mouth in time and check again."
            drawing.sentence(layout, context, text, icon="HIDE_ON")
        elif found.marks:
            _draw_marks(layout, found.marks, generated=here.line is not None)


def _draw_marks(layout: bpy.types.UILayout, marks: tuple[checking.Mark, ...], *, generated: bool) -> None:
    """The worst in the order of time: click to go there; a button that mends."""
    worst = sorted(sorted(range(len(marks)), key=lambda number: marks[number].probability)[:MOST])
    column = layout.column(align=True)
    column.label(text=f"{counted(len(marks), 'syllable')} cannot be read", icon="HIDE_ON")
    for number in worst:
        mark = marks[number]
        row = column.split(factor=0.85, align=True)
        show = row.row(align=True)
        show.alignment = "LEFT"
        sounds = " ".join(preferences.phone_name(symbol) for symbol in mark.symbols)
        text = f"{mark.first}  {sounds}  {100 * mark.probability:.0f} %"
        show.operator("parlance.check_show", text=text, emboss=False).mark = number
        if generated:
            row.operator("parlance.check_emphasise", text="", icon="ADD", emboss=False).mark = number
        else:
            repair = row.operator("parlance.repair_mouth", text="", icon="MODIFIER", emboss=False)
            repair.range, repair.first, repair.last, repair.fade = "FRAMES", mark.first - 3, mark.last + 3, 3
    if len(marks) > MOST:
        column.label(text=f"and {len(marks) - MOST} more")


CLASSES: Final[tuple[Any, ...]] = (
    PARLANCE_OT_check,
    PARLANCE_OT_check_source,
    PARLANCE_OT_check_show,
    PARLANCE_OT_check_emphasise,
    *spaces.panels("check", CheckPanel, "edit"),
)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
