# SPDX-License-Identifier: GPL-3.0-or-later
"""Enabling the extension is quick and leaves nothing behind."""

import sys

import bpy
import numpy as np


def test_enabling_imports_nothing_heavy(loaded_by_enabling):
    heavy = {"onnxruntime", "scipy", "soundfile", "torch"}
    assert not heavy & {name.partition(".")[0] for name in loaded_by_enabling}


def test_enabling_reads_none_of_the_rooms_that_do_the_work(loaded_by_enabling):
    """Only what panels and sliders are made from is read; the rest waits for its first use."""
    rooms = ("acting", "articulation", "formats", "hearing", "keying", "rigging", "geometry", "performance")
    read = {name.partition(".parlance.inference.")[2].partition(".")[0] for name in loaded_by_enabling}
    assert not read & set(rooms)


def test_enabling_reads_no_numpy(loaded_by_enabling):
    """Blender has read it here, so that who holds it is looked for: in the application it takes longer than all of ours."""
    ours = (sys.modules[name] for name in loaded_by_enabling if ".parlance" in name)
    assert [module.__name__ for module in ours if np in vars(module).values()] == []


def test_disabling_and_enabling_again(room):
    addon = room("addon")
    addon.unregister()
    try:
        assert not hasattr(bpy.types.Object, "parlance")
        assert not hasattr(bpy.types, "PARLANCE_OT_generate")
    finally:
        addon.register()
    assert hasattr(bpy.types.Object, "parlance")
    assert hasattr(bpy.types, "PARLANCE_OT_generate")


def test_every_control_is_a_slider_with_the_same_default(room):
    direction, properties = room("inference.direction"), room("addon.properties.properties")
    thing = bpy.data.objects.new("Thing", None)
    for item in direction.controls():
        assert abs(getattr(thing.parlance.direction, item.name) - item.default) < 1e-6, item.name
    assert properties.direction_of(thing.parlance.direction).seed == direction.Direction().seed


def test_tracks_carry_the_names_of_the_emotions(room):
    assert room("addon.properties.properties").EMOTION_TRACKS == room("inference.performance").EMOTIONS


def test_panels_are_in_both_sidebars():
    for space in ("view_3d", "sequence_editor"):
        panel = getattr(bpy.types, f"PARLANCE_PT_main_{space}")
        assert panel.bl_category == "Parlance"


def test_vocal_sounds_carry_the_names_of_the_library(room):
    assert tuple(room("addon.properties.retouch_properties").VOCAL_MEANINGS) == room("inference.performance").VOCAL_KINDS
