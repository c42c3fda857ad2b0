# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts for many strips at once: from subtitles, a TextGrid, a list, or what was copied elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ImportHelper

from ...inference.errors import ParlanceError
from ..generate import texts
from ..lines import lines
from ..panel.operator_base import UNDOABLE, attempt
from ..properties import line_text, properties
from ..sequencer import strips

FILES: Final = "*.srt;*.vtt;*.TextGrid;*.textgrid;*.txt;*.csv;*.tsv"
LISTS: Final = frozenset({".txt", ".csv", ".tsv"})
ORIGINS: Final = (
    ("SCENE", "First Frame", "The file's time begins with the scene's first frame"),
    ("STRIP", "First Strip", "The file's time begins with the first of the strips"),
)


def _strips(context: bpy.types.Context, *, selected: bool) -> list[Any]:
    """The sound strips that get texts, in time order: the selected ones where there are several, else all."""
    every = strips.sound_strips(strips.sequencer(context))
    chosen = [strip for strip in every if strip.select] if selected else []
    return chosen if len(chosen) > 1 else every


def _places(context: bpy.types.Context, found: Sequence[Any]) -> list[Any]:
    from ...inference.text.sharing import Place

    scene = strips.sequencer(context)
    placed = [(strip, strips.placement(strip, scene)) for strip in found]
    return [Place(strip.name, where.start, where.end) for strip, where in placed]


def give(context: bpy.types.Context, found: Sequence[Any], said: Sequence[str], language: str) -> list[str]:
    """Write texts to strips, and to the lines that were spoken from them, which follow at once. What went wrong, in sentences."""
    troubles = []
    scene = strips.sequencer(context)
    for strip, text in zip(found, said, strict=True):
        if not text:
            continue
        strip.parlance.text, strip.parlance.text_block, strip.parlance.language = text, None, language
        for root in bpy.data.objects:
            line = lines.of_strip(root, strip, scene) if len(root.parlance.lines) else None
            if line is None or not line.performance:
                continue
            with properties.quietly():
                line_text.copy(strip.parlance, line)
            try:
                texts.again(root, line)
            except ParlanceError as refusal:  # the others are given theirs, and this one has its text when it is generated
                troubles.append(f"{strip.name}: {str(refusal).rstrip('.')}")
                continue
            if line.text_trouble:
                troubles.append(f"{strip.name}: {line.text_trouble}")
    return troubles


class GivesTexts:
    """An operator that gives texts to strips, and tells what became of them."""

    language: EnumProperty(name="Language", items=line_text.LANGUAGE_ITEMS)  # type: ignore[valid-type]
    selected: BoolProperty(  # type: ignore[valid-type]
        name="Selected Strips Only", description="Where several strips are selected, only they get texts", default=True
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there are strips."""
        return any(strips.sounding(strips.sequencer(context)))

    def share(self, context: bpy.types.Context, share: Callable[[Sequence[Any]], Any]) -> None:
        """Give every strip its text. Raises ParlanceError where none gets one."""
        found = _strips(context, selected=self.selected)
        shared = share(_places(context, found))
        count = sum(bool(text) for text in shared.texts)
        if not count:
            raise ParlanceError("None of these texts belongs to a strip here; check their times or names.")
        troubles = give(context, found, shared.texts, self.language)
        said = f"{count} of {len(found)} strips have their text"
        if shared.left:
            said += f"; {len(shared.left)} texts belong to none, such as “{shared.left[0][:40]}”"
        kind = {"WARNING"} if shared.left or troubles else {"INFO"}
        self.report(kind, "; ".join([said, *troubles[:2]]) + ".")  # type: ignore[attr-defined]


class PARLANCE_OT_import_texts(GivesTexts, Operator, ImportHelper):
    """Read what the strips say from subtitles (.srt, .vtt), a TextGrid, or a list with a line for each strip."""

    bl_idname = "parlance.import_texts"
    bl_label = "Import Texts"
    bl_options: ClassVar = UNDOABLE

    filter_glob: StringProperty(default=FILES, options={"HIDDEN"})  # type: ignore[valid-type]
    origin: EnumProperty(name="Time Begins", description="Where the file's times are counted from", items=ORIGINS)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One undo step for all strips."""
        return attempt(self, lambda: self._read(context))

    def _read(self, context: bpy.types.Context) -> None:
        from ...inference.formats import subtitles
        from ...inference.formats.untrusted import read_text
        from ...inference.text import sharing as text_sharing

        path = Path(self.filepath)
        text = read_text(path)
        if path.suffix.lower() in LISTS and "-->" not in text:
            self.share(context, lambda places: text_sharing.by_rows(text, places))
            return
        cues = subtitles.read(text)
        scene = strips.sequencer(context)

        def by_time(places: Sequence[Any]) -> Any:
            first = scene.frame_start / strips.rate(scene)
            offset = min(place.start for place in places) if self.origin == "STRIP" else first
            return text_sharing.by_time(cues, places, offset)

        self.share(context, by_time)


class PARLANCE_OT_paste_texts(GivesTexts, Operator):
    """Give the copied lines of text to the strips: by the strip's name where lines begin with one, else one after the other."""

    bl_idname = "parlance.paste_texts"
    bl_label = "Paste Texts"
    bl_options: ClassVar = UNDOABLE

    text: StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """From the clipboard, unless a script gives the text. One undo step for all strips."""
        return attempt(self, lambda: self._paste(context))

    def _paste(self, context: bpy.types.Context) -> None:
        from ...inference.text import sharing as text_sharing

        rows = self.text or context.window_manager.clipboard
        if not rows.strip():
            raise ParlanceError("There is no text to paste; copy a line for each strip first.")
        self.share(context, lambda places: text_sharing.by_rows(rows, places))


CLASSES: Final = (PARLANCE_OT_import_texts, PARLANCE_OT_paste_texts)

register, unregister = bpy.utils.register_classes_factory(CLASSES)
