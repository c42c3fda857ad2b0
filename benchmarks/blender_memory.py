# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory that Blender takes for a long line: python benchmarks/blender_memory.py [--minutes 120]. Linux and macOS.

The bundled clip speaks over and over on the demo head at 24 frames a second. Printed are the largest memory of the whole process,
Blender and the head in it, after each step of a click, and after a slider; and how long each took.
"""

from __future__ import annotations

import argparse
import atexit
import importlib
import itertools
import os
import resource
import shutil
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXTENSION = "bl_ext.user_default.parlance"
RATE = 16_000
UNIT = 1e6 if sys.platform == "darwin" else 1e3
"""What the system counts in, per megabyte."""


def main() -> None:
    """Print a line for every step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="parlance-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # before Blender registers: it leaves the extension at the end
    _enable(folder)
    _measure(_speech(options.minutes * 60, folder))


def _enable(resources: Path) -> None:
    os.environ["BLENDER_USER_RESOURCES"] = str(resources)
    where = resources / "extensions/user_default"
    where.mkdir(parents=True)
    (where / "parlance").symlink_to(ROOT, target_is_directory=True)
    import bpy  # isort: skip
    import addon_utils

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    addon_utils.enable(EXTENSION, default_set=True)


def _measure(path: Path) -> None:
    import bpy

    names = "planning.plan", "performing.perform", "generate.finish", "writing.staged_keys"
    plan, perform, finish, staged_keys = (_room(f"addon.{name}") for name in names)
    bpy.ops.parlance.add_demo_head()
    scene = bpy.context.scene
    strip = _room("addon.sequencer.strips").add(scene, str(path), 1)
    character = _room("addon.panel.readiness").look(bpy.context).character
    planned = _step("look at the scene", lambda: plan.plan(scene, scene, character, strip))
    drafts = [_step("hear, act, map and fit", lambda: perform.perform(planned))]
    made = staged_keys.StagedKeys(drafts[0])
    ended = _step("stage keys", lambda: [time.perf_counter(), *(time.perf_counter() for _ in made.fill())])
    if len(ended) > 1:
        longest = max(after - before for before, after in itertools.pairwise(ended))
        print(f"  in {len(ended) - 1} pieces of at most {1000 * longest:.0f} ms; between them the window has its turn")
    _step("write keys", lambda: finish.finish(planned, drafts.pop(), made))
    made.remove()
    line = character.root.parlance.lines[0]
    print(f"  {line.result}")
    _step("a slider", lambda: setattr(line.direction, "jaw", 1.2))
    _step("save", lambda: bpy.ops.wm.save_as_mainfile(filepath=str(path.with_suffix(".blend")), compress=True))


def _step(name: str, work: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = work()
    took, most = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNIT
    print(f"{name:<24}{took:8.1f} s   at most {most:6.0f} MB until now", flush=True)
    return result


def _speech(seconds: float, folder: Path) -> Path:
    """That much speech, 16 kHz mono, written a clip at a time."""
    import aud
    import numpy as np

    clip = aud.Sound(str(ROOT / "demo/hello.flac")).rechannel(1).resample(RATE, 1).data()[:, 0]
    samples = (np.clip(clip, -1, 1) * 32767).astype("<i2")
    path, left = folder / "long.wav", round(seconds * RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        while left > 0:
            file.writeframes(samples[:left].tobytes())
            left -= len(samples)
    return path


def _room(name: str) -> Any:
    return importlib.import_module(f"{EXTENSION}.{name}")


if __name__ == "__main__":
    main()
