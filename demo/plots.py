# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a performance: the curve plot, frames tiled into a contact sheet, and frames as a moving picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from parlance.inference.animation import Animation
from parlance.inference.arkit import INDEX
from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.keying import Keys, evaluate
from parlance.inference.performance import EMOTIONS, Performance

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.font_manager import findfont

MOUTH = ("jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthStretchLeft", "mouthRollLower")


def plot_curves(audio: Audio, performance: Performance, animation: Animation, path: Path) -> None:
    """Waveform, phones, main mouth curves, blinks and gaze, emotion and head over one time axis, as a PNG."""
    figure, (wave, phones, mouth, eyes, emotion, head) = plt.subplots(
        6, 1, figsize=(18, 13), sharex=True, height_ratios=(1.2, 0.5, 2.4, 1.2, 1.2, 1.2), layout="constrained"
    )
    seconds = np.arange(len(audio.samples)) / SAMPLE_RATE
    wave.plot(seconds, audio.samples, linewidth=0.4, color="#446")
    wave.set_ylabel("waveform")
    _draw_phones(phones, performance)
    times = animation.times - audio.start
    for name in MOUTH:
        mouth.plot(times, animation.shapes[:, INDEX[name]], linewidth=1.2, label=name)
    mouth.set_ylabel("mouth")
    eyes.plot(times, animation.blink[:, 0], linewidth=1, label="blink", color="#c33")
    eyes.plot(times, animation.gaze[:, 0] / 30, linewidth=0.8, label="gaze yaw / 30°")
    eyes.plot(times, animation.gaze[:, 1] / 30, linewidth=0.8, label="gaze pitch / 30°")
    eyes.plot(times, animation.shapes[:, INDEX["browInnerUp"]], linewidth=1, label="browInnerUp", color="#383")
    eyes.set_ylabel("eyes, brows")
    for index, name in enumerate(EMOTIONS):
        emotion.plot(times, animation.emotion[:, index], linewidth=1, label=name)
    emotion.plot(times, animation.arousal, linewidth=1.5, color="black", label="arousal")
    emotion.set_ylabel("emotion")
    for index, name in enumerate(("pitch", "yaw", "roll")):
        head.plot(times, animation.head[:, index], linewidth=1, label=name)
    head.set_ylabel("head °")
    head.set_xlabel("seconds")
    for axis in (mouth, eyes, emotion, head):
        axis.legend(loc="upper right", fontsize=7, ncols=4, framealpha=0.6)
        axis.grid(alpha=0.2)
    figure.savefig(path, dpi=90)
    plt.close(figure)


def _draw_phones(axis: Axes, performance: Performance) -> None:
    for phone in performance.phones:
        shade = "#ddd" if phone.symbol == "sil" else plt.cm.viridis(phone.confidence)
        axis.axvspan(phone.start, phone.end, color=shade, alpha=0.5, linewidth=0)
        if phone.symbol != "sil":
            axis.text((phone.start + phone.end) / 2, 0.5, phone.symbol, ha="center", va="center", fontsize=7)
    axis.set_yticks([])
    axis.set_ylabel("phones")


def plot_merge(curves: dict[str, Keys], edits: Sequence[tuple[float, float]], fps: float, path: Path) -> None:
    """Keys and curves of one channel, one below another over the same seconds, edited stretches shaded, as a PNG."""
    figure, axes = plt.subplots(len(curves), 1, figsize=(18, 2.6 * len(curves)), sharex=True, sharey=True, layout="constrained")
    for axis, (name, keys) in zip(axes, curves.items(), strict=True):
        frames = np.arange(keys.frames[0], keys.frames[-1], 0.25)
        axis.plot(frames / fps, evaluate(keys, frames), linewidth=1.2)
        axis.plot(keys.frames / fps, keys.values, "o", markersize=3, color="#c33")
        for start, end in edits:
            axis.axvspan(start / fps, end / fps, color="#fd6", alpha=0.4, linewidth=0)
        axis.set_ylabel(name)
        axis.grid(alpha=0.2)
    axes[-1].set_xlabel("seconds")
    figure.savefig(path, dpi=80)
    plt.close(figure)


def contact_sheet(frames: Sequence[Path], captions: Sequence[str], path: Path, columns: int = 8, width: int = 240) -> None:
    """Tile pictures with captions into one PNG. All pictures have the same size."""
    pictures = [Image.open(frame).convert("RGB") for frame in frames]
    height = round(width * pictures[0].height / pictures[0].width)
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * width, rows * (height + 16)), "#222")
    draw = ImageDraw.Draw(sheet)
    letters = ImageFont.truetype(findfont("DejaVu Sans"), 11)  # Pillow's own font knows no phonetic letters
    for index, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        x, y = index % columns * width, index // columns * (height + 16)
        sheet.paste(picture.resize((width, height)), (x, y))
        draw.text((x + 6, y + height + 2), caption, fill="#ddd", font=letters)
    sheet.save(path)


def loop(frames: Sequence[Path], path: Path, width: int, rate: float, limit: int) -> int:
    """Frames as a WebP that repeats, scaled to `width` pixels, as good as fits into `limit` bytes; its size in bytes."""
    pictures = [Image.open(frame).convert("RGB") for frame in frames]
    height = round(width * pictures[0].height / pictures[0].width)
    pictures = [picture.resize((width, height), Image.Resampling.LANCZOS) for picture in pictures]
    for quality in (82, 70, 58, 46, 34):
        pictures[0].save(
            path, save_all=True, append_images=pictures[1:], duration=round(1000 / rate), loop=0, quality=quality, method=4
        )
        if path.stat().st_size < limit:
            break
    return path.stat().st_size


_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
_EYES = (33, 263)
_ACROSS = 0.95
"""Distances between the outer eye corners that a picture of the lips shows."""


def draw_lips(points: np.ndarray, index: dict[int, int], size: tuple[int, int], path: Path) -> None:
    """The lips of tracked landmarks, float[P, 2] pixels, as large as a close-up of a head shows them. index: mesh point → row."""
    eyes = points[[index[point] for point in _EYES]]
    scale = size[0] / (_ACROSS * float(np.linalg.norm(eyes[1] - eyes[0])))
    middle = points[[index[point] for point in _OUTER if point in index]].mean(axis=0)
    picture = Image.new("RGB", size, (110, 115, 125))
    pen = ImageDraw.Draw(picture)
    for ring, colour in ((_OUTER, (190, 110, 105)), (_INNER, (40, 15, 20))):
        corners = [tuple((points[index[point]] - middle) * scale + np.array(size) / 2) for point in ring if point in index]
        pen.polygon(corners, fill=colour)
    picture.save(path)
