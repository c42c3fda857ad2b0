# SPDX-License-Identifier: GPL-3.0-or-later
"""A first hour: an empty scene, a head, a sound, the click, the words, the curves, and phones moved with the mouse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module

import bpy
from stage import emptied, from_the_front, head_added, looked_at, speaker, voice_added
from window import (
    EXTENSION,
    closed_popup,
    dragged,
    keyed,
    main_region,
    mouse,
    picture,
    pressed,
    show_tab,
    unfold,
    view,
    waited,
)

TEXT = (
    "Hello! My name is Parlance. Give me a voice, and I will move my lips, my elephants and my eyes. "
    "Maybe you would prefer something bigger? [amazed] Wow, what a beautiful morning!"
)
"""What the demo voice says, but for one word."""


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    unfold("edit", "text", "phones", "passages", "takes", "changes", "setup")
    yield from found()
    yield from generated()
    yield from dialogs_opened()
    area = view()["area"]
    bpy.context.preferences.view.ui_scale = 0.8
    area.type = "GRAPH_EDITOR"
    yield
    with bpy.context.temp_override(**{**view("GRAPH_EDITOR"), "area": area, "region": main_region(area)}):
        bpy.ops.graph.view_all()
    yield from picture("6_curves")
    yield from phone_dragged(area)
    yield from sound_dragged(area)
    area.type = "SEQUENCE_EDITOR"
    area.spaces.active.show_region_ui = True
    yield
    show_tab(area)
    yield from picture("7_sequencer")
    assert keyed(), "no shape key was keyed"
    hearing = import_module(f"{EXTENSION}.inference.hearing")
    sys.stdout.write(f"heard with {hearing.engine().name}: {hearing.engine().reason}\n")


def found() -> Iterator[None]:
    """What the panel says with the factory scene, with nothing, with a head, and with a head and a sound."""
    area = view()["area"]
    area.spaces.active.show_region_ui = True
    yield
    yield
    show_tab(area)
    yield from picture("0_first_look")
    emptied()
    yield from picture("0_nothing_selected")
    yield from head_added()
    yield from picture("0_head_added")
    from_the_front()
    looked_at()
    yield
    yield from picture("1_no_sound")
    strip = voice_added()
    bpy.context.scene.frame_end = strip.right_handle if hasattr(strip, "right_handle") else strip.frame_final_end
    yield from picture("2_ready")


def generated() -> Iterator[None]:
    """The click, while it works and afterwards."""
    pressed("generate")
    yield from picture("3_working")
    yield from waited(keyed, 40)
    for frame in (10, 30, 62, 120):
        bpy.context.scene.frame_set(frame)
        yield from picture(f"4_frame_{frame:03d}")


def dialogs_opened() -> Iterator[None]:
    """A text with a wrong word, its dialogs, and every slider."""
    speaker().parlance.lines[0].text = TEXT
    yield from picture("4_words")
    pressed("speak_text")
    yield from picture("4_speak")
    yield from closed_popup()
    pressed("redo_range", "EXEC_DEFAULT")
    pressed("redo_range")
    yield from picture("5_redo")
    yield from closed_popup()
    bpy.context.preferences.view.ui_scale = 0.6
    yield from picture("5_groups")
    bpy.context.preferences.addons[EXTENSION].preferences.advanced = True
    yield from picture("5_all_sliders")


def phone_dragged(area: bpy.types.Area) -> Iterator[None]:
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
    yield from dragged((left + 1, height), (left + 1 + 4 * (right - left) // 10, height), "6_dragging")
    moved = phones()
    assert moved[wide] > before[wide] + 0.01, "the border did not move"
    assert moved[: wide - 1] == before[: wide - 1], "other borders moved"
    bpy.ops.ed.undo()
    yield
    assert phones() == before, "one undo did not put the border back"


def sound_dragged(area: bpy.types.Area) -> Iterator[None]:
    """With a real mouse: a laugh among the phones is dragged, and not the phone below it; one undo puts it back."""
    rooms = ("retouch.vocal_row", "retouch.phone_row", "retouch.phone_operators", "lines.retouching", "generate.live")
    vocals, phone_row, operators, retouching, live = (import_module(f"{EXTENSION}.addon.{name}") for name in rooms)
    region, root = main_region(area), speaker()
    laugh = import_module(f"{EXTENSION}.inference.retouch.vocal_track").made("laugh", 1.2, 2.5)
    retouching.add_vocal(root, root.parlance.lines[0], laugh)
    live.rebuild(root, root.parlance.lines[0])
    bpy.ops.ed.undo_push(message="A laugh")
    yield

    def place() -> tuple[float, int, int]:
        """When the laugh starts, and its middle in pixels of the screen from its top."""
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], area=area, region=region):
            track = operators.track_here(bpy.context)
            kinds = [sound.kind for sound in track.entry.vocals]
            left, right = next((box.left, box.right) for box in vocals.visible(bpy.context, track) if kinds[box.index] == "laugh")
            height = bpy.context.window.height - region.y - sum(phone_row.band(bpy.context)) / 2
            return track.entry.vocals[kinds.index("laugh")].start, int(region.x + (left + right) / 2), int(height)

    before, x, y = place()
    yield from dragged((x, y), (x + 80, y), "6_laugh")
    assert place()[0] > before + 0.1, "the laugh did not move"
    bpy.ops.ed.undo()
    yield
    assert abs(place()[0] - before) < 1e-3, "one undo did not put the laugh back"
