# SPDX-License-Identifier: GPL-3.0-or-later
"""A tour of what the face can do: contact sheets of every emotion and preset, of a blink and of the gaze, and a merge.

Usage: python demo/tour.py [--audio SPEECH] [--out FOLDER] [--head YOUNG|OLDER] [--only emotions|presets|blink|gaze|merge].
Every picture is the head posed by the library itself, the way its curves would pose it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from math import radians
from pathlib import Path
from typing import Any

from stage import EXTENSION, ROOT, film, open_blender, still, waveform  # first: it tells Blender where to live

import bpy  # isort: skip

import numpy as np

from parlance.head.design import DESIGNS
from parlance.inference import arkit
from parlance.inference.acting import act
from parlance.inference.animation import Animation
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX as MEASURE
from parlance.inference.geometry import measure
from parlance.inference.hearing import hear
from parlance.inference.keying import Keys, Record, fit, regenerate
from parlance.inference.performance import EMOTIONS, Performance
from parlance.inference.presets import load_preset, preset_names

import plots  # isort: skip

FPS = 60
LEVELS = (0.33, 0.66, 1.0)
NO_BLINKS = {"blink_rate": 0.0, "blink_rate_silent": 0.0, "blink_gaze": 0.0}
SIZE = (260, 300)
CLOSE_UP = 1.5
"""How much longer than the portrait's the lens is: the face fills the picture."""


class Model:
    """The head on stage, and how to pose and photograph it."""

    def __init__(self, scene: Any, rig: Any, folder: Path) -> None:
        self.scene, self.rig, self.folder = scene, rig, folder
        character = import_module(f"{EXTENSION}.addon.scene.characters").of(rig)
        self.geometry = import_module(f"{EXTENSION}.addon.generate.plan").rig_of(character).geometry
        self.count = 0
        self.blocks = [
            (block, arkit.INDEX[block.name])
            for mesh in rig.children
            if mesh.type == "MESH" and mesh.data.shape_keys
            for block in mesh.data.shape_keys.key_blocks
            if block.name in arkit.INDEX
        ]
        self.bone = rig.pose.bones["Head"]
        self.bone.rotation_mode = "XYZ"

    def acting(self, performance: Performance, direction: Direction) -> Animation:
        """The performance as this face plays it."""
        return act(performance, direction, fps=FPS, start=0.0, geometry=self.geometry)

    def picture(self, animation: Animation, frame: int) -> Path:
        """A still of one frame of an animation."""
        for block, channel in self.blocks:
            block.value = float(animation.shapes[frame, channel])
        pitch, yaw, roll = (radians(float(degrees)) for degrees in animation.head[frame])
        self.bone.rotation_euler = (pitch, yaw, -roll)
        self.count += 1
        return still(self.scene, 1, self.folder / f"{self.count:05d}.png")


