# SPDX-License-Identifier: GPL-3.0-or-later
"""Words with a real mouse: a border dragged, an emphasis pulled up, a word opened with a double click; one that is not said."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from stage import head_added, line_made, speaker, voice_added
from window import closed_popup, dragged, main_region, mouse, picture, room, show_tab, unfold, view

TEXT = (
    "Hello! My name is Parlance. Give me a voice, and I will move my lips, my brows and my eyes. "
    "Maybe you would prefer something bigger? Wow, what a beautiful morning!"
)
"""What the demo voice says."""


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    unfold("edit", "text", "phones", "vocals")
    yield from head_added()
    voice_added()
    yield
    yield from line_made()
    speaker().parlance.lines[0].text = TEXT
    yield
    area = view()["area"]
    area.type = "DOPESHEET_EDITOR"
    area.spaces.active.show_region_ui = True
    yield
    yield
    show_tab(area)
    with bpy.context.temp_override(**{**view("DOPESHEET_EDITOR"), "area": area, "region": main_region(area)}):
        bpy.ops.action.view_all()
    yield from picture("w1_lane")
    bpy.ops.ed.undo_push(message="A line with words")
    yield from border_dragged(area)
    yield from emphasised(area)
    x, y = place(area, "beautiful", 0.5)
    mouse("mousemove", x, y)
    yield
    mouse("click", "--repeat", 2, "--delay", 60, 1)
    yield
    yield from picture("w4_popover")
    yield from closed_popup()
    yield from doubted(area)


def doubted(area: bpy.types.Area) -> Iterator[None]:
    """A word that is not said is marked; a second and a half around it fills the editor."""
    speaker().parlance.lines[0].text = TEXT.replace("brows", "elephants")
    yield
    track().entry.phone_index = next(number for number, phone in enumerate(track().entry.phones) if phone.word >= 0)
    scene = bpy.context.scene
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 82, 152
    with bpy.context.temp_override(**{**view("DOPESHEET_EDITOR"), "area": area, "region": main_region(area)}):
        bpy.ops.anim.scene_range_frame()
    scene.use_preview_range = False
    yield from picture("w5_doubt")


def border_dragged(area: bpy.types.Area) -> Iterator[None]:
    """The end of a word goes a few frames on; the word after it gives way."""
    before = times("bigger")
    x, y = place(area, "bigger", 1.0)
    yield from dragged((x - 2, y), (x + 18, y), "w2_border")
    after = times("bigger")
    assert after[1] > before[1] + 0.02, f"the word ends where it did: {before}, {after}"
    assert abs(after[0] - before[0]) < 0.02, "its start moved"
    bpy.ops.ed.undo()
    yield
    assert times("bigger") == before, "one undo did not put the border back"


def emphasised(area: bpy.types.Area) -> Iterator[None]:
    """A word pulled up is shaped more strongly."""
    x, y = place(area, "voice", 0.5)
    yield from dragged((x, y), (x, y - 60), "w3_emphasis")
    strengths = {round(phone.strength, 2) for phone in phones("voice")}
    assert min(strengths) > 1.3, f"emphasis {strengths}"
    bpy.ops.ed.undo()
    yield
    assert {round(phone.strength, 2) for phone in phones("voice")} == {1.0}, "one undo did not put the emphasis back"


def track() -> object:
    """The phone track of the line in hand."""
    return room("retouch.phone_operators").track_here(bpy.context)


def phones(word: str) -> list[object]:
    """The phones of a word, as they stand in the phone track."""
    words = [each.text.lower() for each in room("words.word_operators").words_of(track().line)]
    return [phone for phone in track().entry.phones if phone.word == words.index(word)]


def times(word: str) -> tuple[float, float]:
    """When a word starts and ends, in seconds of its line."""
    own = phones(word)
    return round(own[0].start, 3), round(own[-1].end, 3)


def place(area: bpy.types.Area, word: str, share: float) -> tuple[int, int]:
    """A place on a word, in pixels of the screen from its top.   share: 0 at its start, 1 at its end."""
    row, region = room("words.word_row"), main_region(area)
    words = [each.text.lower() for each in room("words.word_operators").words_of(track().line)]
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0], area=area, region=region):
        box = next(box for box in row.visible(bpy.context, track()) if box.word == words.index(word))
    left = region.x + box.left + share * (box.right - box.left)
    return round(left), round(bpy.context.window.height - region.y - (box.bottom + box.top) / 2)
