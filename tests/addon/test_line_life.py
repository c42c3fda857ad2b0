# SPDX-License-Identifier: GPL-3.0-or-later
"""A line's life: what an animator's day (test_editors_day.py) has once broken, each as its shortest story."""

import bpy
import pytest

JAW = 'key_blocks["jawOpen"].value'


@pytest.fixture
def speak(scene, select, room):
    """Generate a strip for a character."""

    def act(face, strip):
        select(face)
        scene.sequence_editor.active_strip = strip
        face.parlance.strip = ""
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        return room("addon.lines.lines").of_strip(face, strip, scene)

    return act


@pytest.fixture
def short_voice(write_wav, speech):
    """Half a second of speech."""
    import soundfile

    samples, rate = soundfile.read(speech, start=5000, frames=24_000, dtype="float32", always_2d=True)
    return write_wav(samples[:, 0][: rate // 2], rate, "short.wav")


def keys_of(curves, owner, path=JAW):
    curve = curves(owner.data.shape_keys).get((path, 0))
    return [tuple(point.co) for point in curve.keyframe_points] if curve else []


@pytest.mark.ends
def test_shapes_that_rest_are_not_counted(face, curves):
    bpy.ops.parlance.generate()
    line = face.parlance.lines[0]
    line.direction.upper_face = 0.0
    found = curves(face.data.shape_keys)
    assert len(found) < 52
    count = sum(len(curve.keyframe_points) for curve in found.values())
    assert line.result.startswith(f"{count:,} keys on {len(found)} shapes")


@pytest.mark.newest
def test_a_first_key_moved_half_a_frame_early_stays_when_a_line_follows(make_face, add_voice, short_voice, speak, curves):
    face = make_face()
    first, second = add_voice(short_voice, 30), add_voice(short_voice, 42)
    speak(face, first)
    point = curves(face.data.shape_keys)[JAW, 0].keyframe_points[0]
    moved = (point.co[0] - 0.5, point.co[1] + 0.4)
    point.co = moved
    speak(face, second)
    assert keys_of(curves, face)[0] == pytest.approx(moved)


@pytest.mark.newest
def test_a_setting_rebuilds_lines_one_of_which_takes_the_place_of_another(face, add_voice, scene, speak, monkeypatch):
    first = scene.sequence_editor.strips[0]
    second = add_voice(frame=12)
    speak(face, first)
    speak(face, second)
    second.mute = True
    raised = []
    monkeypatch.setattr("sys.excepthook", lambda *error: raised.append(error))
    face.parlance.output = "NEW"
    assert not raised
    assert [line.title for line in face.parlance.lines] == [first.name]


@pytest.mark.newest
def test_a_key_of_ones_own_that_a_line_gave_way_to_is_never_taken_along(make_face, add_voice, short_voice, speak, curves, bits):
    face = make_face()
    old = add_voice(short_voice, 30)
    speak(face, old)
    curves(face.data.shape_keys)[JAW, 0].keyframe_points.insert(250, 0.2)
    mine = bits(curves(face.data.shape_keys)[JAW, 0], 249.5, 250.5)
    old.mute = True
    take = add_voice(frame=30)
    line = speak(face, take)
    assert max(frame for frame, _ in keys_of(curves, face)) == 250
    line.direction.jaw = 0.5
    assert bits(curves(face.data.shape_keys)[JAW, 0], 249.5, 250.5) == mine
    take.frame_start += 4
    assert bpy.ops.parlance.follow() == {"FINISHED"}
    assert bits(curves(face.data.shape_keys)[JAW, 0], 249.5, 250.5) == mine
    bpy.ops.parlance.clear()
    assert [frame for frame, _ in keys_of(curves, face)] == [250]


@pytest.mark.ends
def test_another_frame_rate_moves_a_muted_line_out_of_the_way_of_its_neighbour(
    make_face, add_voice, short_voice, speak, scene, room
):
    face = make_face()
    heard, muted = add_voice(short_voice, 10), add_voice(short_voice, 40)
    speak(face, heard)
    speak(face, muted)
    muted.mute = True
    scene.render.fps = 60
    line = speak(face, heard)
    ranges = [room("addon.lines.lines").owned(each) for each in face.parlance.lines]
    assert not room("inference.keying.ranges").common(*ranges)
    assert "yours" not in line.result
    muted.mute = False
    assert "yours" not in speak(face, muted).result


@pytest.mark.ends
def test_edited_phones_stay_on_their_sound_when_the_strip_is_trimmed(face, scene):
    bpy.ops.parlance.generate()
    phones = face.parlance_retouch[0].phones
    index = next(at for at in range(len(phones) // 2, len(phones)) if phones[at].symbol != "sil")
    symbol, length = phones[index].symbol, phones[index].end - phones[index].start
    begin = 10 + phones[index].start * 24
    assert bpy.ops.parlance.phone_mute(index=index) == {"FINISHED"}
    scene.sequence_editor.strips[0].frame_offset_start = 12
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (muted,) = [phone for phone in face.parlance_retouch[0].phones if phone.strength == 0]
    assert muted.symbol == symbol
    assert 22 + muted.start * 24 == pytest.approx(begin, abs=0.01)
    assert muted.end - muted.start == pytest.approx(length, abs=0.001)


def test_a_mesh_that_only_the_armature_deforms_speaks_too(make_face, make_armature, add_voice, select, curves):
    rig = make_armature()
    make_face("Face", parent=rig)
    beard = make_face("Beard", shapes=("jawOpen", "mouthClose"))
    beard.modifiers.new("Armature", "ARMATURE").object = rig
    add_voice()
    select(rig)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert len(keys_of(curves, beard)) > 5
    select(beard)
    assert bpy.ops.parlance.clear() == {"FINISHED"}
    assert not keys_of(curves, beard)


@pytest.mark.ends
def test_the_head_bone_turns_the_way_the_sliders_say(make_face, make_armature, add_voice, select):
    """A character that faces -Y with Z up: a nod brings the crown forward, its left is +X."""
    rig = make_armature()
    make_face("Face", parent=rig)
    add_voice()
    select(rig)
    bpy.ops.parlance.generate()
    direction = rig.parlance.lines[0].direction

    def turned(vector):
        bpy.context.scene.frame_set(80)
        bone = rig.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones["head"]
        rest = rig.data.bones["head"].matrix_local.to_3x3()
        return bone.matrix.to_3x3() @ rest.inverted() @ vector.copy()

    from mathutils import Vector

    before = turned(Vector((0, 0, 1))), turned(Vector((0, -1, 0))), turned(Vector((0, 0, 1)))
    direction.head_pitch = 25.0
    assert turned(Vector((0, 0, 1))).y < before[0].y - 0.2
    direction.head_pitch, direction.head_yaw = 0.0, 25.0
    assert turned(Vector((0, -1, 0))).x > before[1].x + 0.2
    direction.head_yaw, direction.head_roll = 0.0, 25.0
    assert turned(Vector((0, 0, 1))).x > before[2].x + 0.2


@pytest.mark.newest
def test_a_change_that_another_line_inherits_ends_where_it_ended(make_face, add_voice, short_voice, speak, curves):
    """A change in the frames of rest before a line, which another line takes."""
    face = make_face()
    speak(face, add_voice(frame=30))
    curves(face.data.shape_keys)[JAW, 0].keyframe_points.insert(25, 0.9)
    speak(face, add_voice(short_voice, 30))
    curve = curves(face.data.shape_keys)[JAW, 0]
    changed = [curve.evaluate(frame) for frame in range(36, 41)]
    assert curve.evaluate(25) > 0.5
    assert bpy.ops.parlance.change_discard() == {"FINISHED"}
    bare = curves(face.data.shape_keys)[JAW, 0]
    assert changed == pytest.approx([bare.evaluate(frame) for frame in range(36, 41)], abs=0.02)


@pytest.mark.ends
def test_a_line_is_remembered_where_an_earlier_one_went_away(make_face, add_voice, short_voice, speak):
    """Blender moves the lines behind one that is removed: what is remembered must not go to where a line was before."""
    face = make_face()
    first, last = add_voice(short_voice, 30), add_voice(short_voice, 100)
    speak(face, first)
    take = add_voice(short_voice, 28)
    speak(face, take)
    speak(face, last)
    token = face.parlance.lines[1].token
    first.mute = True
    line = face.parlance.lines[1]
    line.direction.jaw = 0.5
    assert [each.title for each in face.parlance.lines if not each.idle] == [take.name, last.name]
    assert face.parlance.lines[0].token == token
    assert first.name in face.parlance.lines[0].result
    assert first.name not in face.parlance.lines[1].result


@pytest.mark.ends
def test_a_change_that_waited_comes_back_when_its_line_has_room_again(make_face, add_voice, short_voice, speak, curves):
    face = make_face()
    first = add_voice(frame=30)
    line = speak(face, first)
    token = line.token
    curves(face.data.shape_keys)[JAW, 0].keyframe_points.insert(38, 0.9)
    line.direction.lips = 0.9
    over = add_voice(short_voice, 31)
    speak(face, over)
    assert dict(keys_of(curves, face)).get(38, 0.0) < 0.5  # the change waits; the take may have a key of its own there
    over.mute = True
    line = next(each for each in face.parlance.lines if each.token == token)
    line.direction.lips = 1.0
    assert dict(keys_of(curves, face))[38] > 0.5


@pytest.mark.ends
def test_renaming_a_shape_of_the_face_leaves_the_teeth_their_curve(make_face, add_voice, select, curves):
    face = make_face("Face")
    teeth = make_face("Teeth", shapes=("jawOpen", "mouthClose"), parent=face)
    add_voice()
    select(face)
    bpy.ops.parlance.generate()
    bpy.ops.parlance.generate()
    before = keys_of(curves, teeth)
    face.data.shape_keys.key_blocks["jawOpen"].name = "Jaw"
    bpy.ops.parlance.generate()
    assert keys_of(curves, teeth) == before
    assert len(keys_of(curves, face, 'key_blocks["Jaw"].value')) == len(before)
