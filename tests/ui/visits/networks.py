# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of one's own: chosen in the preferences, and gone when a line is to be generated."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import bpy
from stage import head_added, voice_added
from window import EXTENSION, picture, pressed, show_tab, view


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    yield from head_added()
    voice_added()
    area = view()["area"]
    area.spaces.active.show_region_ui = True
    yield
    show_tab(area)
    weights = import_module(f"{EXTENSION}.inference.hearing.weights")
    own = Path(tempfile.mkdtemp()) / "my network.onnx"
    shutil.copy(weights.find(), own)
    settings = bpy.context.preferences.addons[EXTENSION].preferences
    settings.model_file = str(own)
    bpy.ops.preferences.addon_show(module=EXTENSION)
    yield from picture("network_fits")
    settings.phone_set = "arpabet"
    yield from picture("network_does_not_fit")
    settings.phone_set = "SAID"
    own.unlink()
    pressed("generate", "EXEC_DEFAULT")
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[-1]):
        bpy.ops.wm.window_close()
    for _ in range(4):
        yield
    yield from picture("network_gone")
    settings.model_file = ""
