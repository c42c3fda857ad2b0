# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Blender's users look for files: File › Import and File › Export."""

from __future__ import annotations

from typing import Any, Final

import bpy

CURVES: Final = "Face Curves: Live Link Face, Audio2Face (.csv, .json)"
PHONES: Final = "Phones or Mouth Cues: TextGrid, Rhubarb, Moho"


def _importing(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.operator("parlance.import_curves", text=CURVES)
    menu.layout.operator("parlance.import_phones", text=PHONES)


def _exporting(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.operator("parlance.export_curves", text=CURVES)
    menu.layout.operator("parlance.export_phones", text=PHONES)


def register() -> None:
    """Called when the extension is enabled."""
    bpy.types.TOPBAR_MT_file_import.append(_importing)
    bpy.types.TOPBAR_MT_file_export.append(_exporting)


def unregister() -> None:
    """Called when the extension is disabled."""
    bpy.types.TOPBAR_MT_file_export.remove(_exporting)
    bpy.types.TOPBAR_MT_file_import.remove(_importing)
