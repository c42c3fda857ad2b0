# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones of hours are not listed in the file while all are as heard: they are seen and edited like those of a short line."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import bpy
import pytest

pytestmark = pytest.mark.ends
WIDE = SimpleNamespace(width=10_000)


@pytest.fixture
def spoken(face, room, monkeypatch):
    """A generated line with more phones than are listed: its character, line and retouching."""
    monkeypatch.setattr(room("addon.lines.retouching"), "MANY", 10)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    line = face.parlance.lines[0]
    return face, line, room("addon.properties.retouch_properties").of(face, line)


@pytest.fixture
def drawn(room, monkeypatch):
    """What the phone row shows of the line in hand: symbol, whether it is marked as changed, and how solid it is."""
    overlay, phone_row = room("addon.retouch.overlay"), room("addon.retouch.phone_row")
    monkeypatch.setattr(phone_row, "seconds", lambda _context, _line: (0.0, 100.0))
    monkeypatch.setattr(phone_row, "band", lambda _context: (0.0, 10.0))

    def look():
        track = room("addon.retouch.phone_operators").track_here(bpy.context)
        context = SimpleNamespace(region=WIDE)
        phones = [track.phones[box.index] for box in overlay.visible(context, track)]
        return [(phone.symbol, overlay._is_changed(phone), round(overlay._opacity(phone), 3)) for phone in phones]

    return look


def test_they_take_no_room_in_the_file_and_are_drawn_all_the_same(spoken, drawn, room):
    _face, line, entry = spoken
    assert len(entry.phones) == 0
    shown = drawn()
    bpy.ops.parlance.phones_list()
    assert entry.as_heard == ""
    assert len(entry.phones) == len(room("addon.animation.stored").unpack(line.performance).phones) == len(shown)
    assert drawn() == shown, "listed or not, the phone row looks the same"


def test_keys_are_the_same_and_a_slider_lists_nothing(spoken, room, snapshot):
    face, line, entry = spoken
    line.direction.jaw = 1.3
    unlisted = snapshot()
    assert len(entry.phones) == 0
    bpy.ops.parlance.phones_list()
    room("addon.generate.live").rebuild(face, line)
    assert snapshot() == unlisted


def test_a_change_lists_them_and_is_kept_when_heard_again(spoken, drawn, room):
    _face, _line, entry = spoken
    chosen = next(number for number, (symbol, *_) in enumerate(drawn()) if symbol != "sil")
    bpy.ops.parlance.phone_mute(index=chosen)
    assert [phone.strength for phone in entry.phones].count(0.0) == 1
    assert drawn()[chosen][1:] == (True, 0.15)
    bpy.ops.parlance.generate()
    assert drawn()[chosen][1:] == (True, 0.15)
    bpy.ops.parlance.phone_restore(index=chosen)
    assert not any(changed for _, changed, _ in drawn())
    bpy.ops.parlance.generate()
    assert len(entry.phones) == 0, "nothing is changed any more"


def test_a_drag_shows_and_a_field_answers(spoken, drawn, room):
    _face, _line, entry = spoken
    operators, pointer = room("addon.retouch.phone_operators"), room("addon.retouch.phone_pointer")
    track = operators.track_here(bpy.context)
    before = room("addon.lines.retouching").phones_of(entry)
    moved = room("inference.retouch.phone_track").with_phone(before, 3, replace(before[3], start=before[3].start + 0.01))
    pointer.choose(bpy.context, track, 4)
    assert entry.phone == 4
    assert len(entry.phones) == 0, "looking is no edit"
    pointer.show(bpy.context, track, moved)
    assert len(entry.phones) == len(before)
    entry.phones[3].strength = 1.7
    assert drawn()[3][1], "the lips follow its field"


def test_they_come_back_from_the_file(spoken, drawn, tmp_path):
    shown, path = drawn(), str(tmp_path / "hours.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert drawn() == shown
