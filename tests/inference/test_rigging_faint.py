# SPDX-License-Identifier: GPL-3.0-or-later
"""Brows and hanging corners that were sculpted to go less far than others: told, and driven further where their sliders go on."""

import numpy as np
import pytest

from parlance.head.bust import build_parts
from parlance.inference.rigging.calibration import calibrated
from parlance.inference.rigging.parts import Part
from parlance.inference.rigging.recognition import recognise_parts

BROWS = ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")


@pytest.fixture(scope="module")
def sculpted():
    """The demo head's rest, and its shapes with brows that rise 40 % as far as they do."""
    head = build_parts()[0]
    return head.points, {name: move * (0.4 if name in BROWS else 1.0) for name, move in head.shapes.items()}


def read(points, moves, sliders=()):
    part = Part(points.astype(np.float32), tuple(moves), np.stack(list(moves.values())).astype(np.float32), dict(sliders))
    found = recognise_parts([part])
    return {drive.target: drive for drive in found.maps[0].active}, calibrated(found.survey, found.maps[0])


def test_brows_that_hardly_rise_are_told_and_go_further_where_their_sliders_do(sculpted):
    drives, found = read(*sculpted)
    assert set(found.faint) == set(BROWS)
    assert all(drives[name].gain == 1.0 for name in BROWS)
    assert sum("less far than on other faces" in line for line in found.summary.splitlines()) == 3

    drives, found = read(*sculpted, dict.fromkeys(BROWS, (0.0, 2.0)))
    assert all(1.5 < drives[name].gain <= drives[name].high <= 2.0 for name in BROWS)
    assert not found.faint
    assert drives["jawOpen"].gain == drives["mouthSmileLeft"].gain == drives["browDownLeft"].gain == 1.0


def test_halves_of_one_shape_are_not_taken_for_faint():
    head = build_parts()[0]
    moves = dict(head.shapes)
    inner = 0.65 * moves.pop("browInnerUp")
    for name, side in (("browInnerUp_L", head.points[:, :1] > 0.0), ("browInnerUp_R", head.points[:, :1] <= 0.0)):
        moves[name] = inner * side
    drives, found = read(head.points, moves)
    assert drives["browInnerUp_L"].source == drives["browInnerUp_R"].source == "browInnerUp"
    assert not found.faint


def test_where_all_go_little_none_is_faint():
    head = build_parts()[0]
    moves = {name: move if name.startswith("jaw") else 0.5 * move for name, move in head.shapes.items()}
    drives, found = read(head.points, moves)
    assert not found.faint
    assert all(drives[name].gain == 1.0 for name in BROWS)
