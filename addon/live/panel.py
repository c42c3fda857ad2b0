# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel Live: what is heard, and the button."""

from __future__ import annotations

from typing import Final

import bpy

from ..panel import drawing, selection, spaces
from ..panel.direct_panel import is_there
from . import recorders, session, settings


class LivePanel:
    """Let a character speak along with a microphone, a growing file or a phone."""

    bl_label = "Live"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where somebody can speak."""
        return selection.root_here(context) is not None and is_there(context)

    def draw(self, context: bpy.types.Context) -> None:
        """While it runs: how it goes. Else: what to hear."""
        layout = self.layout  # type: ignore[attr-defined]
        running = session.current
        if running is not None:
            row = layout.row()
            row.scale_y = 1.6
            row.operator("parlance.live_stop", icon="PAUSE")
            layout.label(text=f"Recording, {running.seconds:.0f} s" if running.kept else "Listening", icon="REC")
        else:
            _draw_choice(layout, context)
        if session.trouble:
            drawing.sentence(layout.box(), context, session.trouble, "ERROR")


def _draw_choice(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    chosen = settings.of(context)
    column = layout.column()
    column.prop(chosen, "source")
    if chosen.source == "MICROPHONE":
        column.prop(chosen, "device")
        if recorders.found(chosen.device.strip()) is None:
            drawing.sentence(layout, context, "No recorder program was found: install ffmpeg or sox.", "ERROR")
    elif chosen.source == "FILE":
        column.prop(chosen, "path")
    else:
        column.prop(chosen, "port")
    if chosen.source != "LIVE_LINK":
        column.prop(chosen, "look_ahead")
        column.prop(chosen, "record")
        if chosen.record:
            column.prop(chosen, "generate")
    row = layout.row()
    row.scale_y = 1.6
    row.operator("parlance.live_start", icon="REC")


CLASSES: Final = spaces.panels("live", LivePanel, "direct")


register, unregister = bpy.utils.register_classes_factory(CLASSES)
