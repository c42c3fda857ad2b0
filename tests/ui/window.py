# SPDX-License-Identifier: GPL-3.0-or-later
"""What every visit to the application does: find its areas, press buttons, move the mouse, wait, take a picture."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import bpy

ZIP, AUDIO, OUT, SCENE, VISITS = sys.argv[sys.argv.index("--") + 1 :]
EXTENSION = "bl_ext.user_default.parlance"
ROOMS = ("panel.edit_panel", "panel.setup_panel", "words.text_panel", "dialogue.cast_panel", "captures.repair_operators",
         "live.panel")  # fmt: skip
CAPTURES = ("check_operator", "style_operators")
RETOUCH = ("phone_panel", "passages", "takes", "change_panel", "rule_panel")


def room(name: str) -> object:
    """A module of the extension."""
    return import_module(f"{EXTENSION}.addon.{name}")


def unfold(*names: str) -> None:
    """Let panels start unfolded, so that pictures show what is in them."""
    addon = import_module(f"{EXTENSION}.addon")
    addon.unregister()
    for name in (*ROOMS, *(f"retouch.{each}" for each in RETOUCH), *(f"captures.{each}" for each in CAPTURES)):
        for each in room(name).CLASSES:
            if issubclass(each, bpy.types.Panel) and any(f"_PT_{part}_" in f"{each.__name__}_" for part in names):
                each.bl_options = set()
    addon.register()


def closed_popup() -> Iterator[None]:
    """Leave a dialog as a person would."""
    subprocess.run(["xdotool", "key", "Escape"], check=False)
    yield


def mouse(*words: object) -> None:
    """Move the mouse or press a key, as xdotool says it."""
    subprocess.run(["xdotool", *map(str, words)], check=True)


def dragged(start: tuple[int, int], end: tuple[int, int], name: str) -> Iterator[None]:
    """From one place of the screen to another with the left button held; a picture before it is let go."""
    mouse("mousemove", *start)
    yield
    mouse("mousedown", 1)
    yield
    for step in range(1, 6):
        mouse("mousemove", *(round(one + step * (other - one) / 5) for one, other in zip(start, end, strict=True)))
        yield
    yield from picture(name)
    mouse("mouseup", 1)
    yield
    yield


def pressed(operator: str, how: str = "INVOKE_DEFAULT", **settings: object) -> None:
    """Press a button of ours where its panel is, the sidebar of the 3D View.   how: EXEC_DEFAULT for no dialog."""
    with bpy.context.temp_override(**view()):
        getattr(bpy.ops.parlance, operator)(how, **settings)


def waited(done: Callable[[], object], ticks: int = 240) -> Iterator[None]:
    """Let the window draw until something is so; whether it came to be is for the visit to say."""
    for _ in range(ticks):
        yield
        if done():
            return


def view(kind: str = "VIEW_3D") -> dict[str, object]:
    """A window, area and region of that kind, for operators that ask where they are."""
    window = bpy.context.window_manager.windows[0]
    area = next(area for area in window.screen.areas if area.type == kind)
    return {"window": window, "screen": window.screen, "area": area, "region": main_region(area)}


def main_region(area: bpy.types.Area) -> bpy.types.Region:
    """The region that is no header and no sidebar."""
    return next(region for region in area.regions if region.type == "WINDOW")


def show_tab(area: bpy.types.Area) -> None:
    """Bring the sidebar's Parlance tab to the front."""
    sidebar = next(region for region in area.regions if region.type == "UI")
    sidebar.active_panel_category = "Parlance"
    sidebar.tag_redraw()


def keyed() -> bool:
    """Whether any mesh has animated shape keys."""
    keys = (mesh.data.shape_keys for mesh in bpy.data.objects if mesh.type == "MESH")
    return any(key and key.animation_data and key.animation_data.action for key in keys)


def picture(name: str) -> Iterator[None]:
    """Wait for the window to draw, then photograph the screen."""
    yield
    yield
    subprocess.run(["import", "-window", "root", str(Path(OUT) / f"{name}.png")], check=True)
