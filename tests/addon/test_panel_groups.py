# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tab shows: every slider once, the strip that is meant, one look for all panels."""

import bpy
import pytest


@pytest.fixture
def chosen(room):
    """The strip that the panel shows."""
    return lambda: room("addon.panel.selection").here(bpy.context).strip


def test_every_slider_stands_in_one_place(room):
    direct, direction = room("addon.panel.direct_panel"), room("inference.direction")
    shown = [*direct.MOST_USED, *direct.MOOD, *room("addon.panel.density").SLIDERS, "mood_amount"]
    for section in direction.SECTIONS:
        shown += [item.name for item in direct.section_controls(section)]
    everything = [item.name for item in direction.controls() if item.name not in {"seed", "mouth_takes"}]
    assert sorted(shown) == sorted(everything)
    assert 6 <= len(direct.MOST_USED) <= 8


def test_three_groups_below_the_button_and_nothing_beside_them():
    for space in ("view_3d", "sequence_editor"):
        main = f"PARLANCE_PT_main_{space}"
        folded = {
            name
            for name in dir(bpy.types)
            if name.startswith("PARLANCE_PT") and getattr(getattr(bpy.types, name), "bl_parent_id", "") == main
        }
        assert folded == {f"PARLANCE_PT_{group}_{space}" for group in ("direct", "edit", "setup")}


def test_the_sound_follows_the_selected_strip_until_it_is_pinned(face, scene, add_voice, chosen):
    first, second = scene.sequence_editor.strips[0], add_voice(frame=300)
    scene.sequence_editor.active_strip = first
    assert chosen() == first
    scene.sequence_editor.active_strip = second
    assert chosen() == second
    assert bpy.ops.parlance.pin_sound() == {"FINISHED"}
    scene.sequence_editor.active_strip = first
    assert chosen() == second
    assert bpy.ops.parlance.pin_sound() == {"FINISHED"}
    assert chosen() == first


def test_a_sound_opened_for_a_pinned_character_takes_the_pin(face, speech, scene, chosen):
    assert bpy.ops.parlance.pin_sound() == {"FINISHED"}
    first = chosen()
    scene.frame_set(200)
    assert bpy.ops.parlance.open_sound(filepath=str(speech)) == {"FINISHED"}
    opened = scene.sequence_editor.active_strip
    assert opened != first
    scene.sequence_editor.active_strip = first
    assert chosen() == opened


def test_a_pin_to_a_strip_that_is_gone_is_no_pin(face, scene, chosen):
    face.parlance.strip = "long gone"
    assert chosen() == scene.sequence_editor.strips[0]


@pytest.fixture
def shared(room):
    """What panels that draw are told, after Blender has told what changed, as it does before it draws."""
    look = room("addon.panel.shared_look").look

    def told():
        bpy.context.view_layer.update()
        return look(bpy.context)

    return told


def test_panels_share_one_look(face, shared):
    first = shared()
    assert all(shared() is first for _ in range(20))
    face.location.x += 1
    assert shared() is not first


def test_a_shared_look_is_never_an_old_one(face, shared, scene, select, make_face, add_voice, tmp_path):
    def codes():
        return {obstacle.code for obstacle in shared().obstacles}

    scene.frame_end = 900
    assert codes() == set()
    block = face.data.shape_keys.key_blocks["jawOpen"]
    block.mute = True
    assert "muted_shape" in codes()
    block.mute = False
    assert "muted_shape" not in codes()
    driver = block.driver_add("value")
    assert "driven" in codes()
    driver.mute = True
    assert "driven" not in codes()
    face.show_only_shape_key = True
    assert "pinned_shape" in codes()
    face.show_only_shape_key = False
    scene.frame_end = 20
    assert "end" in codes()
    scene.frame_end = 900
    assert codes() == set()
    path = tmp_path / "here.wav"
    path.write_bytes(b"RIFF")
    broken = add_voice(path, frame=400)
    assert "sound" in codes()
    scene.sequence_editor.active_strip = scene.sequence_editor.strips[0]
    assert "sound" not in codes()
    scene.sequence_editor.active_strip = broken
    path.unlink()
    assert any("missing" in obstacle.text for obstacle in shared().obstacles)
    face.parlance.strip = scene.sequence_editor.strips[0].name
    assert "sound" not in codes()
    other = make_face("Other", shapes=())
    assert shared().character.root == other
    select(face)
    assert shared().character.root == face
    teeth = make_face("Teeth", ("jawOpen", "jawLeft"), parent=face)
    select(face)
    assert teeth in shared().character.meshes
    teeth.parlance.included = False
    assert teeth not in shared().character.meshes
    bpy.data.objects.remove(teeth)
    assert shared().character.meshes == (face,)


def test_a_look_does_not_survive_undo(face, shared, scene):
    scene.frame_end = 900
    bpy.ops.ed.undo_push(message="before")
    face.data.shape_keys.key_blocks["jawOpen"].mute = True
    bpy.ops.ed.undo_push(message="muted")
    assert shared().obstacles
    bpy.ops.ed.undo()
    assert not shared().obstacles


def test_shapes_are_named_so_that_a_narrow_sidebar_shows_them(room):
    at_a_glance = room("addon.panel.character_box").at_a_glance
    assert at_a_glance(("jawOpen",)) == "jawOpen"
    assert at_a_glance(("eyeBlinkLeft", "eyeBlinkRight")) == "eyeBlinkLeft/Right"
    assert at_a_glance(("mouthPucker", "mouthFunnel")) == "mouthPucker + 1"
    assert at_a_glance(("A", "O", "U")) == "A + 2"
    assert at_a_glance(('pose.bones["jaw_master"].location[1]',)) == "jaw_master"
    assert len(at_a_glance(("Head_Basemesh_2_Face_Blink_Long_L", "Head_Basemesh_2_Face_Blink_Long_R"))) < 24


@pytest.mark.newest
def test_sliders_that_are_grey_change_nothing_and_a_whole_face_has_none(make_face, make_armature, add_voice, room, curves):
    silent, of, names = (
        room("addon.panel.unanswered").sliders,
        room("addon.character.characters").of,
        room("inference.arkit").NAMES,
    )
    whole = make_face("Whole", parent=make_armature())
    assert silent(of(whole)) == frozenset()
    face = make_face("Mouth", [name for name in names if name.startswith(("jaw", "mouth", "cheek", "nose"))])
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    direction, key = face.parlance.lines[0].direction, face.data.shape_keys
    grey = silent(of(face))
    assert {"head_amount", "brow_amount", "blink_rate", "tongue"} <= grey
    assert not grey & {"jaw", "lips", "joy", "life", "corners"}

    def keys():
        return {place: [tuple(point.co) for point in curve.keyframe_points] for place, curve in curves(key).items()}

    before = keys()
    for name in grey:
        prop = direction.bl_rna.properties[name]
        setattr(direction, name, prop.hard_min if getattr(direction, name) > prop.hard_min else prop.hard_max)
    assert keys() == before
    direction.jaw = 1.5
    assert keys() != before
