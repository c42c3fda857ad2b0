# SPDX-License-Identifier: GPL-3.0-or-later
"""Every head as others might deliver it: renamed, split, merged, scaled, mirrored, emptied, reversed, in another order."""

import itertools
import random
from functools import cache

import numpy as np
import pytest

from parlance.benchmarks import heads
from parlance.benchmarks import rigging as bench
from parlance.benchmarks.spellings import SPELLINGS
from parlance.head.bust import build_parts
from parlance.head.design import DESIGNS
from parlance.inference import arkit
from parlance.inference.rigging import apply, recognise
from parlance.inference.rigging.calibration import calibrated
from parlance.inference.rigging.parts import Part
from parlance.inference.rigging.recognition import recognise_parts
from parlance.inference.rigging.survey import DEAD

NAMES = (*DESIGNS, *(("ict", "makehuman") if heads.RIGS.exists() else ()))


@cache
def head(name):
    """One part with the 52 shapes that a head has, by their ARKit names."""
    if name in DESIGNS:
        face = build_parts(DESIGNS[name])[0]
        points, shapes = face.points, face.shapes
    else:
        made = getattr(heads, name)()
        points, shapes = made.points, {}
        for drive in recognise(made.shapes).active:
            if drive.source in arkit.INDEX:
                shapes[drive.source] = shapes.get(drive.source, 0) + drive.gain * made.shapes[drive.target]
    used = [name for name in arkit.NAMES if name in shapes and np.abs(shapes[name]).max() > 0.0]
    return Part(points.astype(np.float32), tuple(used), np.stack([shapes[name] for name in used]).astype(np.float32))


