# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes that a vertex group limits or a Mirror modifier doubles are taken as they show."""

import numpy as np
import pytest

from . import odd_heads


@pytest.fixture(scope="module")
def head():
    return odd_heads.sculpt("YOUNG")


@pytest.fixture
def map_of(room):
    """The drives of a face by source, as gains and ranges alone."""

    def found(face):
        drives = room("addon.character.characters").of(face).faces[0].rig_map.active
        return {drive.source: (drive.gain, drive.low, drive.high) for drive in drives}

    return found


def halved(head, face):
    """Each shape of both sides becomes two that hold all of it, each limited to its half of the face."""
    left, right = (face.vertex_groups.new(name=name) for name in ("Left", "Right"))
    for vertex, x in enumerate(head.points[:, 0]):
        for group, weight in ((left, 0.5 + 50.0 * x), (right, 0.5 - 50.0 * x)):
            if weight > 0.0:
                group.add([vertex], min(float(weight), 1.0), "REPLACE")
    blocks = face.data.shape_keys.key_blocks
    for stem in [block.name for block in blocks if f"{block.name}Left" in head.shapes]:
        whole = np.empty(3 * len(head.points), np.float32)
        blocks[stem].points.foreach_get("co", whole)
        other = face.shape_key_add(name=f"{stem}Right", from_mix=False)
        other.points.foreach_set("co", whole)
        blocks[stem].name = f"{stem}Left"
        blocks[f"{stem}Left"].vertex_group, other.vertex_group = "Left", "Right"


@pytest.mark.newest
def test_halves_made_by_vertex_groups_are_told_apart_and_driven_as_sculpted_ones(head, map_of, room):
    sculpted = map_of(odd_heads.build(head, head.shapes))
    face = odd_heads.build(head, head.two_sided)
    halved(head, face)
    masked = map_of(face)
    assert masked.keys() == sculpted.keys()
    assert max(abs(np.subtract(masked[source], sculpted[source])).max() for source in sculpted) < 0.02
    box = room("addon.panel.character_box")
    assert box.flaws(box.of(room("addon.character.characters").of(face))) == []


@pytest.mark.newest
def test_a_group_that_is_given_later_is_seen(head, room):
    face = odd_heads.build(head, head.two_sided)
    halved(head, face)
    half = face.data.shape_keys.key_blocks["mouthSmileLeft"]

    def widens():
        found = room("addon.character.characters").of(face).recognition.survey
        return float(found.measures[found.index["mouthSmileLeft"], room("inference.geometry").INDEX["width"]])

    halved_by_group = widens()
    half.vertex_group = ""
    assert widens() > 1.8 * halved_by_group
    half.vertex_group = "Left"
    assert widens() == pytest.approx(halved_by_group)


@pytest.mark.newest
def test_half_a_head_under_a_mirror_is_recognised_as_the_whole(head, map_of):
    whole = map_of(odd_heads.build(head, head.two_sided))
    half = odd_heads.build(head, head.two_sided, kept=head.points[:, 0] > -1e-5)
    half.modifiers.new("Mirror", "MIRROR")
    mirrored = map_of(half)
    aside = {"jawLeft", "jawRight", "mouthLeft", "mouthRight", "eyeLookInLeft", "eyeLookInRight"}  # a mirror takes both away
    known = whole.keys() & mirrored.keys()
    assert whole.keys() - known <= aside | {"eyeLookOutLeft", "eyeLookOutRight"}
    assert max(abs(np.subtract(mirrored[source], whole[source])).max() for source in known - aside) < 0.05
