# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, from a voice to a head that acts: demo.blend, demo.mp4, demo.webp, contact sheet, curve plot, figures.

Usage: python demo/make.py [--audio SPEECH] [--out FOLDER] [--size 640x720] [--head YOUNG|OLDER]. Without --audio the bundled clip
speaks, in moods keyed as an artist would key them; README.md here says how it was made. Any other voice speaks cheerfully.
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

from parlance.head.design import DESIGNS

import plots  # isort: skip

SHEET_FRAMES = 32
CLOSER, RAISED, TURNED = 1.25, 0.012, 28.0
"""Tighter than the portrait that the head comes with, for this film is about the face; metres by which the camera is raised,
degrees by which it goes around the head, so that the face has depth. The eyes rest on the camera."""
BUNDLED = ROOT / "demo/hello.flac"
CHEERFUL = 0.45
MOOD = ("excited", 0.5)
"""The mood of the whole bundled line, and how much of it."""
MOODS = (
    (0.0, {"joy": 0.45, "surprise": 0.25}),  # Hello!
    (1.0, {"joy": 0.6, "surprise": 0.05}),  # My name is Parlance.
    (2.2, {"joy": 0.35}),  # Give me a voice, and I will move my lips,
    (4.6, {"joy": 0.35, "surprise": 0.0}),
    (5.15, {"surprise": 0.6}),  # my brows
    (5.8, {"surprise": 0.0, "joy": 0.2, "contempt": 0.0}),  # and my eyes.
    (6.4, {"joy": 0.1, "contempt": 0.6}),  # Maybe you would prefer something bigger?
    (8.1, {"contempt": 0.5, "surprise": 0.1, "joy": 0.1}),
    (8.45, {"contempt": 0.0, "surprise": 1.0}),  # Wow,
    (8.9, {"surprise": 0.7, "joy": 0.5}),  # what a beautiful
    (9.6, {"surprise": 0.2, "joy": 0.9}),  # morning!
    (10.3, {"surprise": 0.1, "joy": 0.8}),
)
"""Seconds of the bundled clip, and what the face feels then."""
WEBP_RATE = 15
WEBP_WIDTH = 480
WEBP_OVERSAMPLING = 1.5
WEBP_LIMIT = 3_000_000


def main() -> None:
    """Make everything into the output folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=BUNDLED)
    parser.add_argument("--out", type=Path, default=ROOT / "out/demo")
    parser.add_argument("--size", default="640x720")
    parser.add_argument("--head", default="YOUNG", choices=tuple(DESIGNS))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if not options.audio.is_file():
        parser.error(f"there is no file {options.audio}")
    width, height = (int(part) for part in options.size.split("x"))

    print("· opening Blender and adding the head", flush=True)
    open_blender()
    scene = bpy.context.scene
    bpy.ops.parlance.add_demo_head(design=options.head)
    face = bpy.context.view_layer.objects.active
    head_module = import_module(f"{EXTENSION}.addon.demo_head")
    scene.camera = head_module.frame_head(scene, face.parent, turn=TURNED)
    scene.camera.data.lens *= CLOSER
    scene.camera.location.z += RAISED
    face.parent.parlance.gaze_target = scene.camera
    strip = add_strip(scene, options.audio.resolve())

    print("· generating lip sync", flush=True)
    started = time.perf_counter()
    bpy.ops.parlance.generate()
    taken = time.perf_counter() - started
    _act(face.parent, scene, bundled=options.audio.resolve() == BUNDLED)
    film(scene, width, height)
    _save(options.out / "demo.blend", strip)

    print("· plotting the curves", flush=True)
    line = face.parent.parlance.lines[0]
    _plot(options.audio, line, scene, options.out / "demo_curves.png")
    print(f"· filming {scene.frame_end - scene.frame_start + 1} frames", flush=True)
    _sheet(scene, options.out / "demo_sheet.png")
    _loop(scene, options.out / "demo.webp")
    film(scene, width, height)
    movie(scene, options.out / "demo.mp4")
    seconds = (scene.frame_end - scene.frame_start + 1) / scene.render.fps
    print(f"{seconds:.1f} s of audio, {taken:.2f} s from click to keys: {line.result}")
    print(f"Look at {options.out}: demo.blend, demo.mp4, demo.webp, demo_sheet.png, demo_curves.png")


def _act(root: Any, scene: Any, bundled: bool) -> None:
    """Give the line its moods: keys on the emotion tracks where it is known what is said, else one slider."""
    if not bundled:
        root.parlance.lines[0].direction.joy = CHEERFUL
        return
    direction = root.parlance.lines[0].direction
    direction.mood, direction.mood_amount = MOOD
    rate = scene.render.fps / scene.render.fps_base
    for second, feelings in MOODS:
        for emotion, amount in feelings.items():
            setattr(root.parlance_tracks, emotion, amount)
            root.keyframe_insert(f"parlance_tracks.{emotion}", frame=scene.frame_start + round(second * rate))
    bpy.ops.parlance.generate()


def _save(path: Path, strip: Any) -> None:
    """A file that opens anywhere: the sound packed inside."""
    strip.sound.pack()
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=True)


def _plot(audio: Path, line: Any, scene: Any, path: Path) -> None:
    """The stored performance, acted again with the line's own sliders."""
    performance = import_module(f"{EXTENSION}.addon.animation.stored").unpack(line.performance)
    direction = import_module(f"{EXTENSION}.addon.properties.properties").direction_of(line.direction)
    act = import_module(f"{EXTENSION}.inference.acting").act
    animation = act(performance, direction, fps=scene.render.fps / scene.render.fps_base, start=0.0)
    plots.plot_curves(waveform(audio), performance, animation, path)


def _loop(scene: Any, path: Path) -> None:
    """A short film for a page: rendered larger than shown, for smooth edges, at a few frames a second."""
    film(scene, round(WEBP_OVERSAMPLING * WEBP_WIDTH), round(1.05 * WEBP_OVERSAMPLING * WEBP_WIDTH))
    step = scene.render.fps / WEBP_RATE
    count = int((scene.frame_end - scene.frame_start) / step)
    with tempfile.TemporaryDirectory() as folder:
        frames = [scene.frame_start + step * index for index in range(count)]
        pictures = [still(scene, frame, Path(folder) / f"{index:05d}.png") for index, frame in enumerate(frames)]
        size = plots.loop(pictures, path, WEBP_WIDTH, WEBP_RATE, WEBP_LIMIT)
    print(f"  {path.name}: {count} pictures, {size / 1e6:.1f} MB", flush=True)


def _sheet(scene: Any, path: Path) -> None:
    """Frames spread evenly over the clip."""
    length = scene.frame_end - scene.frame_start
    frames = [scene.frame_start + round(length * (index + 0.5) / SHEET_FRAMES) for index in range(SHEET_FRAMES)]
    with tempfile.TemporaryDirectory() as folder:
        pictures = [still(scene, frame, Path(folder) / f"{frame:05d}.png") for frame in frames]
        plots.contact_sheet(pictures, [f"{(frame - scene.frame_start) / scene.render.fps:.2f} s" for frame in frames], path)


if __name__ == "__main__":
    main()
