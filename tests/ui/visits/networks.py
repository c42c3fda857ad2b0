# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of one's own: chosen in the preferences, and gone when a line is to be generated."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import bpy
from window import AUDIO, EXTENSION, picture, show_tab, view


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    scene = bpy.context.window.scene
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.add_demo_head()
    scene.sequence_editor_create().strips.new_sound("hello", AUDIO, 1, 1)
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
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.generate("EXEC_DEFAULT")
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[-1]):
        bpy.ops.wm.window_close()
    for _ in range(4):
        yield
    yield from picture("network_gone")
    settings.model_file = ""
