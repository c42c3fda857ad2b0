# SPDX-License-Identifier: GPL-3.0-or-later
"""The preferences: what belongs to this machine rather than to a character."""

from __future__ import annotations

import textwrap
from typing import Any, Final

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from . import log, model_choice, preferences
from .model_choice import PHONE_SET_ITEMS

WIDTH: Final = 90
"""Letters in a line of the preferences."""


def _log_changed(settings: Any, _context: bpy.types.Context) -> None:
    log.set_verbose(settings.verbose)


def _model_changed(_settings: Any, _context: bpy.types.Context) -> None:
    """What is wrong with it is said at once, in the console too."""
    if wrong := model_choice.trouble():
        log.LOG.warning("%s", wrong)


class ParlancePreferences(bpy.types.AddonPreferences):
    """Threads and logging, and what runs the model here."""

    bl_idname = preferences.PACKAGE

    threads: IntProperty(  # type: ignore[valid-type]
        name="Threads", description="Processor cores used while listening; 0 chooses for you", min=0, max=64, default=0
    )
    verbose: BoolProperty(  # type: ignore[valid-type]
        name="Log to the Console", description="Write what is done, and how long it takes", update=_log_changed
    )
    advanced: BoolProperty(  # type: ignore[valid-type]
        name="All Sliders", description="Show every slider in the sidebar, section by section"
    )
    alphabet: EnumProperty(  # type: ignore[valid-type]
        name="Phones As",
        description="How phones are called in lists and timelines",
        items=(("IPA", "IPA", "As phoneticians write them: ɑ, ʃ, θ"), ("ARPABET", "AA SH", "As English dictionaries write them")),
    )

    model_file: StringProperty(  # type: ignore[valid-type]
        name="Model File",
        description="A network of your own to hear with: an ONNX file in Parlance's format, or one of Audio2Face-3D; "
        "empty for the one that Parlance brings",
        subtype="FILE_PATH",
        update=_model_changed,
    )
    phone_set: EnumProperty(  # type: ignore[valid-type]
        name="Phones Are Called", description="How the network's phones are called", items=PHONE_SET_ITEMS, update=_model_changed
    )
    phone_file: StringProperty(  # type: ignore[valid-type]
        name="Phone File",
        description="Two columns: a phone of the network's, and its IPA",
        subtype="FILE_PATH",
        update=_model_changed,
    )
    face: StringProperty(  # type: ignore[valid-type]
        name="Face",
        description="Whose of the network's faces, where it knows several; the first by default",
        update=_model_changed,
    )

    def draw(self, _context: bpy.types.Context) -> None:
        """The settings, and the engine."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "threads")
        layout.prop(self, "verbose")
        layout.prop(self, "advanced")
        layout.prop(self, "alphabet", expand=True)
        model_choice.draw(layout, self)
        column = layout.column(align=True)
        icon = "ERROR" if model_choice.trouble() else "INFO"
        for number, part in enumerate(textwrap.wrap(model_choice.sentence(), WIDTH)):
            column.label(text=part, icon="BLANK1" if number else icon)
        layout.operator("parlance.copy_report", icon="COPYDOWN")


def register() -> None:
    """Show the preferences."""
    bpy.utils.register_class(ParlancePreferences)
    settings = preferences.of(bpy.context)
    if settings is not None:
        log.set_verbose(settings.verbose)


def unregister() -> None:
    """Hide them again."""
    bpy.utils.unregister_class(ParlancePreferences)
