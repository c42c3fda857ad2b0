# SPDX-License-Identifier: GPL-3.0-or-later
"""Install an extension zip into the Blender module this runs under, and animate a head with it.

Usage: python try_extension.py EXTENSION.zip SPEECH. Prints what was keyed; the exit status is 1 when the mouth does not move,
when the bundled onnxruntime is not what runs, or when it cannot be removed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path


def main(extension: Path, speech: Path) -> int:
    """Install, add a head and a strip, generate, and look at the keys."""
    with tempfile.TemporaryDirectory() as resources:
        os.environ["BLENDER_USER_RESOURCES"] = resources
        import bpy  # isort: skip  (it brings addon_utils)
        import addon_utils

        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        addon_utils.enable("bl_pkg")
        bpy.ops.extensions.package_install_files(filepath=str(extension), repo="user_default", enable_on_install=True)
        hearing = import_module("bl_ext.user_default.parlance.inference.hearing")
        scene = bpy.context.scene
        bpy.ops.parlance.add_demo_head()
        editor = scene.sequence_editor_create()
        strips = editor.strips if hasattr(editor, "strips") else editor.sequences
        strips.new_sound("speech", str(speech), 1, 1)
        bpy.ops.parlance.generate()
        opening = [_opening(frame) for frame in range(1, 240, 2)]
        engine = hearing.engine()
        print(f"Blender {bpy.app.version_string}, {engine.name}: jaw opens from {min(opening):.2f} to {max(opening):.2f}")
        moves = max(opening) - min(opening) > 0.1
        return 0 if moves and engine.name == "onnxruntime" and _goes_quietly(Path(resources)) else 1


def _goes_quietly(resources: Path) -> bool:
    """Whether nothing goes wrong when it is removed: its files are gone before it is switched off."""
    import addon_utils

    troubles: list[Exception] = []
    shutil.rmtree(resources / "extensions/user_default/parlance")
    addon_utils.disable("bl_ext.user_default.parlance", handle_error=troubles.append)
    for trouble in troubles:
        print(f"While it was removed: {trouble}")
    return not troubles


def _opening(frame: int) -> float:
    """The largest jawOpen of any mesh at the frame, after evaluation."""
    import bpy

    bpy.context.scene.frame_set(frame)
    keys = (mesh.data.shape_keys for mesh in bpy.data.objects if mesh.type == "MESH" and mesh.data.shape_keys)
    return max(float(key.key_blocks["jawOpen"].value) for key in keys if "jawOpen" in key.key_blocks)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
