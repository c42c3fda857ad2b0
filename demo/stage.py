# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty Blender with Parlance enabled, a head on stage and a way to film it. Runs under Blender's Python module."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent.parent

# Before Blender starts: the artist's own preferences and extensions are neither read nor written.
_resources = tempfile.mkdtemp(prefix="parlance-demo-")
os.environ["BLENDER_USER_RESOURCES"] = _resources
atexit.register(shutil.rmtree, _resources, ignore_errors=True)

import bpy  # noqa: E402  isort: skip  (it brings addon_utils)
import addon_utils  # noqa: E402  isort: skip

from parlance.inference.audio import SAMPLE_RATE, Audio  # noqa: E402

AMBIENT = 0.2
PORTRAIT = (
    ((0.0, 0.7, 0.71), (1.0, 0.95, 0.89), (0.15, 0.15, 0.15), 0.25),
    ((0.0, -0.3, 0.95), (0.22, 0.21, 0.2), (0.0, 0.0, 0.0), 0.6),
)
"""Key and fill: where each comes from (right, up, towards the lens), its colour on skin and in highlights, its softness."""
FOLDS = {
    "cavity_ridge_factor": 0.3,
    "cavity_valley_factor": 1.2,
    "curvature_ridge_factor": 0.3,
    "curvature_valley_factor": 1.0,
}
"""How much brighter ridges and darker valleys are: some three times a demo head's, whose folds are painted besides."""
EXTENSION = "bl_ext.user_default.parlance"


def open_blender() -> None:
    """An empty file, and this checkout enabled as the extension it will be."""
    extensions = Path(_resources) / "extensions/user_default"
    extensions.mkdir(parents=True, exist_ok=True)
    _link_checkout(extensions / "parlance")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    addon_utils.enable(EXTENSION, default_set=True)


def _link_checkout(target: Path) -> None:
    if target.exists():
        return
    try:
        target.symlink_to(ROOT, target_is_directory=True)
    except OSError:  # Windows without the right to make links
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(".*", "out", "dist", "runs", "__pycache__"))


def add_strip(scene: Any, audio: Path, frame: int = 1) -> Any:
    """A sound strip on channel 1, and a scene as long as the sound."""
    editor = scene.sequence_editor_create()
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    strip = strips.new_sound(audio.stem, str(audio), 1, frame)
    scene.frame_start = frame
    scene.frame_end = frame + strip.frame_final_duration - 1
    return strip


def waveform(path: Path) -> Audio:
    """A sound file in any format that Blender decodes."""
    import aud

    return Audio(aud.Sound(str(path)).rechannel(1).resample(SAMPLE_RATE, 3).data()[:, 0])


def film(scene: Any, width: int, height: int) -> None:
    """A quick renderer that needs no graphics card. The look is the head's own; what costs most of the time is left out."""
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width, height, 100
    scene.display.render_aa = "FXAA"
    scene.display.shading.show_shadows = False


def light_portrait(scene: Any) -> None:
    """The quick renderer's light, as a photographer sets it for a face: a soft key from above the lens, a weak fill from below.

    Brows, nose and lips cast no shadow in that renderer, but planes that face down darken as in a portrait, and so do folds, into
    which little light falls. Such lights are kept in the preferences, which are this empty Blender's own.
    """
    shading = scene.display.shading
    for setting, value in FOLDS.items():
        setattr(shading, setting, value)
    system = bpy.context.preferences.system
    system.use_studio_light_edit = True
    shading.light, shading.studio_light = "STUDIO", "Default"
    system.light_ambient = (AMBIENT,) * 3
    for light, setting in zip(system.solid_lights, (*PORTRAIT, *(None,) * len(system.solid_lights)), strict=False):
        light.use = setting is not None
        if setting is not None:
            light.direction, light.diffuse_color, light.specular_color, light.smooth = setting


def still(scene: Any, frame: float, path: Path) -> Path:
    """Render one frame to a PNG."""
    scene.frame_set(int(frame), subframe=frame % 1)
    _image_output(scene, "IMAGE", "PNG")
    scene.render.filepath = str(path)
    with _quietly():
        bpy.ops.render.render(write_still=True)
    return path


def movie(scene: Any, path: Path) -> None:
    """Render the scene's range to an MP4 with its sound, with a line of progress per second of film."""
    _image_output(scene, "VIDEO", "FFMPEG")
    output = scene.render.ffmpeg
    output.format, output.codec, output.audio_codec = "MPEG4", "H264", "AAC"
    output.constant_rate_factor = "HIGH"
    scene.render.filepath = str(path)

    def tell(scene: Any, *_: Any) -> None:
        if (scene.frame_current - scene.frame_start) % round(scene.render.fps) == 0:
            print(f"  frame {scene.frame_current} of {scene.frame_end}", file=screen, flush=True)

    with _quietly() as screen:
        bpy.app.handlers.render_write.append(tell)
        try:
            bpy.ops.render.render(animation=True)
        finally:
            bpy.app.handlers.render_write.remove(tell)


@contextmanager
def _quietly() -> Iterator[TextIO]:
    """Blender's line for each picture it saves is shown only if rendering fails; gives what still reaches the screen.

    Blender and graphics drivers write past Python, so it is their files that are led elsewhere for a while.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    real = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as said, os.fdopen(os.dup(1), "w") as screen:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        try:
            yield screen
        except BaseException:
            said.seek(0)
            os.write(real[1], said.read())
            raise
        finally:
            for file, number in zip(real, (1, 2), strict=True):
                os.dup2(file, number)
                os.close(file)


def _image_output(scene: Any, media: str, file_format: str) -> None:
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):  # from Blender 5.0 the kind comes before the format
        settings.media_type = media
    settings.file_format = file_format
