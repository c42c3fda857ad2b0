# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of expressions: millimetres shown against those asked for, which emotion they read as, and how far moods are apart.

Usage: python benchmarks/expressions.py [--audio SPEECH.wav]. Heads are those at hand (heads.py), repaired as the panel offers it,
and the other demo head. What a face shows is measured on the head's own shapes and translated into action units; it reads as the
emotion whose published prototype (Ekman, Friesen and Hager 2002, EMFACS) it resembles most, or as neutral where little shows.
Geometry, no viewer.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parlance.benchmarks import rigging
from parlance.benchmarks.heads import Head, heads
from parlance.head.bust import build_parts
from parlance.head.design import OLDER
from parlance.inference import arkit, features, phones
from parlance.inference.acting import Performer, act, faces, poses
from parlance.inference.animation import Animation
from parlance.inference.direction import Direction
from parlance.inference.files import read
from parlance.inference.geometry import INDEX as MEASURE
from parlance.inference.geometry import Geometry, measure
from parlance.inference.hearing import hear
from parlance.inference.moods import mood_names
from parlance.inference.performance import EMOTIONS, Performance
from parlance.inference.presets import load_preset, preset_names

ROOT: Final = Path(__file__).resolve().parents[1]
FPS: Final = 24
LEVELS: Final = (0.33, 0.66, 1.0)
PROTOTYPES: Final[dict[str, Mapping[str, float]]] = {
    "joy": {"6": 1, "7": 0.5, "12": 1},
    "sadness": {"1": 1, "4": 0.5, "15": 1, "17": 0.5},
    "anger": {"4": 1, "5": 0.3, "7": 0.7, "24": 0.7},
    "anger, lips parted": {"4": 1, "5": 0.3, "7": 0.7, "10": 0.5, "26": 0.3},
    "fear": {"1": 1, "2": 0.5, "4": 0.5, "5": 1, "20": 1, "26": 0.3},
    "disgust": {"9": 1, "10": 1, "4": 0.4, "6": 0.5, "7": 0.5, "15": 0.3},
    "surprise": {"1": 1, "2": 1, "5": 0.7, "26": 0.5},
    "contempt": {"14": 1, "12": 0.4},
}
OF_SPEECH: Final = ("10", "17", "20", "24", "26")
"""What speech moves by itself: alone it is no expression."""
LITTLE: Final = 0.55
"""Length of the vector of the other action units below which a face counts as neutral."""
CLOSED: Final = 0.5
"""Millimetres of lip gap up to which lips count as closed."""
SEEN: Final = 6
"""Shapes that two faces are told apart by: the distance is the mean of the largest differences."""


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=ROOT / "demo/hello.flac")
    performance = hear(read(parser.parse_args().audio))
    for head in _heads():
        _, calibration = rigging.repaired(head)
        print(f"\n## {head.name}\n")
        _print_millimetres(calibration.geometry)
        _print_reading(performance, calibration.geometry)
    _print_distances("emotions at 100 %", {name: Direction(**{name: 1.0}) for name in EMOTIONS}, performance)
    _print_distances("presets", {name: load_preset(name).direction for name in preset_names()}, performance)
    _print_distances("moods", {name: Direction(mood=name) for name in mood_names()}, performance)
    _print_closures(performance)


def _heads() -> Iterator[Head]:
    yield from heads()
    face = build_parts(OLDER)[0]
    still = np.zeros_like(face.points)
    shapes = {name: face.shapes.get(name, still).astype(np.float32) for name in arkit.NAMES}
    yield Head("the other demo head", face.points.astype(np.float32), shapes)


def _print_millimetres(geometry: Geometry) -> None:
    """What the faces at 100 % ask for by region, and what this head shows of it."""
    print("mm asked → shown at 100 %, on the leading side")
    for emotion, expression in poses.EXPRESSIONS.items():
        face = expression.faces[-1]
        (weights,) = faces.solved([face], geometry)
        shown = weights @ _without_jaw(geometry)
        names = [name for name in face.mm if name in features.PARTS] + [name for name in face.mm if name.endswith("Left")]
        rows = [(name.removesuffix("Left"), features.INDEX[name.removesuffix("Left") + "Left"]) for name in names]
        told = [f"{name} {face.targets[row]:.1f} → {shown[row]:.1f}" for name, row in rows]
        print(f"  {emotion:9s} " + ", ".join(told))


def _without_jaw(geometry: Geometry) -> NDArray[np.float32]:
    moves = (features.typical() if geometry.features is None else geometry.features).copy()
    moves[[*faces.JAW, arkit.INDEX["mouthClose"]]] = 0
    return moves


def _print_reading(performance: Performance, geometry: Geometry) -> None:
    """How many frames read as what is meant, at rest and while speaking."""
    still = Direction(life=0.0, phrasing=0.0, brow_amount=0.0, auto_tension=0.0)
    still = replace(still, blink_rate=0.0, blink_rate_silent=0.0, blink_gaze=0.0)
    print("share of frames that read as what is meant, by action units: in silence, while speaking")
    plain = _played(performance, still, geometry)
    print("  neutral   " + "  ".join(f"{_share(each, geometry, 'neutral'):4.0%}" for each in plain))
    for emotion in EMOTIONS:
        told = []
        for level in LEVELS:
            both = _played(performance, replace(still, **{emotion: level}), geometry)
            told.append(f"{level:.0%}: " + " ".join(f"{_share(each, geometry, emotion):4.0%}" for each in both))
        print(f"  {emotion:9s} " + "   ".join(told))


