# SPDX-License-Identifier: GPL-3.0-or-later
"""One generator, different people: the same vertices and shapes on other proportions."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.head.bust import build_parts, landmarks
from parlance.head.design import DESIGNS, OLDER, YOUNG
from parlance.head.skin import build_skin

MARKS = landmarks()


@pytest.mark.parametrize("design", DESIGNS.values(), ids=lambda design: design.name)
def test_a_head_is_whole_symmetric_and_life_size(design):
    parts = {part.name: part for part in build_parts(design)}
    assert [*parts] == [
        "Face", "Eyes", "Upper Teeth", "Lower Teeth", "Tongue", "Brows", "Lashes", "Ears", "Hair", "Shirt",
    ]  # fmt: skip
    for part in parts.values():
        assert np.isfinite(part.points).all(), part.name
        assert (part.colours >= 0.0).all(), part.name
        assert part.quads.max() < len(part.points)
        assert all(np.isfinite(shape).all() for shape in part.shapes.values())
    face = parts["Face"].points
    mirror = build_skin(design.proportions).mirror
    np.testing.assert_allclose(face[mirror] * (-1.0, 1.0, 1.0), face, atol=1e-9)
    assert face[MARKS["nose_tip"], 2] > face[MARKS["upper_lip_front"], 2] > face[MARKS["chin"], 2] - 2.0
    head = np.concatenate([part.points for part in parts.values() if part.name in ("Face", "Hair")])
    assert 200.0 < head[:, 1].max() - face[MARKS["chin"], 1] < 260.0


def test_teeth_stay_behind_closed_lips():
    for design in DESIGNS.values():
        parts = {part.name: part for part in build_parts(design)}
        seal = parts["Face"].points[MARKS["upper_lip_inner"], 2]
        assert parts["Upper Teeth"].points[:, 2].max() < seal - 4.0
        assert parts["Lower Teeth"].points[:, 2].max() < seal - 4.0


@pytest.mark.parametrize("design", DESIGNS.values(), ids=lambda design: design.name)
def test_a_nose_seen_from_below_has_two_dark_openings(design):
    face = build_parts(design)[0]
    below = face.points - face.points[MARKS["nose_tip"]]
    base = (np.abs(below[:, 0]) < 12.0) & (np.abs(below[:, 1] + 4.0) < 6.0) & (np.abs(below[:, 2] + 8.0) < 8.0)
    light = face.colours.sum(axis=1) / design.colouring.skin.linear.sum()
    for side in (1.0, -1.0):
        assert light[base & (side * below[:, 0] > 2.0)].min() < 0.3
    assert light[base & (np.abs(below[:, 0]) < 1.0)].min() > 0.5


def test_two_designs_share_vertices_and_nothing_else():
    young, older = (build_parts(design)[0] for design in (YOUNG, OLDER))
    np.testing.assert_array_equal(young.quads, older.quads)
    assert np.linalg.norm(young.points - older.points, axis=1).mean() > 4.0
    jaw = {design.name: np.ptp(_jaw(design)[:, 0]) for design in (YOUNG, OLDER)}
    assert jaw["OLDER"] > 1.12 * jaw["YOUNG"]


def _jaw(design):
    points = build_parts(design)[0].points
    mouth, chin = (points[MARKS[name], 1] for name in ("lower_lip_border", "chin"))
    return points[(points[:, 1] < mouth) & (points[:, 1] > chin) & (points[:, 2] > 0.0)]


def test_any_proportion_can_be_changed_alone():
    wide = replace(YOUNG, proportions=replace(YOUNG.proportions, mouth_half_width=27.0))
    points = build_parts(wide)[0].points
    assert points[MARKS["mouth_corner_left"], 0] == pytest.approx(27.0, abs=1.0)
    assert np.linalg.norm(points - build_parts(YOUNG)[0].points, axis=1).max() < 6.0
