# SPDX-License-Identifier: GPL-3.0-or-later
"""A line goes on while what it moves is renamed, removed, parented, exchanged, linked or appended; and when it is damaged."""

import bpy
import pytest

from .cases import first_everywhere

JAW = 'key_blocks["jawOpen"].value', 0


def only(face):
    (line,) = face.parlance.lines
    return line


@pytest.fixture
def drafted(face, room, scene):
    """What was planned for the face, and what listening gave; nothing is written yet."""
    planned = room("addon.planning.plan").plan(
        scene, scene, room("addon.character.characters").of(face), scene.sequence_editor.strips[0]
    )
    return planned, room("addon.performing.perform").perform(planned)


@pytest.mark.ends
def test_a_renamed_shape_keeps_its_curve_and_its_part(face, curves):
    bpy.ops.parlance.generate()
    face.data.shape_keys.key_blocks["jawOpen"].name = "Kiefer"
    renamed = 'key_blocks["Kiefer"].value', 0
    height = max(p.co[1] for p in curves(face.data.shape_keys)[renamed].keyframe_points)
    only(face).direction.jaw = 0.5
    assert max(p.co[1] for p in curves(face.data.shape_keys)[renamed].keyframe_points) < 0.8 * height
    bpy.ops.parlance.generate()
    assert JAW not in curves(face.data.shape_keys)
    assert "left alone" not in only(face).result
    bpy.ops.parlance.clear()
    assert not curves(face.data.shape_keys)


def test_a_shape_renamed_or_removed_while_listening(face, room, curves, drafted):
    face.data.shape_keys.key_blocks["jawOpen"].name = "jaw_open"
    face.shape_key_remove(face.data.shape_keys.key_blocks["mouthPucker"])
    face.parlance.direction.jaw = 0.4
    room("addon.generate.finish").finish(*drafted)
    assert ('key_blocks["jaw_open"].value', 0) in curves(face.data.shape_keys)
    assert only(face).direction.jaw == pytest.approx(0.4)


def test_a_strip_trimmed_while_listening_is_refused(room, scene, snapshot, drafted):
    scene.sequence_editor.strips[0].frame_offset_end = 30
    before = snapshot()
    with pytest.raises(room("inference.errors").ParlanceError, match="trimmed"):
        room("addon.generate.finish").finish(*drafted)
    assert snapshot() == before


def test_a_face_that_is_parented_to_an_armature_keeps_its_line(face, make_armature, select, curves):
    bpy.ops.parlance.generate()
    rig = make_armature()
    face.parent = rig
    select(rig)
    bpy.context.view_layer.update()
    height = max(p.co[1] for p in curves(face.data.shape_keys)[JAW].keyframe_points)
    only(face).direction.jaw = 0.4
    assert max(p.co[1] for p in curves(face.data.shape_keys)[JAW].keyframe_points) < 0.8 * height
    bpy.ops.parlance.generate()
    assert len(face.parlance.lines) == 1
    assert not len(rig.parlance.lines)
    bpy.ops.parlance.clear()
    assert not curves(face.data.shape_keys)


def test_an_exchanged_head_gives_its_keys_back(face, curves, scene):
    first, second = (bpy.data.objects.new(name, None) for name in ("Turn", "Other"))
    for empty in (first, second):
        scene.collection.objects.link(empty)
    face.parlance.head_object = first
    bpy.ops.parlance.generate()
    assert curves(first)
    face.parlance.head_object = second
    assert not curves(first)
    assert curves(second)


@pytest.fixture
def renamed_bone(make_armature, make_face, add_voice, select):
    """An armature that speaks, and whose head bone has another name since."""
    rig = make_armature()
    make_face(parent=rig)
    add_voice()
    select(rig)
    bpy.ops.parlance.generate()
    rig.pose.bones["head"].name = "Kopf"
    return rig


@pytest.mark.ends
def test_a_head_bone_that_is_renamed_goes_on_turning(renamed_bone, curves):
    rig = renamed_bone
    rig.parlance.lines[0].direction.head_amount = 0.5
    bpy.ops.parlance.generate()
    turning = {path for path, _ in curves(rig) if "rotation" in path}
    assert turning
    assert all("Kopf" in path for path in turning)


