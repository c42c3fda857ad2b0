# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, from a voice to a talking head: demo.blend, demo.mp4, contact sheet, curve plot and a line of figures.

Usage: python demo/make.py [--audio SPEECH] [--out FOLDER] [--size 640x720]. Without --audio the bundled clip speaks; README.md
here says how it was made.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from stage import EXTENSION, ROOT, add_strip, film, movie, open_blender, still, waveform  # first: it tells Blender where to live

import bpy  # isort: skip

import plots  # isort: skip

SHEET_FRAMES = 32
CLOSER = 1.25
"""A tighter crop than the portrait that the head comes with: this film is about the mouth."""


def main() -> None:
    """Make everything into the output folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=ROOT / "demo/hello.flac")
    parser.add_argument("--out", type=Path, default=ROOT / "out/demo")
    parser.add_argument("--size", default="640x720")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if not options.audio.is_file():
        parser.error(f"there is no file {options.audio}")
    width, height = (int(part) for part in options.size.split("x"))

    print("· opening Blender and adding the head", flush=True)
    open_blender()
    scene = bpy.context.scene
    bpy.ops.parlance.add_demo_head()
    face = bpy.context.view_layer.objects.active
    head_module = import_module(f"{EXTENSION}.addon.demo_head")
    scene.camera = head_module.frame_head(scene, face.parent)
    scene.camera.data.lens *= CLOSER
    strip = add_strip(scene, options.audio.resolve())

    print("· generating lip sync", flush=True)
    started = time.perf_counter()
    bpy.ops.parlance.generate()
    taken = time.perf_counter() - started
    film(scene, width, height)
    _save(options.out / "demo.blend", strip)

    print("· plotting the curves", flush=True)
    line = face.parent.parlance.lines[0]
    _plot(options.audio, line, scene, options.out / "demo_curves.png")
    print(f"· filming {scene.frame_end - scene.frame_start + 1} frames", flush=True)
    _sheet(scene, options.out / "demo_sheet.png")
    movie(scene, options.out / "demo.mp4")
    seconds = (scene.frame_end - scene.frame_start + 1) / scene.render.fps
    print(f"{seconds:.1f} s of audio, {taken:.2f} s from click to keys: {line.result}")
    print(f"Look at {options.out}: demo.blend, demo.mp4, demo_sheet.png, demo_curves.png")


def _save(path: Path, strip: Any) -> None:
    """A file that opens anywhere: the sound packed inside."""
    strip.sound.pack()
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=True)


def _plot(audio: Path, line: Any, scene: Any, path: Path) -> None:
    """The stored performance, acted again with the line's own sliders."""
    performance = import_module(f"{EXTENSION}.addon.scene.stored").unpack(line.performance)
    direction = import_module(f"{EXTENSION}.addon.scene.properties").direction_of(line.direction)
    act = import_module(f"{EXTENSION}.inference.acting").act
    animation = act(performance, direction, fps=scene.render.fps / scene.render.fps_base, start=0.0)
    plots.plot_curves(waveform(audio), performance, animation, path)


def _sheet(scene: Any, path: Path) -> None:
    """Frames spread evenly over the clip."""
    length = scene.frame_end - scene.frame_start
    frames = [scene.frame_start + round(length * (index + 0.5) / SHEET_FRAMES) for index in range(SHEET_FRAMES)]
    with tempfile.TemporaryDirectory() as folder:
        pictures = [still(scene, frame, Path(folder) / f"{frame:05d}.png") for frame in frames]
        plots.contact_sheet(pictures, [f"{(frame - scene.frame_start) / scene.render.fps:.2f} s" for frame in frames], path)


if __name__ == "__main__":
    main()
