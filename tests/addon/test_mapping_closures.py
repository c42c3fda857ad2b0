# SPDX-License-Identifier: GPL-3.0-or-later
"""Lips touch on the character itself, in the keys that were written, whatever shapes it has."""

import bpy
import numpy as np
import pytest

from .cases import first_everywhere

VISEMES = [f"viseme_{name}" for name in ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")]


@pytest.fixture
def head(room, select, add_voice):
    root = room("addon.demo_head").create_demo_head(bpy.context)
    select(root)
    add_voice()
    return root


@pytest.fixture
def keep(room):
    """Leave a head only some shapes; visemes are made from its own."""

    def keep(root, names):
        poses = room("inference.rigging.poses").poses()
        arkit = room("inference.arkit").NAMES
        for mesh in [child for child in root.children if child.data.shape_keys]:
            key = mesh.data.shape_keys
            moves = {block.name: _points(block) - _points(key.reference_key) for block in key.key_blocks[1:]}
            for name in (name for name in names if name in poses):
                made = mesh.shape_key_add(name=name)
                weights = dict(zip(arkit, poses[name], strict=True))
                move = sum(weights.get(shape, 0.0) * delta for shape, delta in moves.items())
                made.points.foreach_set("co", (_points(key.reference_key) + move).ravel())
            for block in list(key.key_blocks)[1:]:
                if block.name not in names:
                    mesh.shape_key_remove(block)

    return keep


def _points(block):
    points = np.empty(3 * len(block.data), np.float32)
    block.points.foreach_get("co", points)
    return points.reshape(-1, 3)


@pytest.fixture
def gaps(room):
    """Lip gap in % of the widest opening at every frame, and how closed the voice asks the lips to be."""

    def measured(root, marks, frame, widest):
        line = root.parlance.lines[0]
        performance = room("addon.animation.stored").unpack(line.performance)
        contact = room("inference.contact")
        fps = room("addon.sequencer.strips").rate(bpy.context.scene)
        face = max((child for child in root.children if child.data.shape_keys), key=lambda mesh: len(mesh.data.vertices))
        span = room("addon.sequencer.strips").frames_of(room("addon.sequencer.strips").Placement.from_json(line.placement), fps)
        frames = np.arange(int(span.first), int(span.last) + 1)
        closure = contact.closure_from_posteriors(performance.posteriors, 50)[0]
        wanted = contact.resample_contact(closure, 50, frames / fps - span.first / fps, fps)
        own = face.data.shape_keys
        lips = [*marks.upper, *marks.lower]
        rest = _points(own.reference_key)[lips]
        moves = np.array([_points(block)[lips] - rest for block in own.key_blocks[1:]])
        found = []
        for at in frames:
            bpy.context.scene.frame_set(int(at))
            shown = own.evaluated_get(bpy.context.evaluated_depsgraph_get())
            placed = frame.place(
                rest + np.tensordot([block.value for block in shown.key_blocks[1:]], moves, 1).astype(np.float32)
            )
            found.append(placed[: len(marks.upper), 1].mean() - placed[len(marks.upper) :, 1].mean())
        return 100 * np.array(found) / widest, wanted

    return measured


@pytest.mark.parametrize("shapes", first_everywhere(["all", "no mouthClose", "visemes", "jaw alone"]))
def test_lips_touch_in_the_keys_that_were_written(head, keep, gaps, room, shapes):
    character = room("addon.character.characters").of(head)
    whole = room("addon.planning.rig_plan").rig_of(character).calibration
    counts = [len(face.key.reference_key.points) for face in character.faces]
    marks = whole.landmarks.moved(np.arange(sum(counts)) - sum(counts[: counts.index(max(counts))]))
    names = room("inference.arkit").NAMES
    if shapes != "all":
        keep(head, {"no mouthClose": set(names) - {"mouthClose"}, "visemes": VISEMES, "jaw alone": {"jawOpen"}}[shapes])
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    gap, wanted = gaps(head, marks, whole.frame, whole.widest_gap)
    rest = 100 * max(float(whole.geometry.neutral[0]), 0.0) / whole.widest_gap
    assert (wanted >= 0.99).any(), "the sentence has lips that close"
    assert gap[wanted >= 0.99].max() < 3.0 + (0.0 if shapes == "all" else rest)
    assert gap.max() > 10.0