@pytest.mark.ends
def test_planning_renames_no_curve_of_anothers_bone(make_armature, make_face, add_voice, select, room, scene):
    """In Blender 4.5 a bone takes the curves of its name in every slot of the action along; writing sets them back."""
    rig, other = make_armature(), make_armature("Other")
    make_face(parent=rig)
    strip = add_voice()
    select(rig)
    bpy.ops.parlance.generate()
    action = rig.animation_data.action
    other.animation_data_create().action = action
    other.animation_data.action_slot = action.slots.new("OBJECT", "Other")
    other.pose.bones["head"].name = "Kopf"
    before = _paths(room, rig)
    room("addon.planning.plan").plan(scene, scene, room("addon.character.characters").of(rig), strip)
    assert _paths(room, rig) == before
    bpy.ops.parlance.generate()
    assert not any("Kopf" in path for path in _paths(room, rig))
    assert any(path.startswith('pose.bones["head"].rotation') for path in _paths(room, rig))


def _paths(room, owner):
    return sorted(curve.data_path for curve in room("addon.animation.slots").existing(owner).bag.fcurves)


@pytest.mark.newest
def test_a_channel_of_a_renamed_bone_is_known_whatever_is_left_of_it(renamed_bone, curves):
    rig = renamed_bone
    nod = curves(rig)['pose.bones["Kopf"].rotation_quaternion', 1]
    while len(nod.keyframe_points) > 2:
        nod.keyframe_points.remove(nod.keyframe_points[1])
    bpy.ops.parlance.clear()
    assert not curves(rig)


@pytest.mark.ends
def test_a_shape_that_is_removed_later_breaks_no_slider(face, curves):
    bpy.ops.parlance.generate()
    face.shape_key_remove(face.data.shape_keys.key_blocks["mouthPucker"])
    only(face).direction.lips = 0.5
    bpy.ops.parlance.generate()
    assert only(face).keyed
    bpy.ops.parlance.clear()
    assert not [path for path, _ in curves(face.data.shape_keys) if "mouthPucker" not in path]


@pytest.fixture
def linked_here(make_face, add_voice, speech, tmp_path):
    """A character that speaks in another file, linked and overridden in this one, with a sound strip of its own here."""

    def link(fps=24, output="ACTIVE"):
        make_face().parlance.output = output
        add_voice()
        bpy.context.scene.render.fps = fps
        bpy.ops.parlance.generate()
        library = tmp_path / "library.blend"
        bpy.ops.wm.save_as_mainfile(filepath=str(library))
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        bpy.context.scene.render.fps = 24
        with bpy.data.libraries.load(str(library), link=True) as (source, target):
            target.objects = [name for name in source.objects if name == "Face"]
        (linked,) = target.objects
        bpy.context.scene.collection.objects.link(linked)
        bpy.context.view_layer.objects.active = linked
        strip = bpy.context.scene.sequence_editor_create().strips.new_sound("again", str(speech), 1, 10)
        bpy.context.scene.sequence_editor.active_strip = strip
        bpy.ops.parlance.fix(code="linked")
        return bpy.context.view_layer.objects.active

    return link


def test_a_linked_character_that_speaks_goes_on_in_an_action_of_its_own(linked_here, curves):
    face = linked_here()
    assert face.override_library
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    action = face.data.shape_keys.animation_data.action
    assert action.library is None
    assert len(curves(face.data.shape_keys)[JAW].keyframe_points) > 10
    before = len(bpy.data.actions)
    bpy.ops.parlance.generate()
    assert len(bpy.data.actions) == before