def main() -> None:
    """Make every sheet into the output folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=ROOT / "demo/hello.flac")
    parser.add_argument("--out", type=Path, default=ROOT / "out/demo")
    parser.add_argument("--only", choices=STOPS, action="append")
    parser.add_argument("--head", default="YOUNG", choices=tuple(DESIGNS))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    print("· opening Blender and adding the head", flush=True)
    open_blender()
    head_module = import_module(f"{EXTENSION}.addon.demo_head")
    scene = bpy.context.scene
    rig = head_module.create_demo_head(bpy.context, design=options.head)
    scene.camera = head_module.frame_head(scene, rig)
    scene.camera.data.lens *= CLOSE_UP
    film(scene, *SIZE)
    print("· listening", flush=True)
    performance = hear(waveform(options.audio))
    with tempfile.TemporaryDirectory() as folder:
        model = Model(scene, rig, Path(folder))
        for name in options.only or STOPS:
            STOPS[name](model, performance, options.out)
    print(f"Look at {options.out}.")


def emotions(model: Model, performance: Performance, out: Path) -> None:
    """One sheet per emotion: three intensities from top to bottom; in silence and on telling moments of speech."""
    still_life = replace(Direction(), brow_amount=0.0, head_amount=0.6, life=0.0, phrasing=0.0, fade=0.05, eye_contact=1.0)
    still_life = replace(still_life, auto_emotion=0.0, auto_tension=0.0, **NO_BLINKS)
    for emotion in EMOTIONS:
        rows = [(f"{emotion} {level:.0%}", replace(still_life, **{emotion: level})) for level in LEVELS]
        _sheet(model, performance, rows, out / f"tour_{emotion}.png")
    mixed = {
        "angry smile": {"anger": 0.8, "anger_place": -1.0, "joy": 0.8, "joy_place": 1.0},
        "bittersweet": {"joy": 0.6, "sadness": 0.7},
        "horrified": {"fear": 0.8, "disgust": 0.7},
        "tense": {"tension": 1.0},
        "calm": {"tension": -1.0},
    }
    rows = [(name, replace(still_life, **values)) for name, values in mixed.items()]
    _sheet(model, performance, rows, out / "tour_mixtures.png")


def presets(model: Model, performance: Performance, out: Path) -> None:
    """Every preset, a row each, at the same moments."""
    rows = [(preset.name, preset.direction) for preset in map(load_preset, preset_names())]
    _sheet(model, performance, rows, out / "tour_presets.png", evenly=4)


def blink(model: Model, performance: Performance, out: Path) -> None:
    """A blink, frame by frame at 60 frames a second."""
    animation = model.acting(performance, replace(Direction(), blink_partials=0.0))
    shut = int(np.argmax(animation.blink[:, 0] > 0.99))
    frames = range(max(shut - 7, 0), min(shut + 17, len(animation.shapes)))
    _strip(model, animation, frames, [f"{(frame - shut) * 1000 / FPS:+.0f} ms" for frame in frames], out / "tour_blink.png")


def gaze(model: Model, performance: Performance, out: Path) -> None:
    """The eyes through the largest shift of gaze, then at the corners of their reach."""
    animation = model.acting(performance, replace(Direction(), eye_contact=0.4))
    speed = np.hypot(*np.diff(animation.gaze, axis=0).T)
    middle = int(np.argmax(np.convolve(speed, np.ones(5), "same")))
    frames = [min(max(frame, 0), len(animation.shapes) - 1) for frame in range(middle - 6, middle + 10)]
    pictures = [model.picture(animation, frame) for frame in frames]
    captions = [f"{animation.gaze[frame, 0]:+.0f}° {animation.gaze[frame, 1]:+.0f}°" for frame in frames]
    for yaw, pitch in ((-30, 0), (30, 0), (0, 18), (0, -22), (-25, 15), (25, 15), (-25, -18), (25, -18)):
        aimed = replace(Direction(), gaze_yaw=yaw, gaze_pitch=pitch, eye_contact=1.0, head_gaze=0.0, head_amount=0.0)
        looked = model.acting(performance, replace(aimed, **NO_BLINKS))
        pictures.append(model.picture(looked, len(looked.shapes) // 2))
        captions.append(f"target {yaw:+d}° {pitch:+d}°")
    plots.contact_sheet(pictures, captions, out / "tour_gaze.png")
    print("  tour_gaze.png", flush=True)


def merge(model: Model, performance: Performance, out: Path) -> None:
    """A hand-made change to the jaw, before and after the sliders have moved."""
    first, second = (model.acting(performance, Direction(jaw=jaw, seed=1)) for jaw in (1.0, 1.5))
    channel = arkit.INDEX["jawOpen"]
    generated, wanted = (
        fit(made.shapes[:, channel], 0, tolerance=0.01, anchors=_jaw_anchors(made, channel)) for made in (first, second)
    )
    edited = _edited(generated)
    merged = regenerate(Record(generated, generated), wanted, edited)
    plots.plot_merge(
        {"generated, jaw 1.0": generated, "changed by hand": edited, "generated, jaw 1.5": wanted, "merged": merged.written},
        [(edit.start, edit.end) for edit in merged.edits],
        FPS,
        out / "tour_merge.png",
    )
    print("  tour_merge.png", flush=True)


def _jaw_anchors(animation: Animation, channel: int) -> list[int]:
    return [round(anchor.frame) for anchor in animation.anchors if not anchor.channels or channel in anchor.channels]


def _edited(keys: Keys) -> Keys:
    """Two things an artist does: a key pulled up with its handles, and a key deleted."""
    pulled, deleted = len(keys.values) // 3, 2 * len(keys.values) // 3
    values, left, right = keys.values.copy(), keys.left.copy(), keys.right.copy()
    values[pulled] += 0.25
    left[pulled, 1] += 0.25
    right[pulled, 1] += 0.25
    kept = np.arange(len(values)) != deleted
    return Keys(keys.frames[kept], values[kept], left[kept], right[kept])


def _sheet(
    model: Model, performance: Performance, rows: Sequence[tuple[str, Direction]], path: Path, evenly: int = 0
) -> None:
    """One row of pictures per Direction, at the same moments of the same speech."""
    plain = model.acting(performance, Direction())
    moments = _moments(performance, plain)
    for index in range(evenly):
        frame = round(len(plain.shapes) * (index + 0.5) / evenly)
        moments[f"{frame / FPS:.2f} s"] = frame
    pictures, captions = [], []
    for name, direction in rows:
        animation = model.acting(performance, direction)
        pictures += [model.picture(animation, frame) for frame in moments.values()]
        captions += [f"{name}, {moment}" for moment in moments]
    plots.contact_sheet(pictures, captions, path, columns=len(moments))
    print(f"  {path.name}", flush=True)


def _moments(performance: Performance, plain: Animation) -> dict[str, int]:
    """Frames worth comparing: silence, the widest vowel, the tightest closure, the roundest and the widest lips."""
    speech = plain.layers["speech"]
    gap = measure(speech)[:, MEASURE["gap"]]
    rounded = speech[:, arkit.INDEX["mouthPucker"]] + speech[:, arkit.INDEX["mouthFunnel"]]
    spread = speech[:, arkit.INDEX["mouthStretchLeft"]] + speech[:, arkit.INDEX["mouthSmileLeft"]]
    silent = [event for event in performance.events if event.kind == "pause" and event.duration > 0.2]
    middle = max(silent, key=lambda event: event.duration) if silent else None
    rest = round((middle.time + 0.6 * middle.duration) * FPS) if middle else 0
    inner = slice(FPS // 4, len(gap) - FPS // 4)
    return {
        "silence": rest,
        "open": int(np.argmax(gap[inner])) + inner.start,
        "closed": int(np.argmin(gap[inner])) + inner.start,
        "rounded": int(np.argmax(rounded[inner])) + inner.start,
        "spread": int(np.argmax(spread[inner] - rounded[inner])) + inner.start,
    }


def _strip(model: Model, animation: Animation, frames: Sequence[int], captions: Sequence[str], path: Path) -> None:
    plots.contact_sheet([model.picture(animation, frame) for frame in frames], captions, path)
    print(f"  {path.name}", flush=True)


STOPS: dict[str, Callable[[Model, Performance, Path], None]] = {
    "emotions": emotions,
    "presets": presets,
    "blink": blink,
    "gaze": gaze,
    "merge": merge,
}


if __name__ == "__main__":
    main()
