# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughing heads of every make speak in Blender: what their vertices do, against the same head with all of its shapes."""

import bpy
import numpy as np
import pytest

from . import odd_heads
from .odd_heads import BLINKS, SMILES

pytestmark = pytest.mark.newest  # which shapes a head has is data; test_mapping_closures.py looks at vertices in each Blender
QUICK = "YOUNG"
HEADS = [pytest.param(name, marks=() if name == QUICK else pytest.mark.slow) for name in odd_heads.NAMES]


@pytest.fixture(scope="module", params=HEADS)
def head(request):
    return odd_heads.sculpt(request.param)


@pytest.fixture
def speak(room, select, speech):
    """Generate speech with joy for a character; every other frame of its line."""

    def generate(root):
        bpy.context.scene.render.fps = 24
        select(root)
        room("addon.sequencer.strips").add(bpy.context.scene, str(speech), 10)
        root.parlance.direction.joy = 0.8
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        strips = room("addon.sequencer.strips")
        span = strips.frames_of(strips.Placement.from_json(root.parlance.lines[0].placement), 24)
        return range(int(span.first), int(span.last) + 1, 2)

    return generate


@pytest.fixture
def shown(room, speak):
    """The lips of a head while it speaks with other shapes, or with its own; the same once for each head."""

    def look(head, shapes, sliders=None):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        face = odd_heads.build(head, shapes, sliders)
        points = odd_heads.seen(face, speak(face))
        return odd_heads.lips(head, _marks(room, head), points)

    return look


_whole: dict[int, tuple] = {}


def _marks(room, head):
    """Landmarks of a head, told by all of its shapes."""
    if id(head) not in _whole:
        part = room("inference.rigging.parts").Part
        moves = np.stack(list(head.shapes.values())).astype(np.float32)
        found = room("inference.rigging.recognition").recognise_parts(
            [part(head.points.astype(np.float32), tuple(head.shapes), moves)]
        )
        _whole[id(head)] = (head, found.survey.landmarks)
    return _whole[id(head)][1]


_spoken: dict[int, odd_heads.Lips] = {}


@pytest.fixture
def full(head, shown):
    """What a head's lips do with all of its shapes."""
    if id(head) not in _spoken:
        _spoken[id(head)] = shown(head, head.shapes)
    return _spoken[id(head)]


REDUCED = {
    "visemes and smiles": lambda head: head.visemes | head.only(*SMILES, *BLINKS),
    "vowels, one smile, one blink": lambda head: head.vowels | {"Smile": head.both("mouthSmile"), "Blink": head.both("eyeBlink")},
    "vowels and a laugh that opens": lambda head: (
        head.vowels | {"Smile": head.both("mouthSmile") + 0.5 * head.shapes["jawOpen"], "Blink": head.both("eyeBlink")}
    ),
    "a jaw and one smile": lambda head: head.only("jawOpen", *BLINKS) | {"mouthSmile": head.both("mouthSmile")},
    "a jaw key and visemes": lambda head: head.visemes | head.only("jawOpen", *SMILES, *BLINKS),
    "jaw, closer and vowels": lambda head: head.vowels | head.only("jawOpen", "mouthClose", *SMILES, *BLINKS),
    "all but the closer": lambda head: {name: move for name, move in head.shapes.items() if name != "mouthClose"},
}


@pytest.mark.parametrize("kind", REDUCED)
def test_a_laugh_with_fewer_shapes_never_tears_the_mouth_nor_crosses_the_lips(head, full, shown, kind):
    fewer = shown(head, REDUCED[kind](head))
    assert fewer.stretch < 1.4 * full.stretch
    assert fewer.gaps.max() < 1.2 * full.gaps.max()
    assert fewer.width.max() < full.width.max() + 2.0
    assert fewer.gaps.min() > min(full.gaps.min(), -3.0) - 0.5
    assert np.percentile(fewer.gaps, 90) > 0.55 * np.percentile(full.gaps, 90)


