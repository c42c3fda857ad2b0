# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences: what belongs to this machine rather than to a character."""

from __future__ import annotations

import logging
from typing import Any, Final

import bpy
from bpy.props import BoolProperty, IntProperty

from ..inference.errors import ParlanceError

PACKAGE: Final = __package__.rsplit(".", 1)[0]
LOG: Final = logging.getLogger("parlance")


def _log_changed(preferences: Any, _context: Any) -> None:
    LOG.setLevel(logging.DEBUG if preferences.verbose else logging.WARNING)


class ParlancePreferences(bpy.types.AddonPreferences):
    """Threads and logging, and what runs the model here."""

    bl_idname = PACKAGE

    threads: IntProperty(  # type: ignore[valid-type]
        name="Threads", description="Processor cores used while listening; 0 chooses for you", min=0, max=64, default=0
    )
    verbose: BoolProperty(  # type: ignore[valid-type]
        name="Log to the Console", description="Write what is done, and how long it takes", update=_log_changed
    )

    def draw(self, _context: Any) -> None:
        """The two settings, and the engine."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "threads")
        layout.prop(self, "verbose")
        layout.label(text=engine_sentence(), icon="INFO")


def engine_sentence() -> str:
    """Which executor runs the model, and why."""
    from ..inference.hearing import engine

    try:
        return engine().reason
    except ParlanceError as error:
        return str(error)


def register() -> None:
    """Show the preferences."""
    bpy.utils.register_class(ParlancePreferences)


def unregister() -> None:
    """Hide them again."""
    bpy.utils.unregister_class(ParlancePreferences)
