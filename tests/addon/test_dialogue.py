# SPDX-License-Identifier: GPL-3.0-or-later
"""Many strips at once, and one sound for two characters."""

import bpy
import numpy as np
import pytest
import soundfile


@pytest.fixture
def cut(speech, tmp_path):
    """Save parts of the speech as sounds of their own."""
    samples, rate = soundfile.read(speech, dtype="float32")

    def save(name, *channels):
        """channels: for each the seconds from and to, None where it is silent; placed at the same times."""
        length = round(3.0 * rate)
        columns = []
        for parts in channels:
            column = np.zeros(length, np.float32)
            for start, end, at in parts:
                piece = samples[round(start * rate) : round(end * rate)]
                column[round(at * rate) : round(at * rate) + len(piece)] = piece
            columns.append(column)
        path = tmp_path / name
        soundfile.write(path, np.stack(columns, axis=1), rate)
        return path

    return save


def opened(value_at, mesh, first, last):
    """How much the jaw moves in these frames."""
    return float(np.ptp([value_at(mesh, "jawOpen", frame) for frame in range(first, last)]))


@pytest.mark.ends
def test_every_strip_goes_to_whom_it_is_named_after(make_face, add_voice, cut, value_at):
    anna, ben = make_face("Anna_head"), make_face("Ben_head")
    add_voice(cut("vo_anna_01.wav", [(0.2, 2.0, 0.2)]), frame=10)
    add_voice(cut("vo_ben_01.wav", [(1.0, 2.4, 0.2)]), frame=90)
    add_voice(cut("noise.wav", [(0.2, 1.0, 0.2)]), frame=200).channel = 9
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert [line.title for line in anna.parlance.lines] == ["vo_anna_01.wav"]
    assert [line.title for line in ben.parlance.lines] == ["vo_ben_01.wav"]
    assert opened(value_at, anna, 10, 60) > 0.1
    assert opened(value_at, ben, 90, 140) > 0.1
    rows = [(row.strip, row.result) for row in bpy.context.scene.parlance_report]
    assert sorted(rows) == [("noise.wav", "LEFT"), ("vo_anna_01.wav", "DONE"), ("vo_ben_01.wav", "DONE")]


def test_a_second_run_leaves_what_is_up_to_date(make_face, add_voice, cut, room):
    anna = make_face("Anna")
    add_voice(cut("one.wav", [(0.2, 2.0, 0.2)]), frame=10)
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    with pytest.raises(RuntimeError, match="up to date"):
        bpy.ops.parlance.generate_all()
    assert not room("addon.running").trouble, "the panel would go on telling it when a strip has moved"
    add_voice(cut("two.wav", [(1.0, 2.0, 0.2)]), frame=120)
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert len(bpy.context.scene.parlance_report) == 1
    assert {line.title for line in anna.parlance.lines if not line.idle} == {"one.wav", "two.wav"}
    bpy.context.scene.render.fps = 60
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert len(bpy.context.scene.parlance_report) == 2


@pytest.mark.ends
def test_a_line_of_another_frame_rate_is_out_of_date(make_face, add_voice, cut):
    """Also one that starts where every frame rate has its zero."""
    make_face("Anna")
    add_voice(cut("one.wav", [(0.2, 2.0, 0.2)]), frame=0)
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    bpy.context.scene.render.fps = 60
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}


@pytest.mark.ends
def test_the_cast_goes_before_names(make_face, add_voice, cut):
    anna, ben = make_face("Anna"), make_face("Ben")
    strip = add_voice(cut("anna.wav", [(0.2, 1.0, 0.2)]), frame=10)
    row = bpy.context.scene.parlance_cast.add()
    row.character, row.pattern = ben, "ANN*"
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert len(ben.parlance.lines) == 1
    assert len(anna.parlance.lines) == 0
    row.pattern, row.track, row.character = "", strip.channel, anna
    bpy.ops.parlance.clear(line=ben.parlance.lines[0].token)
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert len(anna.parlance.lines) == 1


def test_one_strip_that_fails_costs_only_itself(make_face, add_voice, cut):
    anna = make_face("Anna")
    add_voice(cut("good.wav", [(0.2, 1.0, 0.2)]), frame=10)
    bad = cut("bad.wav", [(0.2, 1.0, 0.2)])
    add_voice(bad, frame=120)
    bad.write_bytes(b"not a sound")
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert sorted((row.strip, row.result) for row in bpy.context.scene.parlance_report) == [
        ("bad.wav", "FAILED"),
        ("good.wav", "DONE"),
    ]
    assert [line.title for line in anna.parlance.lines] == ["good.wav"]


@pytest.mark.ends
def test_left_and_right_go_to_two_characters_who_wait_for_each_other(make_face, add_voice, cut, select, value_at):
    anna, ben = make_face("Anna"), make_face("Ben")
    add_voice(cut("both.wav", [(0.2, 1.4, 0.1)], [(1.0, 2.2, 1.7)]), frame=10)
    select(anna)
    ben.select_set(True)
    assert bpy.ops.parlance.generate_stereo() == {"FINISHED"}
    fps = 24
    early, late = (10, 10 + round(1.3 * fps)), (10 + round(1.75 * fps), 10 + round(2.9 * fps))
    talks, waits = opened(value_at, anna, *early), opened(value_at, anna, 10 + round(1.7 * fps), late[1])
    assert talks > 0.1
    assert waits < 0.02, "no more than a curve may miss by"
    talks, waits = opened(value_at, ben, *late), opened(value_at, ben, 10, 10 + round(1.3 * fps))
    assert talks > 0.1
    assert waits < 0.02