SAME = {
    "left and right in one key": lambda head: (head.two_sided, {}),
    "each side and both": lambda head: (head.shapes | {name: head.both(name) for name in ("mouthSmile", "eyeBlink")}, {}),
    "combinations": lambda head: (head.shapes | {"jawOpen_mouthSmileLeft_combo": -0.3 * head.shapes["jawOpen"]}, {}),
    "sliders to a half": lambda head: head.times(2.0, (0.0, 0.5)),
    "sliders below zero": lambda head: head.times(-1.0, (-1.0, 0.0)),
    "sliders both ways": lambda head: head.times(1.0, (-1.0, 1.0)),
}


@pytest.mark.parametrize("kind", SAME)
def test_the_same_face_in_other_keys_shows_the_same(head, full, shown, kind):
    other = shown(head, *SAME[kind](head))
    assert np.abs(other.gaps.mean(1) - full.gaps.mean(1)).max() < 1.5  # keys are as fine as sliders are long
    assert np.abs(other.width - full.width).max() < 1.5


PIECES = [
    pytest.param((100.0, 100.0, 100.0), id="large"),
    pytest.param((1.0, 1.0, 1.0), id="plain", marks=pytest.mark.slow),
    pytest.param((-1.0, 1.0, 1.0), id="mirrored", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("turn", PIECES)
def test_a_head_in_pieces_speaks_as_one(head, full, room, speak, turn):
    root = bpy.data.objects.new("Hero", None)
    bpy.context.scene.collection.objects.link(root)
    root.scale = turn
    height = head.points[:, 2]
    middle = np.mean([head.points[i, 2] for i in _marks(room, head).corners]) + 0.025
    pieces = [odd_heads.build(head, head.shapes, kept=kept, parent=root) for kept in (height >= middle, height < middle)]
    frames = speak(root)
    points = np.zeros((len(frames), *head.points.shape), np.float32)
    for piece, kept in zip(pieces, (height >= middle, height < middle), strict=True):
        points[:, kept] = odd_heads.seen(piece, frames)
    one = odd_heads.lips(head, _marks(room, head), points / np.float32(turn))
    assert np.abs(one.gaps.mean(1) - full.gaps.mean(1)).max() < 1.5


SECOND = {
    "visemes": lambda head: head.visemes | head.only(*SMILES, *BLINKS),
    "visemes and a jaw": lambda head: head.visemes | head.only("jawOpen", *SMILES, *BLINKS),
}


@pytest.mark.parametrize("kind", SECOND)
def test_two_heads_of_different_systems_under_one_armature_both_speak(head, full, shown, room, speak, make_armature, kind):
    """The first as if it were alone; the second no less than it does alone, towards what it would do with all of its shapes."""
    alone = shown(head, SECOND[kind](head)).gaps.mean(1)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    rig = make_armature()
    first, second = odd_heads.build(head, head.shapes, parent=rig), odd_heads.build(head, SECOND[kind](head), parent=rig)
    away = 2.0 * np.ptp(head.points[:, 0])
    second.location.x = away
    bpy.context.view_layer.update()
    frames, wanted = speak(rig), full.gaps.mean(1)
    one, other = (_gap(room, head, odd_heads.seen(face, frames), place) for face, place in ((first, 0.0), (second, away)))
    assert np.corrcoef(one, wanted)[0, 1] > 0.995
    assert np.percentile(one, 90) == pytest.approx(np.percentile(wanted, 90), rel=0.2)
    assert np.corrcoef(other, alone)[0, 1] > 0.97
    assert 0.9 * np.percentile(alone, 90) < np.percentile(other, 90) < 1.2 * np.percentile(wanted, 90)


def _gap(room, head, points, away):
    """How far the lips of a head are apart that stands beside where it was sculpted."""
    return odd_heads.lips(head, _marks(room, head), points - np.array([away, 0.0, 0.0], np.float32)).gaps.mean(1)
