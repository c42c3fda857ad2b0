# SPDX-License-Identifier: GPL-3.0-or-later
"""From the click to keys, in real Blender: how long each step takes, how much memory, and how long enabling takes.

Usage: python benchmarks/click_to_keys.py [--seconds 60 600] [--repeat 3]. Real speech is taken from ../shared/data where that is
there, else the bundled clip speaks over and over. "Warm" is the best of the repeats, "first" the first click of the session.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXTENSION = "bl_ext.user_default.parlance"
CORPUS = ROOT.parent / "shared/data/audio/librispeech"
RATE = 48_000


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, nargs="+", default=[60, 600])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--enable-only", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    enabling = _enable()
    if options.enable_only:
        print(enabling)
        return
    fresh = [_enable_in_a_fresh_process() for _ in range(options.repeat)]
    print(f"enabling the extension    {1000 * min(fresh):7.0f} ms")
    with tempfile.TemporaryDirectory() as folder:
        for seconds in options.seconds:
            _report(_speech(seconds, Path(folder)), seconds, options.repeat)


def _enable() -> float:
    """Seconds that enabling takes in this process; Blender's own share was spent on an empty extension before."""
    os.environ["BLENDER_USER_RESOURCES"] = resources = tempfile.mkdtemp()
    where = Path(resources) / "extensions/user_default"
    where.mkdir(parents=True)
    (where / "parlance").symlink_to(ROOT, target_is_directory=True)
    (where / "empty").mkdir()
    (where / "empty/__init__.py").write_text("def register(): pass\ndef unregister(): pass\n")
    import bpy  # isort: skip
    import addon_utils

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    addon_utils.enable("bl_ext.user_default.empty", default_set=True)
    started = time.perf_counter()
    addon_utils.enable(EXTENSION, default_set=True)
    return time.perf_counter() - started


def _enable_in_a_fresh_process() -> float:
    command = [sys.executable, "-W", "ignore", __file__, "--enable-only"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def _report(path: Path, seconds: int, repeat: int) -> None:
    before = _memory()
    first, *others = [_measure(path) for _ in range(repeat + 1)]
    warm = min(others, key=lambda steps: steps["click"])
    print(f"\n{seconds} s of speech{'first':>22}{'warm':>10}")
    for name in warm:
        print(f"  {name:<24}{1000 * first[name]:9.0f} {1000 * warm[name]:9.0f} ms")
    print(f"  of the audio's length  {100 * first['click'] / seconds:9.2f} {100 * warm['click'] / seconds:9.2f} %")
    print(f"  memory grew by at most {_memory() - before:9.0f} MB")


def _measure(path: Path) -> dict[str, float]:
    """Seconds of every step, with the demo head; then the click as a whole, and a slider."""
    import bpy

    generate, write, voice, store = (
        _room(f"addon.{name}") for name in ("planning.plan", "writing.write", "sequencer.sound", "animation.stored")
    )
    perform = _room("addon.performing.perform")
    hear, acting = _room("inference.hearing").hear, _room("inference.acting")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.parlance.add_demo_head()
    scene = bpy.context.scene
    strip = _room("addon.sequencer.strips").add(scene, str(path), 1)
    steps: dict[str, float] = {}

    def timed(name: str, work: Any) -> Any:
        started = time.perf_counter()
        result = work()
        steps[name] = time.perf_counter() - started
        return result

    character = _room("addon.panel.readiness").look(bpy.context).character
    plan = timed("look at the scene", lambda: generate.plan(scene, scene, character, strip))
    audio = timed("decode", lambda: voice.read(plan.source))
    heard = timed("hear", lambda: store.settle(hear(audio)))
    timed("act", lambda: acting.act(heard, plan.direction, fps=plan.fps, start=0.0, extent=acting.Extent(frames=plan.count)))
    known = replace(plan, heard=heard)
    draft = timed("act, map and fit", lambda: perform.perform(known, lambda _fraction, _message: None))
    timed("write keys", lambda: write.write(plan, draft))
    bpy.ops.parlance.clear(hand_made=True)
    timed("click", bpy.ops.parlance.generate)
    direction = character.root.parlance.lines[0].direction
    timed("slider", lambda: setattr(direction, "jaw", 1.2))
    print(f"  {character.root.parlance.lines[0].result}")
    return steps


def _speech(seconds: int, folder: Path) -> Path:
    """That much speech, as stereo at 48 kHz."""
    import aud
    import numpy as np

    clips = sorted(CORPUS.glob("*.opus")) or [ROOT / "demo/hello.flac"]
    wanted, parts = seconds * RATE, []
    for clip in itertools.cycle(clips):
        parts.append(aud.Sound(str(clip)).rechannel(1).resample(RATE, 1).data()[:, 0])
        if sum(map(len, parts)) >= wanted:
            break
    samples = (np.clip(np.concatenate(parts)[:wanted], -1, 1) * 32767).astype("<i2")
    path = folder / f"{seconds}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.repeat(samples, 2).tobytes())
    return path


def _room(name: str) -> Any:
    return importlib.import_module(f"{EXTENSION}.{name}")


def _memory() -> float:
    """Largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
