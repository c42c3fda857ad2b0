# SPDX-License-Identifier: GPL-3.0-or-later
"""Every slider at its low and at its high end, side by side on the same words: a moving picture each, for the manual.

Usage: python demo/sliders.py [--out FOLDER] [--only NAME ...] [--measure]. Each picture shows the stretch of a line on which both
ends differ most. What a slider moves only in company (where joy shows, without joy) is shown in it (`slider_company.py`). How far
each moves the face is printed.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from stage import ROOT, open_blender, still  # first: it tells Blender where to live

import bpy  # isort: skip

import cast
import numpy as np
import slider_company
from PIL import Image

from parlance.inference.acting import Performer, act
from parlance.inference.animation import Animation
from parlance.inference.direction import Control, Direction, controls
from parlance.inference.geometry import Geometry

SIZE = (112, 128)
DRAWN = 2
"""How many times as large as shown a picture is drawn: a slit between lips thinner than a pixel would be a dotted line."""
PICTURES, RATE = 10, 6
"""Pictures of each end, and how many of them are shown a second."""
FPS = 60
BYTES = 28_000
DEGREES = 12.0
"""A turn of the head that counts as much as a shape from 0 to 1."""
CLOSER = {
    "whole head": (0.72, 0.5, 0.5),
    "mouth": (2.0, 0.5, 0.61),
    "eyes": (1.7, 0.5, 0.4),
    "turning eyes": (1.4, 0.5, 0.4),
    "lips": (3.2, 0.5, 0.64),
    "brows": (1.9, 0.5, 0.33),
    "eye": (4.0, 0.66, 0.39),
    "profile": (2.2, 0.74, 0.62),
}
"""Closer looks, and one from further away: how many times as large, and where their centre lies as shares of the picture."""
GAP = 2
"""Pixels between the two ends."""
FAINT = 0.12
"""A difference, summed over shapes, below which two faces look alike at this size."""
NOT_SEEN = "keys"
"""The section whose sliders change the keys and not the face."""


def main() -> None:
    """Make all pictures into the output folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images/sliders")
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--measure", action="store_true", help="say how far each moves the face, and render nothing")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    open_blender()
    sitter = cast.sit("YOUNG")
    lens = bpy.context.scene.camera.data.lens
    voices = slider_company.voices(ROOT / "demo/hello.flac")
    total = 0
    for control in (each for each in controls() if each.section != NOT_SEEN):
        if options.only and control.name not in options.only:
            continue
        low, high = _ends(control, voices, sitter.geometry)
        seconds = slider_company.of(control.name).seconds
        first, difference = _where(low, high, seconds)
        told = f"{control.name:<20} {difference:6.2f} at {first / FPS:5.2f} s{'   faint' if difference < FAINT else ''}"
        if options.measure:
            print(told, flush=True)
            continue
        path = options.out / f"{control.name}.webp"
        near = slider_company.of(control.name).near
        times = CLOSER[near][0] if near else 1.0
        cast.film(bpy.context.scene, *(round(side * DRAWN * max(times, 1.0)) for side in SIZE))
        bpy.context.scene.camera.data.lens = lens * min(times, 1.0)
        frames = [first + round(index * seconds * FPS / PICTURES) for index in range(PICTURES)]
        with tempfile.TemporaryDirectory() as folder:
            pairs = [[_picture(sitter, each, frame, Path(folder)).crop(_seen(near)) for each in (low, high)] for frame in frames]
        total += _loop(pairs, path)
        print(f"{told}   {path.stat().st_size / 1000:.0f} KB", flush=True)
    print(f"{total / 1e6:.2f} MB in {options.out}")


def _ends(control: Control, voices: slider_company.Voices, geometry: Geometry) -> tuple[Animation, Animation]:
    """The line with a slider at its low and at its high end, all else alike."""
    company = slider_company.of(control.name)
    performance = voices[company.voice]
    made = []
    for value in (control.low, control.high):
        kind = type(control.default)
        direction = replace(Direction(), **{**company.direction, control.name: kind(value)})
        made.append(act(performance, direction, fps=FPS, start=0.0, performer=Performer(geometry)))
    return made[0], made[1]


def _where(low: Animation, high: Animation, seconds: float) -> tuple[int, float]:
    """The first frame of the stretch on which both differ most, and how much they do there on average."""
    shapes = np.abs(low.shapes - high.shapes).sum(axis=1) + np.abs(low.head - high.head).sum(axis=1) / DEGREES
    length = min(round(seconds * FPS), len(shapes))
    summed = np.convolve(shapes, np.ones(length), "valid") / length
    first = int(np.argmax(summed))
    return first, float(summed[first])


def _seen(near: str) -> tuple[int, int, int, int]:
    """What of a picture is shown: all, or that much of a larger one around a part of the face."""
    times, across, down = CLOSER.get(near, (1.0, 0.5, 0.5))
    times = max(times, 1.0)
    (left, right), (top, bottom) = (_span(side, times, centre) for side, centre in zip(SIZE, (across, down), strict=True))
    return left, top, right, bottom


def _span(length: int, times: float, centre: float) -> tuple[int, int]:
    whole = round(length * times)
    first = min(max(round(whole * centre - length / 2), 0), whole - length)
    return first, first + length


def _picture(sitter: cast.Sitter, animation: Animation, frame: int, folder: Path) -> Image.Image:
    frame = min(frame, len(animation.shapes) - 1)
    sitter.pose(animation.shapes[frame], animation.head[frame])
    with Image.open(still(bpy.context.scene, 1, folder / "picture.png")) as picture:
        return picture.convert("RGB").reduce(DRAWN)


def _loop(pairs: list[list[Image.Image]], path: Path) -> int:
    """Both ends beside each other as a WebP that repeats, within BYTES; its size."""
    frames = []
    for low, high in pairs:
        both = Image.new("RGB", (2 * low.width + GAP, low.height), "white")
        both.paste(low, (0, 0))
        both.paste(high, (low.width + GAP, 0))
        frames.append(both)
    for quality in (55, 40, 28):
        frames[0].save(
            path, save_all=True, append_images=frames[1:], duration=round(1000 / RATE), loop=0, quality=quality, method=4
        )
        if path.stat().st_size <= BYTES:
            break
    return path.stat().st_size


if __name__ == "__main__":
    main()
