# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads whose shapes were sculpted the wrong way round: all of them, or the jaw alone."""

import bpy
import numpy as np
import pytest

from .odd_heads import NAMES, build, sculpt, seen

pytestmark = pytest.mark.newest


@pytest.fixture
def speaks(select, speech, room):
    """Build a head with these shapes and let it speak, after a click on what the panel offers: what it said, what was seen."""

    def act(head, shapes):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        face = build(head, shapes)
        select(face)
        room("addon.sequencer.strips").add(bpy.context.scene, str(speech), 10)
        ready = room("addon.panel.readiness").look(bpy.context)
        told = [each for each in ready.obstacles if each.stops]
        for each in told:
            assert bpy.ops.parlance.fix(code=each.code) == {"FINISHED"}
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        return [each.text for each in told], seen(face, range(20, 100, 8))

    return act


def test_a_head_with_every_shape_inverted_says_so_and_speaks_after_one_click(speaks):
    head = sculpt(NAMES[0])
    told, usual = speaks(head, head.shapes)
    assert told == []
    told, turned = speaks(head, {name: -move for name, move in head.shapes.items()})
    assert len(told) == 1
    assert told[0].endswith("shapes of “Face” do the opposite of their names, “jawOpen” among them; turn them round.")
    assert np.abs(turned - usual).max() < 1e-6
    assert np.abs(usual - head.points).max() > 0.005


def test_a_jaw_that_closes_the_mouth_says_so_and_speaks_after_one_click(speaks):
    head = sculpt(NAMES[0])
    told, turned = speaks(head, head.shapes | {"jawOpen": -head.shapes["jawOpen"]})
    assert told == ["“jawOpen” closes the mouth of “Face”; turn it round."]
    chin = np.linalg.norm(head.shapes["jawOpen"], axis=1).argmax()
    moved = (turned[:, chin] - head.points[chin]) @ head.shapes["jawOpen"][chin]
    assert moved.max() > 0.0
    assert moved.min() > -0.1 * moved.max()