def test_what_a_linked_character_plays_at_another_frame_rate_is_nobodys_change(linked_here, curves):
    """Its tracks and bones are in the other file's action too, not its shapes alone."""
    face = linked_here(fps=30)
    assert face.animation_data.action.library
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (line,) = (line for line in face.parlance.lines if line.performance)
    assert "yours" not in line.result
    assert face.animation_data.action.library is None
    tracks = [curve for (path, _), curve in curves(face).items() if path.startswith("parlance_tracks")]
    shapes = curves(face.data.shape_keys)[JAW].keyframe_points
    assert tracks
    assert all(shapes[0].co[0] <= key.co[0] <= shapes[-1].co[0] for curve in tracks for key in curve.keyframe_points)


def test_an_appended_character_brings_no_scene_along(make_face, add_voice, tmp_path):
    make_face()
    add_voice()
    bpy.ops.parlance.generate()
    library = tmp_path / "library.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(library))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scenes = len(bpy.data.scenes)
    with bpy.data.libraries.load(str(library), link=False) as (_, target):
        target.objects = ["Face"]
    (face,) = target.objects
    bpy.context.scene.collection.objects.link(face)
    bpy.context.view_layer.objects.active = face
    assert len(bpy.data.scenes) == scenes
    only(face).direction.jaw = 0.5
    assert only(face).keyed


def test_damaged_records_can_be_cleared(face, curves):
    bpy.ops.parlance.generate()
    action = face.data.shape_keys.animation_data.action
    action.parlance_written = action.parlance_written[:200]
    with pytest.raises(RuntimeError, match="damaged"):
        bpy.ops.parlance.generate()
    assert bpy.ops.parlance.clear() == {"FINISHED"}
    assert not curves(face.data.shape_keys)
    assert not face.parlance.lines
    assert bpy.ops.parlance.generate() == {"FINISHED"}


WRONG = ("", "{}", "[1]", '{"start": 1}', '{"start":1e400,"end":2,"origin":0,"retimed":0,"sound":""}', "[" * 9000)


@pytest.mark.parametrize("text", first_everywhere(WRONG, others=pytest.mark.ends))
def test_a_damaged_place_can_be_cleared(face, text, room, scene):
    bpy.ops.parlance.generate()
    only(face).placement = text
    assert room("addon.lines.lines").state(only(face), scene) == "damaged"
    bpy.ops.parlance.choose_line(line=only(face).token)
    assert bpy.ops.parlance.clear() == {"FINISHED"}
    assert not face.parlance.lines
    assert bpy.ops.parlance.generate() == {"FINISHED"}


@pytest.mark.parametrize("cleared", [True, False])
def test_what_became_of_a_line_of_another_file_stays_when_the_shot_is_opened_again(linked_here, tmp_path, cleared):
    face = linked_here()
    (token,) = (line.token for line in face.parlance.lines)
    if cleared:
        assert bpy.ops.parlance.clear(line=token) == {"FINISHED"}
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    before = [(line.token, line.title, line.ranges, bool(line.performance)) for line in face.parlance.lines]
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    face = bpy.context.view_layer.objects.active
    assert [(line.token, line.title, line.ranges, bool(line.performance)) for line in face.parlance.lines] == before


def test_a_linked_character_keyed_in_nla_layers_goes_on_in_actions_of_its_own(linked_here, tmp_path):
    """What was written into the other file's actions would be gone with the file."""
    face = linked_here(output="NLA")
    face.parlance.lines[0].direction.jaw = 0.2
    (line,) = face.parlance.lines
    assert "yours" not in line.result
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    face = bpy.context.view_layer.objects.active
    tracks = face.data.shape_keys.animation_data.nla_tracks
    played = [strip.action for track in tracks for strip in track.strips]
    assert played
    assert all(action.library is None for action in played)
    (before,) = (action for action in bpy.data.actions if action.library and action.name == "Face Speech")
    (after,) = (action for action in bpy.data.actions if not action.library and action.name == "Face Speech")
    assert highest(after) < 0.5 * highest(before)


def highest(action):
    """Of the jaw."""
    bags = (bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags)
    (jaw,) = (curve for bag in bags for curve in bag.fcurves if curve.data_path == 'key_blocks["jawOpen"].value')
    return max(point.co[1] for point in jaw.keyframe_points)
