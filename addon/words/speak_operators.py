# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines that are spoken from their text alone, until there is a recording."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty, FloatProperty, StringProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ..animation import slots
from ..character import characters
from ..generate import texts
from ..lines import lines, moving, wordings
from ..panel import selection
from ..panel.operator_base import UNDOABLE, OnCharacter, attempt
from ..properties import dictionary, line_text, properties
from ..sequencer import strips


class PARLANCE_OT_speak_text(OnCharacter, Operator):
    """Let the character speak a text at the playhead without a sound: its lips, eyes and head move as if somebody read it."""

    bl_idname = "parlance.speak_text"
    bl_label = "Speak a Text"
    bl_options: ClassVar = UNDOABLE

    text: StringProperty(name="Text", description="Directions in brackets, like [looks left], are not said")  # type: ignore[valid-type]
    block: StringProperty(name="Text Block", description="A text of the text editor, for long lines")  # type: ignore[valid-type]
    language: EnumProperty(name="Language", items=line_text.LANGUAGE_ITEMS)  # type: ignore[valid-type]
    pace: FloatProperty(name="Pace", default=1.0, min=0.4, max=3.0, step=5)  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the text."""
        return context.window_manager.invoke_props_dialog(self, width=420)  # type: ignore[no-any-return]

    def draw(self, _context: bpy.types.Context) -> None:
        """The text, or the block that has it."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "text")
        layout.prop_search(self, "block", bpy.data, "texts", text="or Text Block")
        layout.prop(self, "language")
        layout.prop(self, "pace")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """A line of its own, from the current frame on."""
        return attempt(self, lambda: self._speak(context))

    def _speak(self, context: bpy.types.Context) -> None:
        root = selection.root_here(context)
        block = bpy.data.texts.get(self.block)
        text = block.as_string() if block is not None else self.text
        if root is None or not text.strip():
            raise ParlanceError("Write what shall be said.")
        wording = wordings.Wording(text, self.language, dictionary.entries())
        start = context.scene.frame_current / strips.rate(context.scene)
        token = texts.speak(context.scene, root, None, wording, start=start, pace=self.pace)
        line = lines.with_token(root, token)
        if line is not None:
            with properties.quietly():
                line.language, line.text_block = self.language, block
            selection.take_in_hand(root, line, selection.chosen(root, strips.sequencer(context)))


class PARLANCE_OT_written_here(Operator):
    """Move this line, with everything that you did to it, to the playhead."""

    bl_idname = "parlance.written_here"
    bl_label = "Move to Playhead"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where a line without a strip is in hand; others follow their strips."""
        line = selection.here(context).line
        return line is not None and line.written

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Its keys go along."""
        here = selection.here(context)
        return attempt(self, lambda: _move(here.root, here.line, context.scene))


def _move(root: Any, line: Any, scene: Any) -> None:
    before = lines.placement_of(line)
    start = scene.frame_current / strips.rate(scene)
    records = slots.Records()
    placement = strips.Placement(start, start + before.duration, start, False, "")
    moving.move(root, {line.token: placement}, records)
    line.placement = placement.to_json()
    records.save()
    character = characters.of(root)
    if character is not None:
        from ..generate import live

        live.rebuild(root, line)


CLASSES: Final = (PARLANCE_OT_speak_text, PARLANCE_OT_written_here)

register, unregister = bpy.utils.register_classes_factory(CLASSES)
