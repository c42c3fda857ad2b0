# SPDX-License-Identifier: GPL-3.0-or-later
"""What look.py has Blender do: one step per tick of a timer, so that the window draws in between."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import addon_utils
import bpy

ZIP, AUDIO, OUT = sys.argv[sys.argv.index("--") + 1 :]
EXTENSION = "bl_ext.user_default.parlance"
RETOUCH = ("phone_panel", "passages", "takes", "change_panel", "rule_panel")
TICK = 0.5
TEXT = (
    "Hello! My name is Parlance. Give me a voice, and I will move my lips, my elephants and my eyes. "
    "Maybe you would prefer something bigger? [amazed] Wow, what a beautiful morning!"
)
"""What the demo voice says, but for one word."""


def steps() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    addon_utils.enable("bl_pkg")
    if ZIP:
        bpy.ops.extensions.package_install_files(filepath=ZIP, repo="user_default", enable_on_install=True)
    else:
        addon_utils.enable(EXTENSION, default_set=True)
    bpy.ops.wm.read_homefile(use_factory_startup=True, load_ui=True)
    yield
    unfold("edit", "text", "phones", "passages", "takes", "changes", "setup")
    scene = bpy.context.window.scene
    area = view()["area"]
    area.spaces.active.show_region_ui = True
    yield
    yield
    show_tab(area)
    yield from picture("0_first_look")
    for thing in list(bpy.data.objects):
        bpy.data.objects.remove(thing)
    yield from picture("0_nothing_selected")
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.add_demo_head()
    yield
    yield from picture("0_head_added")
    with bpy.context.temp_override(**view()):
        bpy.ops.view3d.view_axis(type="FRONT")
        bpy.ops.view3d.view_selected()
    area.spaces.active.shading.color_type = "MATERIAL"
    area.spaces.active.overlay.show_overlays = False
    yield
    yield from picture("1_no_sound")
    strip = scene.sequence_editor_create().strips.new_sound("hello", AUDIO, 1, 1)
    scene.frame_end = strip.right_handle if hasattr(strip, "right_handle") else strip.frame_final_end
    yield from picture("2_ready")
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.generate("INVOKE_DEFAULT")
    yield from picture("3_working")
    for _ in range(40):
        yield
        if keyed():
            break
    for frame in (10, 30, 62, 120):
        scene.frame_set(frame)
        yield from picture(f"4_frame_{frame:03d}")
    spoken = next(thing for thing in bpy.data.objects if len(thing.parlance.lines))
    spoken.parlance.lines[0].text = TEXT
    yield from picture("4_words")
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.speak_text("INVOKE_DEFAULT")
    yield from picture("4_speak")
    yield from closed_popup()
    with bpy.context.temp_override(**view()):
        bpy.ops.parlance.redo_range("EXEC_DEFAULT")
        bpy.ops.parlance.redo_range("INVOKE_DEFAULT")
    yield from picture("5_redo")
    yield from closed_popup()
    bpy.context.preferences.view.ui_scale = 0.6
    yield from picture("5_groups")
    bpy.context.preferences.addons[EXTENSION].preferences.advanced = True
    yield from picture("5_all_sliders")
    bpy.context.preferences.view.ui_scale = 0.8
    area.type = "GRAPH_EDITOR"
    yield
    with bpy.context.temp_override(**{**view("GRAPH_EDITOR"), "area": area, "region": main_region(area)}):
        bpy.ops.graph.view_all()
    yield from picture("6_curves")
    yield from clicked_and_dragged(area)
    yield from sound_dragged(area)
    area.type = "SEQUENCE_EDITOR"
    area.spaces.active.show_region_ui = True
    yield
    show_tab(area)
    yield from picture("7_sequencer")
    assert keyed(), "no shape key was keyed"
    hearing = import_module(f"{EXTENSION}.inference.hearing")
    sys.stdout.write(f"heard with {hearing.engine().name}: {hearing.engine().reason}\n")


def unfold(*names: str) -> None:
    """Let panels start unfolded, so that pictures show what is in them."""
    addon = import_module(f"{EXTENSION}.addon")
    addon.unregister()
    for room in ("panel.edit_panel", "panel.setup_panel", "words.text_panel", *(f"retouch.{name}" for name in RETOUCH)):
        for each in import_module(f"{EXTENSION}.addon.{room}").CLASSES:
            if issubclass(each, bpy.types.Panel) and any(f"_PT_{name}_" in each.__name__ for name in names):
                each.bl_options = set()
    addon.register()


def closed_popup() -> Iterator[None]:
    """Leave a dialog as a person would."""
    subprocess.run(["xdotool", "key", "Escape"], check=False)
    yield


def clicked_and_dragged(area: bpy.types.Area) -> Iterator[None]:
    """With a real mouse: a click on a phone is no undo step, and a border dragged is one."""
    operators, overlay = (import_module(f"{EXTENSION}.addon.retouch.{name}") for name in ("phone_operators", "overlay"))
    region = main_region(area)

    def boxes() -> list[tuple[int, int, int]]:
        """Left and right edge and middle height of each phone, in pixels of the screen from its top."""
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], area=area, region=region):
            found = overlay.visible(bpy.context, operators.track_here(bpy.context))
            top = bpy.context.window.height
            edges = [(region.x + box.left, region.x + box.right, top - region.y - (box.bottom + box.top) / 2) for box in found]
        return [tuple(map(int, edge)) for edge in edges]

    def phones() -> list[float]:
        return [round(phone.start, 3) for phone in operators.track_here(bpy.context).entry.phones]

    def mouse(*words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], check=True)

    bpy.context.scene.frame_set(1)
    bpy.ops.ed.undo_push(message="Before the click")
    bpy.context.scene.use_preview_range = True
    bpy.ops.ed.undo_push(message="A step of the artist's")
    wide = max(range(5, len(boxes()) - 5), key=lambda index: boxes()[index][1] - boxes()[index][0])
    left, right, height = boxes()[wide]
    mouse("mousemove", (left + right) // 2, height)
    yield
    mouse("click", 1)
    yield
    yield
    assert operators.track_here(bpy.context).entry.phone == wide, "the click did not choose the phone"
    assert bpy.context.scene.frame_current > 1, "the click did not go there"
    bpy.ops.ed.undo()
    yield
    assert not bpy.context.scene.use_preview_range, "undo undid the click, not the artist's step"
    before = phones()
    left, right, height = boxes()[wide]
    mouse("mousemove", left + 1, height)
    yield
    mouse("mousedown", 1)
    yield
    for step in range(1, 5):
        mouse("mousemove", left + 1 + step * (right - left) // 10, height)
        yield
    yield from picture("6_dragging")
    mouse("mouseup", 1)
    yield
    yield
    moved = phones()
    assert moved[wide] > before[wide] + 0.01, "the border did not move"
    assert moved[: wide - 1] == before[: wide - 1], "other borders moved"
    bpy.ops.ed.undo()
    yield
    assert phones() == before, "one undo did not put the border back"


def sound_dragged(area: bpy.types.Area) -> Iterator[None]:
    """With a real mouse: a laugh among the phones is dragged, and not the phone below it; one undo puts it back."""
    rooms = ("retouch.vocal_lane", "retouch.overlay", "retouch.phone_operators", "generate.retouching", "generate.live")
    lane, overlay, operators, retouching, live = (import_module(f"{EXTENSION}.addon.{name}") for name in rooms)
    region, root = main_region(area), next(thing for thing in bpy.data.objects if thing.parlance.lines)
    laugh = import_module(f"{EXTENSION}.inference.vocal_track").made("laugh", 1.2, 2.5)
    retouching.add_vocal(root, root.parlance.lines[0], laugh)
    live.rebuild(root, root.parlance.lines[0])
    bpy.ops.ed.undo_push(message="A laugh")
    yield

    def place() -> tuple[float, int, int]:
        """When the laugh starts, and its middle in pixels of the screen from its top."""
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], area=area, region=region):
            track = operators.track_here(bpy.context)
            kinds = [sound.kind for sound in track.entry.vocals]
            left, right = next(box[1:] for box in lane.visible(bpy.context, track) if kinds[box[0]] == "laugh")
            height = bpy.context.window.height - region.y - sum(overlay.band(bpy.context)) / 2
            return track.entry.vocals[kinds.index("laugh")].start, int(region.x + (left + right) / 2), int(height)

    before, x, y = place()
    subprocess.run(["xdotool", "mousemove", str(x), str(y)], check=True)
    yield
    subprocess.run(["xdotool", "mousedown", "1"], check=True)
    yield
    for step in range(1, 5):
        subprocess.run(["xdotool", "mousemove", str(x + 20 * step), str(y)], check=True)
        yield
    yield from picture("6_laugh")
    subprocess.run(["xdotool", "mouseup", "1"], check=True)
    yield
    yield
    assert place()[0] > before + 0.1, "the laugh did not move"
    bpy.ops.ed.undo()
    yield
    assert abs(place()[0] - before) < 1e-3, "one undo did not put the laugh back"


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