REVERSED = ["jawOpen", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthFrownRight", "eyeBlinkLeft", "jawOpen"]
"""Seven, so that going through them twice lets each shape meet two of the heads."""


def used(parts):
    """{shape: what drives it} over all parts, and the survey."""
    found = recognise_parts(parts)
    return {drive.target: drive.source for rig_map in found.maps for drive in rig_map.active}, found


@cache
def plain(name):
    """What drives each shape of a head as it is, and its survey."""
    return used([head(name)])


def renamed(part, spell):
    return Part(part.points, tuple(map(spell, part.names)), part.moves)


def split(part, count, seed=0):
    """The same face in pieces: bands from crown to chin, each with the shapes that move it."""
    chance = np.random.default_rng(seed)
    height = part.points[:, int(np.ptp(part.points, axis=0).argmax())]
    band = np.digitize(height, np.quantile(height, np.linspace(0, 1, count + 1)[1:-1] + chance.uniform(-0.02, 0.02, count - 1)))
    pieces = []
    for i in range(count):
        own = band == i
        moving = [k for k in range(len(part.names)) if np.abs(part.moves[k][own]).max(initial=0.0) > 0.0]
        if moving:
            pieces.append(Part(part.points[own], tuple(part.names[k] for k in moving), part.moves[moving][:, own]))
    return pieces


@pytest.mark.parametrize(("spelling", "name"), list(zip(SPELLINGS, itertools.cycle(NAMES), strict=False)))
def test_in_every_spelling_each_shape_is_itself(spelling, name):
    part = renamed(head(name), SPELLINGS[spelling])
    truth = dict(zip(part.names, head(name).names, strict=True))
    found, _ = used([part])
    assert {target for target, source in found.items() if truth[target] != source} == set()
    assert len(found) >= 0.95 * len(truth)


@pytest.mark.parametrize("name", NAMES)
def test_order_size_and_prefix_do_not_matter(name):
    part = head(name)
    same, _ = plain(name)
    order = random.Random(name).sample(range(len(part.names)), len(part.names))
    shuffled = Part(part.points, tuple(part.names[i] for i in order), part.moves[order])
    assert used([shuffled])[0] == same
    for size in (0.01, 40.0):
        assert used([Part(part.points * np.float32(size), part.names, part.moves * np.float32(size))])[0] == same
    assert used([renamed(part, lambda shape: f"Hero:Face_{shape}")])[0] == {f"Hero:Face_{k}": v for k, v in same.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_blink_of_both_eyes_tells_the_size_of_the_face(name):
    part = head(name)
    moves = dict(zip(part.names, part.moves, strict=True))
    moves["eyeBlink"] = moves.pop("eyeBlinkLeft") + moves.pop("eyeBlinkRight")
    whole, one = plain(name)[1].survey, recognise_parts([Part(part.points, tuple(moves), np.stack(list(moves.values())))]).survey
    assert one.frame.millimetres == pytest.approx(whole.frame.millimetres, rel=0.01)
    corners = [found.frame.place(part.points[list(found.landmarks.corners)]) for found in (whole, one)]
    assert np.abs(corners[0] - corners[1]).max() < 5.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [2, 5])
def test_a_head_in_pieces_is_the_same_head(name, count):
    whole, _ = plain(name)
    pieces, _ = used(split(head(name), count))
    assert pieces.items() <= whole.items()
    assert len(pieces) >= 0.95 * len(whole)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_viewers_left_are_put_on_their_side(name):
    part = head(name)
    found, _ = used([renamed(part, arkit.mirrored)])
    wrong = [target for target, source in found.items() if arkit.mirrored(target) != source]
    sided = [shape for shape in part.names if arkit.mirrored(shape) != shape]
    assert len(wrong) <= 0.15 * len(sided)
    assert not {"mouthSmileLeft", "mouthSmileRight", "eyeBlinkLeft", "eyeBlinkRight"}.intersection(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_empty_shapes_are_not_used(name):
    part = head(name)
    empty = random.Random(name).sample([each for each in part.names if each != "jawOpen"], 14)
    moves = part.moves.copy()
    for shape in empty:
        moves[part.names.index(shape)] = 0.0
    found, recognition = used([Part(part.points, part.names, moves)])
    assert not set(empty).intersection(found)
    assert set(empty) <= recognition.dead


@pytest.mark.parametrize(("shape", "name"), list(zip(REVERSED * 2, itertools.cycle(NAMES), strict=False)))
def test_a_reversed_shape_is_not_used_until_its_slider_goes_below_zero(name, shape):
    part = head(name)
    moves = part.moves.copy()
    moves[part.names.index(shape)] *= -1.0
    assert shape not in used([Part(part.points, part.names, moves)])[0]
    found = recognise_parts([Part(part.points, part.names, moves, {shape: (-1.0, 1.0)})])
    (drive,) = [drive for drive in found.maps[0].active if drive.target == shape]
    assert drive.gain < 0.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spell", [str, lambda shape: f"k{arkit.INDEX[shape]}"], ids=["named", "numbered"])
def test_what_is_used_moves_what_it_says(name, spell):
    part = renamed(head(name), spell)
    found, recognition = used([part])
    survey = recognition.survey
    for target, source in found.items():
        assert survey.reach[survey.index[target]] > DEAD
        assert survey.like(target, source) > 0.1 or arkit.region_of(source) in {"tongue", "cheeks", "nose", "eyes"}


def test_full_heads_open_alike():
    """The 90th percentile of the opening in one sentence, in millimetres of the face; faces are scaled to one eye distance."""
    opened = {}
    for name in NAMES:
        part = head(name)
        found = recognise_parts([part])
        calibration = calibrated(found.survey, found.maps[0])
        shapes = bench.speak(bench.full_face(), calibration, found.maps[0].sources)
        moved = dict(zip(part.names, part.moves, strict=True))
        curves = apply(found.maps[0], shapes, calibration=calibration)
        gap = bench.lip_gap(heads.Head(name, part.points, moved), calibration, curves)
        opened[name] = float(np.percentile(gap, 90))
        assert bench.closure_gaps(gap).max() < 0.03 * calibration.widest_gap
    middle = float(np.median(list(opened.values())))
    assert all(abs(gap / middle - 1.0) < 0.15 for gap in opened.values()), opened
