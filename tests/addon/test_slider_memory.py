# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered between two moves of a slider never outlives what it was made of."""

import random
from functools import partial

import bpy
import pytest

from .cases import first_everywhere


@pytest.fixture
def forget(room):
    """Forget everything that a rebuild remembers."""

    def nothing_is_known():
        for name, caches in (
            ("inference.keying.fitting", ("_fitted",)),
            ("inference.acting.remembering", ("_lines",)),
            ("inference.retouch.retouching", ("_latest",)),
            ("addon.performing.remembered_gaps", ("_last",)),
            ("addon.animation.stored", ("_read", "_performances", "_ahead", "_settled")),
        ):
            for cache in caches:
                getattr(room(name), cache).clear()
        room("addon.character.recognition").forget()

    return nothing_is_known


@pytest.mark.parametrize("seed", first_everywhere(range(3)))
def test_a_line_rebuilt_from_nothing_has_the_keys_that_the_sliders_left(face, snapshot, curves, room, forget, seed):
    bpy.ops.parlance.generate()
    chance, rebuild = random.Random(seed), room("addon.generate.live").rebuild
    controls = list(room("inference.direction").controls())
    entry_of = room("addon.properties.retouch_properties").of

    def line():
        return face.parlance.lines[0]

    def slider(direction):
        control = chance.choice(controls)
        value = round(chance.uniform(control.low, control.high), 2)
        setattr(direction, control.name, type(control.default)(value > control.high / 2 if control.default is False else value))

    def passage():
        first = chance.randrange(20, 60)
        bpy.ops.parlance.redo_range(frame_start=first, frame_end=first + chance.randrange(5, 60), fade=chance.randrange(1, 9))

    def track(name):
        (curve,) = (curve for (path, _), curve in curves(face).items() if path.endswith(name))
        chance.choice(list(curve.keyframe_points)).co[1] += 0.4

    def laugh():
        made = room("inference.retouch.vocal_track").made("laugh", chance.uniform(0.2, 1.5), chance.uniform(2.0, 3.0), 0.8)
        room("addon.lines.retouching").add_vocal(face, line(), made)

    def mark(tag):
        span = room("addon.lines.lines").span_of(line(), 24)
        bpy.context.scene.timeline_markers.new(tag, frame=chance.randrange(int(span.first), int(span.last) - 10))

    def of_a_passage():
        entry = entry_of(face, line())
        slider(chance.choice(list(entry.passages)).direction if entry is not None and entry.passages else line().direction)

    def mood():
        line().direction.mood = chance.choice(["", "confused", "tired"])

    ways = [lambda: slider(line().direction)] * 4 + [of_a_passage] * 2 + [passage, laugh, mood]
    ways += [partial(track, name) for name in ("joy", "blink_left")]
    ways += [partial(mark, tag) for tag in ("[warm]", "[smiles]", "[looks left]")]
    chance.shuffle(ways)
    for way in ways:
        way()
        rebuild(face, line())
        left = snapshot()[0]
        forget()
        rebuild(face, line())
        assert snapshot()[0] == left, way


@pytest.mark.newest
def test_gaps_filled_from_nothing_have_the_keys_that_the_sliders_left(
    make_armature, make_face, add_voice, scene, select, snapshot, curves, room, forget
):
    other = make_armature("Other")
    other.location = (1.2, -1.2, 0.0)
    speaks, root = make_face("Speaks", parent=other), make_armature("Body")
    face, end = make_face("Waits", parent=root), 20
    select(face)
    for _ in range(3):
        end = int(add_voice(frame=end).frame_final_end) + 40
        assert bpy.ops.parlance.generate() == {"FINISHED"}
    scene.frame_end = end
    idle, fill = room("addon.lines.idle_frames").line_of(root), room("addon.generate.idle").rebuild
    spoken = [each for each in root.parlance.lines if not each.idle]
    gaps = room("addon.lines.lines").owned(idle)
    assert len(gaps) == 2

    def slider(number, name, value):
        setattr(spoken[number].direction, name, value)

    def marked(tag):
        scene.timeline_markers.new(tag, frame=int(gaps[0].first) + 8)

    def by_hand():
        points = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0].keyframe_points
        max((point for point in points if point.co.x < gaps[0].first), key=lambda point: point.co.x).co.y += 0.2

    def heard():
        add_voice(frame=int(gaps[0].first) - 60)
        select(speaks)
        assert bpy.ops.parlance.generate() == {"FINISHED"}

    def still():
        root.parlance.move_head = False

    ways = [partial(slider, 2, "joy", 0.7), partial(marked, "[looks left]"), partial(marked, "[nods]")]
    ways += [partial(slider, 2, "jaw", 0.8), heard, by_hand, partial(slider, 0, "anger", 0.5)]
    ways += [lambda: setattr(idle.direction, "gaze_yaw", 20.0), still, partial(slider, 2, "lips", 1.2)]
    for way in ways:
        before = snapshot()[0]
        way()
        fill(root)
        left = snapshot()[0]
        assert left != before, way
        forget()
        fill(root)
        assert snapshot()[0] == left, way
