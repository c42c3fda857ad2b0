# SPDX-License-Identifier: GPL-3.0-or-later
"""Write inference/rigging/typical_effects.json: what the 52 shapes do to each window of a face, the mean of all heads at hand.

Usage: python -m parlance.benchmarks.typical_effects, in a Python with bpy, so that the demo head is one of them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parlance.benchmarks.heads import Head, heads
from parlance.inference import arkit
from parlance.inference.rigging import recognise
from parlance.inference.rigging import survey as measuring
from parlance.inference.rigging.parts import Part, united
from parlance.inference.rigging.windows import WINDOWS

ABOUT: Final = (
    "What each of the 52 shapes does at value 1: millimetres to the left, up and front by which each window of windows.py moves. "
    "Means of ICT-FaceKit, MakeHuman and the demo head and of their mirror images, by benchmarks/typical_effects.py."
)
_LEAST: Final = 0.05


def measured(head: Head) -> dict[str, NDArray[np.float32]]:
    """float32[W, 3] of every shape that a head has."""
    named: dict[str, dict[str, float]] = {}
    for drive in recognise(head.shapes).active:
        named.setdefault(drive.target, {})[drive.source] = drive.gain
    part = Part(head.points, tuple(head.shapes), np.stack(list(head.shapes.values())))
    found = measuring.surveyed(united([part]), named)
    if found is None:
        raise SystemExit(f"{head.name} could not be measured")
    effects: dict[str, NDArray[np.float32]] = {}
    for target, gains in named.items():
        for source, gain in gains.items():
            effects[source] = effects.get(source, 0) + gain * found.windows[found.index[target]]
    return effects


def mirrored(window: str) -> str:
    """The same window on the other side."""
    return window.replace("left", "@").replace("right", "left").replace("@", "right")


def typical(all_measured: list[dict[str, NDArray[np.float32]]], name: str) -> NDArray[np.float32]:
    """float32[W, 3] mean over heads, and over the mirror images of the other side's shape."""
    mirror = [WINDOWS.index(mirrored(window)) for window in WINDOWS]
    rows = [effects[name] for effects in all_measured if name in effects]
    other = arkit.mirrored(name)
    rows += [effects[other][mirror] * np.float32([-1.0, 1.0, 1.0]) for effects in all_measured if other in effects]
    moving = [row for row in rows if np.abs(row).max() > _LEAST]
    return np.mean(moving, axis=0) if moving else np.zeros((len(WINDOWS), 3), np.float32)


def main() -> None:
    """Write the table."""
    found = [measured(head) for head in heads()]
    effects = {name: np.round(typical(found, name), 1).tolist() for name in arkit.NAMES}
    path = Path(measuring.__file__).with_name("typical_effects.json")
    rows = ",\n".join(f'  "{name}": {json.dumps(row, separators=(",", ":"))}' for name, row in effects.items())
    path.write_text(f'{{\n "about": {json.dumps(ABOUT)},\n "effects": {{\n{rows}\n }}\n}}\n', encoding="utf-8")
    print(f"{path.name}: {len(found)} heads")


if __name__ == "__main__":
    main()