@pytest.mark.ends
def test_each_goes_on_listening_to_its_own_channel(make_face, add_voice, cut, select, room):
    anna, ben = make_face("Anna"), make_face("Ben")
    add_voice(cut("both.wav", [(0.2, 1.4, 0.1)], [(1.0, 2.2, 1.7)]), frame=10)
    select(anna)
    ben.select_set(True)
    bpy.ops.parlance.generate_stereo()
    before = room("addon.animation.stored").unpack(ben.parlance.lines[0].performance)
    select(ben)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    after = room("addon.animation.stored").unpack(ben.parlance.lines[0].performance)
    np.testing.assert_array_equal(before.curves, after.curves)


@pytest.mark.parametrize(("count", "channels", "words"), [(1, 2, "two characters"), (2, 1, "one channel")])
def test_what_cannot_be_split_is_told(count, channels, words, make_face, add_voice, cut):
    faces = [make_face(name) for name in ("Anna", "Ben")[:count]]
    add_voice(cut("sound.wav", *[[(0.2, 1.0, 0.1)]] * channels), frame=10)
    for each in faces:
        each.select_set(True)
    with pytest.raises(RuntimeError, match=words):
        bpy.ops.parlance.generate_stereo()
    assert not any(len(each.parlance.lines) for each in faces)


@pytest.fixture
def stereo(make_face, add_voice, cut, select):
    """Anna and Ben, and the strip whose left and right they speak."""
    anna, ben = make_face("Anna"), make_face("Ben")
    strip = add_voice(cut("both.wav", [(0.2, 1.4, 0.1)], [(1.0, 2.2, 1.7)]), frame=10)
    select(anna)
    ben.select_set(True)
    bpy.ops.parlance.generate_stereo()
    return anna, ben, strip


@pytest.mark.newest
def test_a_piece_cut_off_goes_on_being_spoken_by_both(stereo, value_at):
    anna, ben, strip = stereo
    strip.split(48, "SOFT")
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    spoken = [[line.channel for line in each.parlance.lines if not line.idle] for each in (anna, ben)]
    assert spoken == [[1, 1], [2, 2]]
    assert opened(value_at, ben, 10 + round(1.75 * 24), 80) > 0.1
    assert opened(value_at, anna, 50, 80) < 0.02, "the other voice is not hers"


@pytest.mark.ends
def test_one_who_speaks_a_piece_alone_listens_to_its_own_channel(stereo, select, value_at):
    anna, ben, strip = stereo
    piece = strip.split(48, "SOFT")
    select(anna)
    bpy.context.scene.sequence_editor.active_strip = piece
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert opened(value_at, anna, 50, 80) < 0.02
    assert opened(value_at, ben, 10 + round(1.75 * 24), 80) > 0.1, "and what the other had is left"


@pytest.fixture
def scripted(make_face, add_voice, speech):
    """Anna and Ben, and the strip that they share by a script."""
    anna, ben = make_face("Anna"), make_face("Ben")
    strip = add_voice(speech, frame=1)
    bpy.data.texts.new("Script").write(SCRIPT)
    strip.select = True
    assert bpy.ops.parlance.generate_script(text_block="Script") == {"FINISHED"}
    return anna, ben, strip


@pytest.mark.ends
def test_each_says_in_writing_what_the_script_gives_it(scripted):
    anna, ben, _ = scripted
    lines = [each.parlance.lines[0] for each in (anna, ben)]
    assert [line.text.split()[0] for line in lines] == ["Hello!", "Maybe"]
    assert all(line.words and not line.text_trouble for line in lines)


@pytest.mark.newest
def test_turns_go_with_the_take_that_is_replaced(scripted, cut, select, value_at, room):
    anna, _, strip = scripted
    strip.sound = bpy.data.sounds.load(str(cut("retake.wav", [(0.2, 1.6, 1.3)])))
    select(anna)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert room("addon.sequencer.excerpt").of_line(anna.parlance.lines[0]).turns == ()
    assert opened(value_at, anna, 34, 68) > 0.1


def test_a_script_that_names_nobody_here_changes_nothing(make_face, add_voice, speech):
    anna = make_face("Anna")
    strip = add_voice(speech, frame=1)
    bpy.data.texts.new("Script").write("Anna: Hello.\nZoe: Good morning.")
    strip.select = True
    with pytest.raises(RuntimeError, match="Zoe"):
        bpy.ops.parlance.generate_script(text_block="Script")
    assert not len(anna.parlance.lines)


@pytest.mark.ends
def test_a_script_gives_each_its_turns(make_face, add_voice, speech, value_at, room):
    """The demo's words, in two halves."""
    anna, ben = make_face("Anna"), make_face("Ben")
    strip = add_voice(speech, frame=1)
    text = bpy.data.texts.new("Script")
    text.write(SCRIPT)
    strip.select = True
    assert bpy.ops.parlance.generate_script(text_block="Script") == {"FINISHED"}
    turns = {each.name: room("addon.sequencer.excerpt").of_line(each.parlance.lines[0]).turns for each in (anna, ben)}
    assert turns["Anna"][0][1] <= turns["Ben"][0][0]
    change = round(24 * (turns["Anna"][0][1] + turns["Ben"][0][0]) / 2)
    end = round(24 * turns["Ben"][0][1])
    assert opened(value_at, anna, change + 12, end) <= 0.05 * opened(value_at, anna, 1, change)
    assert opened(value_at, ben, 1, change - 12) <= 0.05 * opened(value_at, ben, change, end)


SCRIPT = """Anna: Hello! My name is Parlance. Give me a voice, and I will move my lips, my brows and my eyes.
Ben: Maybe you would prefer something bigger? Wow, what a beautiful morning!
"""
