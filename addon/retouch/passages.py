# SPDX-License-Identifier: GPL-3.0-or-later
"""Redo a range: a passage of a line performed another way, joined without a seam. Keys set by hand inside it are carried over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty
from bpy.types import Operator, UIList

from ...inference.direction import SECTIONS, controls
from ...inference.errors import ParlanceError
from ...inference.variation import differences, varied
from .. import preferences
from ..generate import live, retouching, running
from ..panel import drawing, moods
from ..panel.direct_panel import CONTROLS, MOOD, MOST_USED, TITLES
from ..panel.operator_base import UNDOABLE
from ..panel.selection import line_here
from ..panel.spaces import edit_panels
from ..scene import lines, properties, retouch_properties, strips
from . import passage_borders

PHRASE_PAUSE: Final = 0.15
"""Seconds of silence that separate phrases."""
OF_THE_LINE: Final = tuple(item.name for item in controls() if item.section == "keys")
OWN_SECTIONS: Final = tuple(section for section in SECTIONS if section != "keys")
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


class PARLANCE_OT_redo_range(Operator):
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

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is a line."""
        return line_here(context) is not None

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
        outcome = rebuilt(self, context, root, line)
        if outcome == {"FINISHED"}:
            self.report({"INFO"}, f"Redone: {what_differs(line, passage)}.")
        return outcome

    def _add(self, entry: Any, line: Any, start: float, end: float, fade: float) -> Any:
        same = [
            number for number, each in enumerate(entry.passages) if abs(each.start - start) < 1e-3 and abs(each.end - end) < 1e-3
        ]
        with retouch_properties.quietly(), properties.quietly():
            passage = entry.passages[same[0]] if same else entry.passages.add()
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


class RemoveRow:
    """An operator that takes a row out of a list of the line in hand: the one given, else the chosen one."""

    rows = ""
    chosen = ""

    index: IntProperty(default=-1, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is one."""
        found = line_here(context)
        entry = retouch_properties.of(*found) if found is not None else None
        return entry is not None and len(getattr(entry, cls.rows)) > 0

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The one after it becomes the chosen one."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        entry = retouch_properties.ensured(*found)
        rows = getattr(entry, self.rows)
        with retouch_properties.quietly():
            rows.remove(self.index if self.index >= 0 else getattr(entry, self.chosen))
            setattr(entry, self.chosen, min(getattr(entry, self.chosen), max(len(rows) - 1, 0)))
        return rebuilt(self, context, *found)


class PARLANCE_OT_passage_remove(RemoveRow, Operator):
    """Perform this passage like the rest of the line again."""

    bl_idname = "parlance.passage_remove"
    bl_label = "Remove Passage"
    bl_options: ClassVar = UNDOABLE
    rows, chosen = "passages", "passage"


def rebuilt(operator: Operator, context: bpy.types.Context, root: Any, line: Any) -> set[str]:
    """Rebuild a line for an operator."""
    try:
        live.rebuild(root, line)
    except ParlanceError as error:
        operator.report({"ERROR"}, str(error))
        return {"CANCELLED"}
    return {"FINISHED"}


def _on_passage(passage: Any) -> None:
    """An artist moved a passage."""
    line = retouch_properties.line_of(passage)
    if line is None:
        return
    try:
        live.rebuild(passage.id_data, line)
    except ParlanceError as error:
        running.trouble = str(error)


class PARLANCE_UL_passages(UIList):
    """A row for each passage."""

    def draw_item(
        self,
        _context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: str,
        index: int = 0,
    ) -> None:
        """From where to where, and its take."""
        start, end = (passage_borders.frame_of(item, side) for side in passage_borders.SIDES)
        layout.label(text=f"{start:.0f}–{end:.0f}", icon="ACTION_TWEAK")
        layout.prop(item.direction, "seed", text="Take")
        layout.operator("parlance.passage_remove", text="", icon="X", emboss=False).index = index


class PassagesPanel:
    """Passages of the line in hand that are performed another way."""

    bl_label = "Redo a Range"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is a line."""
        found = line_here(context)
        return found is not None and lines.readable(found[1])

    def draw(self, context: bpy.types.Context) -> None:
        """The list, what differs, and the chosen passage's own sliders."""
        layout = self.layout  # type: ignore[attr-defined]
        layout.operator("parlance.redo_range", icon="FILE_REFRESH")
        found = line_here(context)
        entry = retouch_properties.of(*found) if found is not None else None
        if found is None or entry is None or not entry.passages:
            return
        layout.template_list("PARLANCE_UL_passages", "", entry, "passages", entry, "passage", rows=2)
        if not 0 <= entry.passage < len(entry.passages):
            return
        passage = entry.passages[entry.passage]
        drawing.sentence(layout, context, f"Differs: {what_differs(found[1], passage)}.", "INFO")
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column(align=True)
        passage_borders.draw(column, context)
        column.prop(passage, "fade")
        layout.use_property_split = False
        body = drawing.fold(layout, "passage_sliders", "Sliders of This Range")
        if body is not None:
            _draw_sliders(body, context, passage.direction)


def _draw_sliders(layout: bpy.types.UILayout, context: bpy.types.Context, direction: Any) -> None:
    """Those that matter most, as for a line; all of them, by section, where the artist wants them."""
    moods.draw(layout, direction)
    settings = preferences.of(context)
    if settings is None or not settings.advanced:
        drawing.sliders(layout, direction, [CONTROLS[name] for name in MOST_USED], MOST_USED)
        drawing.sliders(layout, direction, [CONTROLS[name] for name in MOOD], MOOD)
        return
    for section in OWN_SECTIONS:
        body = drawing.fold(layout, f"passage_{section}", TITLES.get(section, section.capitalize()))
        if body is not None:
            own = (item for item in controls() if item.section == section and item.name not in {"seed", "mood_amount"})
            drawing.sliders(body, direction, own)


CLASSES: Final = (
    PARLANCE_OT_redo_range,
    PARLANCE_OT_passage_remove,
    PARLANCE_UL_passages,
    *edit_panels("passages", PassagesPanel),
)


def register() -> None:
    """Make operators and panel known."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    retouch_properties.on_change("passage", _on_passage)


def unregister() -> None:
    """Forget them."""
    retouch_properties.on_change("passage", lambda _entry: None)
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
