# SPDX-License-Identifier: GPL-3.0-or-later
"""Redo a range: a passage of a line performed another way, joined without a seam. Keys set by hand inside it are carried over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty, FloatProperty
from bpy.types import Operator

from ...inference.direction import controls
from ...inference.retouch.variation import differences, varied
from ..generate import live
from ..lines import lines, retouching
from ..panel import moods
from ..panel.operator_base import UNDOABLE, OnLine
from ..panel.selection import line_here
from ..properties import override_rows, properties, retouch_properties
from ..properties.update_callbacks import registered
from ..sequencer import strips
from .row_operators import RemoveRow, rebuilt

PHRASE_PAUSE: Final = 0.15
"""Seconds of silence that separate phrases."""
OF_THE_LINE: Final = tuple(item.name for item in controls() if item.section == "keys")
"""How keys are set is the same for a whole line."""


ASPECTS: Final = (
    ("MOUTH", "Mouth", "How far the mouth opens, and how distinctly it forms the sounds"),
    ("EMOTION", "Emotion", "How strong the feelings are, and how they swell"),
    ("EYES", "Eyes and Head", "Another take of blinks, gaze, brows and head"),
)
MOST_TOLD: Final = 4
"""Sliders that are named of those that differ."""


def suggested(scene: Any, root: Any, line: Any) -> tuple[float, float]:
    """The frames an artist probably means: the preview range, else the phrase at the playhead, within the line."""
    span, rate = lines.span_of(line, strips.rate(scene)), strips.rate(scene)
    if scene.use_preview_range:
        return max(scene.frame_preview_start, span.first), min(scene.frame_preview_end, span.last)
    entry = retouch_properties.of(root, line)
    phones = retouching.phones_of(entry) if entry is not None else ()
    here = (scene.frame_current_final - span.first) / rate
    pauses = [phone for phone in phones if phone.symbol == "sil" and phone.end - phone.start >= PHRASE_PAUSE]
    before = max((phone.end for phone in pauses if phone.end <= here), default=0.0)
    after = min((phone.start for phone in pauses if phone.start > here), default=(span.last - span.first) / rate)
    return span.first + before * rate, span.first + after * rate


class PARLANCE_OT_redo_range(OnLine, Operator):
    """Perform this range another way: choose what should differ. Its own sliders appear below."""

    bl_idname = "parlance.redo_range"
    bl_label = "Redo Range"
    bl_options: ClassVar = UNDOABLE

    frame_start: FloatProperty(name="Start", description="First frame of the range", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    frame_end: FloatProperty(name="End", description="Last frame of the range", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    fade: FloatProperty(  # type: ignore[valid-type]
        name="Fade", description="Frames over which the new performance takes over and gives back", default=5.0, min=0.0
    )
    differ: EnumProperty(  # type: ignore[valid-type]
        name="What Should Differ", items=ASPECTS, options={"ENUM_FLAG"}, default={"MOUTH", "EMOTION", "EYES"}
    )
    amount: FloatProperty(  # type: ignore[valid-type]
        name="How Much",
        description="How far mouth and emotion move from the line's",
        default=0.35,
        min=0.05,
        max=1.0,
        subtype="FACTOR",
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the range, with a guess."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        self.frame_start, self.frame_end = suggested(context.scene, *found)
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[no-any-return]

    def draw(self, _context: bpy.types.Context) -> None:
        """The range, and what should differ: everything, unless told otherwise."""
        layout = self.layout
        row = layout.row(align=True)
        for name in ("frame_start", "frame_end", "fade"):
            row.prop(self, name)
        layout.label(text="What should differ?")
        layout.row(align=True).prop(self, "differ", expand=True)
        row = layout.row()
        row.active = bool(self.differ & {"MOUTH", "EMOTION"})
        row.prop(self, "amount", slider=True)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Redoing the same range again gives yet another way."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        root, line = found
        if not self.properties.is_property_set("frame_end"):
            self.frame_start, self.frame_end = suggested(context.scene, root, line)
        rate = strips.rate(context.scene)
        first = lines.span_of(line, rate).first
        start, end = (self.frame_start - first) / rate, (self.frame_end - first) / rate
        if end - start < 2 / rate:
            self.report({"ERROR"}, "The range to redo is empty; let it end at least two frames after its start.")
            return {"CANCELLED"}
        if not self.differ:
            self.report({"ERROR"}, "Nothing would differ; choose the mouth, the emotion, or eyes and head.")
            return {"CANCELLED"}
        passage = self._add(retouch_properties.ensured(root, line), line, start, end, self.fade / rate)
        return rebuilt(self, root, line, f"Redone: {what_differs(line, passage)}.")

    def _add(self, entry: Any, line: Any, start: float, end: float, fade: float) -> Any:
        same = [
            number for number, each in enumerate(entry.passages) if abs(each.start - start) < 1e-3 and abs(each.end - end) < 1e-3
        ]
        with retouch_properties.quietly(), properties.quietly():
            passage = entry.passages[same[0]] if same else override_rows.add(entry.passages)
            base = properties.direction_of(line.direction)
            last = properties.direction_of(passage.direction) if same else base
            properties.set_direction(passage.direction, varied(base, last, self.differ, self.amount))
            passage.start, passage.end, passage.fade = start, end, fade
            entry.passage = same[0] if same else len(entry.passages) - 1
        return passage


def what_differs(line: Any, passage: Any) -> str:
    """Like “Jaw 1.24, Lips 0.81, take 3 and 4 more”: the sliders of a passage that are not the line's."""
    density = {name: getattr(line.direction, name) for name in OF_THE_LINE}
    here = replace(properties.direction_of(passage.direction), **density)
    found = differences(properties.direction_of(line.direction), here)
    told = [f"take {value}" if label == "Take" else f"{label} {value:.2f}" for label, value in found[:MOST_TOLD]]
    if passage.direction.mood != line.direction.mood:
        told.insert(0, moods.current_name(passage.direction))
    more = f" and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
    return ", ".join(told) + more if told else "nothing differs"


class PARLANCE_OT_passage_remove(RemoveRow, Operator):
    """Perform this passage like the rest of the line again."""

    bl_idname = "parlance.passage_remove"
    bl_label = "Remove Passage"
    bl_options: ClassVar = UNDOABLE
    rows, chosen = "passages", "passage"


def _on_passage(passage: Any) -> None:
    """An artist moved a passage."""
    line = retouch_properties.line_of(passage)
    if line is not None:
        live.rebuild_or_tell(passage.id_data, line)


CLASSES: Final = (PARLANCE_OT_redo_range, PARLANCE_OT_passage_remove)
register, unregister = registered(CLASSES, retouch_properties.on_change, {"passage": _on_passage})
