# SPDX-License-Identifier: GPL-3.0-or-later
"""What the panel costs a redraw, in real Blender: with a character alone, and among thousands of other objects.

Usage: python benchmarks/panel_cost.py [--objects 6000] [--lines 200] [--repeat 30]. Milliseconds of the processor, medians;
nothing is drawn, only looked up. Alone, a character has one line; among others, as many as asked for.
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXTENSION = "bl_ext.user_default.parlance"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=6000)
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=30)
    options = parser.parse_args()
    _enable()
    few, many = (_measured(*scene, options.repeat) for scene in ((0, 1), (options.objects, options.lines)))
    print(f"{'':<44}{'alone':>9}{'among others':>16}{'ratio':>8}")
    for name in few:
        print(f"{name:<44}{1000 * few[name]:9.3f}{1000 * many[name]:16.3f}{many[name] / few[name]:8.1f}")


def _enable() -> None:
    os.environ["BLENDER_USER_RESOURCES"] = resources = tempfile.mkdtemp()
    where = Path(resources) / "extensions/user_default"
    where.mkdir(parents=True)
    (where / "parlance").symlink_to(ROOT, target_is_directory=True)
    import bpy  # isort: skip  # noqa: F401
    import addon_utils

    addon_utils.enable(EXTENSION, default_set=True)


def _measured(objects: int, lines: int, repeat: int) -> dict[str, float]:
    import bpy

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    cubes = bpy.data.meshes.new("Cube")
    for number in range(objects):
        scene.collection.objects.link(bpy.data.objects.new(f"Prop {number}", cubes))
    bpy.ops.parlance.add_demo_head()
    _room("addon.sequencer.strips").add(scene, str(ROOT / "demo/hello.flac"), 1)
    bpy.ops.parlance.generate()
    spoken = next(each for each in bpy.data.objects if len(each.parlance.lines)).parlance.lines
    for _ in range(lines - 1):
        copy, line = spoken.add(), spoken[0]
        copy.name = copy.token = uuid.uuid4().hex
        copy.performance, copy.placement = line.performance, line.placement
    bpy.context.view_layer.update()
    panels = [each for name in dir(bpy.types) if name.startswith("PARLANCE_PT_") for each in [getattr(bpy.types, name)]]
    polls = [each.poll for each in panels if hasattr(each, "poll")]
    look, shared = _room("addon.panel.readiness").look, _room("addon.panel.shared_look")
    presets, selection = _room("addon.panel.presets"), _room("addon.panel.selection")
    direction = selection.here(bpy.context).direction

    def redraw() -> None:
        """What the panels of one sidebar ask for."""
        for poll in polls:
            poll(bpy.context)
        for _ in range(4):
            shared.look(bpy.context)
        presets.current_name(direction)

    def redraw_after_a_change() -> None:
        shared.forget()
        redraw()

    return {
        "selection.here": _median(lambda: selection.here(bpy.context), repeat),
        "readiness.look": _median(lambda: look(bpy.context), repeat),
        "shared look, nothing changed": _median(lambda: shared.look(bpy.context), repeat),
        "name of the current preset": _median(lambda: presets.current_name(direction), repeat),
        f"redraw: {len(polls)} polls, looks, preset": _median(redraw, repeat),
        "the same after a change": _median(redraw_after_a_change, repeat),
    }


def _median(work: Callable[[], Any], repeat: int) -> float:
    """Seconds of the processor: others may be at work."""
    taken = []
    for _ in range(repeat):
        started = time.thread_time()
        work()
        taken.append(time.thread_time() - started)
    return statistics.median(taken)


def _room(name: str) -> Any:
    return importlib.import_module(f"{EXTENSION}.{name}")


if __name__ == "__main__":
    main()
