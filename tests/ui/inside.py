# SPDX-License-Identifier: GPL-3.0-or-later
"""What look.py has Blender do: install Parlance, then a step of a visit at each tick of a timer, so that the window can draw."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import addon_utils
import bpy

sys.path.insert(0, str(Path(__file__).parent))

from window import EXTENSION, VISITS, ZIP

TICK = 0.5


def steps() -> Iterator[None]:
    """Each visit in a scene of its own."""
    addon_utils.enable("bl_pkg")
    if ZIP:
        bpy.ops.extensions.package_install_files(filepath=ZIP, repo="user_default", enable_on_install=True)
    else:
        addon_utils.enable(EXTENSION, default_set=True)
    for name in VISITS.split(","):
        bpy.ops.wm.read_homefile(use_factory_startup=True, load_ui=True)
        bpy.context.preferences.view.ui_scale = 1.0
        yield
        yield from import_module(f"visits.{name}").visit()


def tick(visit: Iterator[None] = steps()) -> float | None:  # noqa: B008  (one visit per run)
    """Take the next step; leave when there is none."""
    try:
        next(visit)
    except StopIteration:
        bpy.ops.wm.quit_blender()
        return None
    except BaseException:  # noqa: BLE001  (whatever it was, the application must close)
        traceback.print_exc()
        sys.stdout.flush()
        os._exit(1)
    return TICK


bpy.app.timers.register(tick, first_interval=2, persistent=True)