def _played(performance: Performance, direction: Direction, geometry: Geometry) -> tuple[Animation, Animation]:
    """The direction in silence, and speaking."""
    silent = np.zeros_like(performance.posteriors)
    silent[:, 0] = 1
    quiet = replace(
        performance, curves=performance.curves * 0, posteriors=silent, speech=performance.speech * 0, phones=(), events=(),
        arousal=performance.arousal * 0,
    )  # fmt: skip
    one, other = (act(each, direction, fps=FPS, start=0.0, performer=Performer(geometry)) for each in (quiet, performance))
    return one, other


def _share(animation: Animation, geometry: Geometry, meant: str) -> float:
    inner = animation.shapes[FPS // 2 : -FPS // 2]
    return float(np.mean([name == meant for name in readings(inner, geometry)]))


def readings(shapes: NDArray[np.float32], geometry: Geometry) -> list[str]:
    """What each frame, weights float32[F, 52], reads as: the nearest prototype, or neutral."""
    units = action_units(shapes, geometry)
    order = list(units)
    seen = np.stack([units[unit] for unit in order], axis=1)
    table = np.array([[prototype.get(unit, 0.0) for unit in order] for prototype in PROTOTYPES.values()])
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    length = np.linalg.norm(seen[:, [unit not in OF_SPEECH for unit in order]], axis=1)
    nearest = (seen @ table.T).argmax(axis=1)
    names = [name.split(",")[0] for name in PROTOTYPES]
    return ["neutral" if size < LITTLE else names[best] for size, best in zip(length, nearest, strict=True)]


def action_units(shapes: NDArray[np.float32], geometry: Geometry) -> dict[str, NDArray[np.float32]]:
    """Action units of frames, float32[F] each, 0..1.2, where 1 is clearly seen; from millimetres of both sides."""
    moved = shapes @ _without_jaw(geometry)

    def mm(part: str) -> NDArray[np.float32]:
        return np.asarray((moved[:, features.INDEX[part + "Left"]] + moved[:, features.INDEX[part + "Right"]]) / 2)

    def seen(value: NDArray[np.float32], clearly: float) -> NDArray[np.float32]:
        return np.clip(value / clearly, 0, 1.2)

    corners = moved[:, features.INDEX["cornerLeft"]] - moved[:, features.INDEX["cornerRight"]]
    backs = moved[:, features.INDEX["corner_backLeft"]] - moved[:, features.INDEX["corner_backRight"]]
    press = shapes[:, [arkit.INDEX["mouthPressLeft"], arkit.INDEX["mouthPressRight"]]].min(axis=1)
    return {
        "1": seen(mm("inner_brow"), 3.5),
        "2": seen(mm("outer_brow"), 3.5),
        "4": seen(mm("brow_in") + 0.5 * np.maximum(-mm("inner_brow"), 0), 3.0),
        "5": seen(mm("upper_lid"), 2.0),
        "6": seen(mm("cheek"), 4.5),
        "7": seen(mm("lower_lid"), 2.2),
        "9": seen(mm("nose"), 3.2),
        "10": seen(mm("upper_lip") - np.maximum(mm("corner"), 0), 4.5),
        "12": seen(mm("corner"), 5.5),
        "14": seen(np.abs(corners) + 0.3 * np.abs(backs), 3.5),
        "15": seen(-mm("corner"), 3.5),
        "17": seen(mm("lower_lip"), 2.5),
        "20": seen(mm("corner_out") - np.maximum(mm("corner"), 0), 4.0),
        "24": seen(press, 0.4),
        "26": seen(shapes[:, arkit.INDEX["jawOpen"]], 0.3),
    }


def _print_distances(what: str, directions: Mapping[str, Direction], performance: Performance) -> None:
    """How far apart any two are, in the weights that differ most and in degrees of the head: the nearest pairs."""
    acted = {name: act(performance, direction, fps=FPS, start=0.0) for name, direction in directions.items()}
    apart = []
    for one, other in combinations(acted, 2):
        faces_apart = np.sort(np.abs(acted[one].shapes - acted[other].shapes), axis=1)[:, -SEEN:].mean(axis=1)
        heads_apart = np.abs(acted[one].head - acted[other].head).max(axis=1)
        apart.append((float(np.median(faces_apart)), float(np.median(heads_apart)), one, other))
    apart.sort()
    median = float(np.median([each[0] for each in apart]))
    nearest = ", ".join(f"{one} – {other} {face:.2f} and {head:.0f}°" for face, head, one, other in apart[:4])
    print(f"\n{what}: median distance {median:.2f}; nearest {nearest}")


def _print_closures(performance: Performance) -> None:
    """Share of p, b and m whose lips meet, under every emotion and mood in full."""
    felt = {name: Direction(**{name: 1.0}) for name in EMOTIONS} | {name: Direction(mood=name) for name in mood_names()}
    shares = {name: _closed(performance, act(performance, each, fps=FPS, start=0.0)) for name, each in felt.items()}
    worst = min(shares, key=lambda name: shares[name])
    print(f"\nclosures kept: {np.mean(list(shares.values())):.1%} of all, {shares[worst]:.1%} at worst ({worst})")


def _closed(performance: Performance, animation: Animation) -> float:
    gap = measure(animation.shapes)[:, MEASURE["gap"]]
    found = []
    for phone in performance.phones:
        first, last = np.searchsorted(animation.times, (phone.start - 0.02, phone.end + 0.02))
        if phone.symbol in phones.BILABIAL and last >= first and first < len(gap):
            found.append(gap[first : last + 1].min() <= CLOSED)
    return float(np.mean(found))


if __name__ == "__main__":
    main()
