# SPDX-License-Identifier: GPL-3.0-or-later
"""Redoing a stretch differs where it shall, noticeably, and nowhere else."""

from parlance.inference.direction import Direction, controls
from parlance.inference.retouch.variation import FEELINGS, VARIED, differences, varied


def test_only_what_is_asked_for_differs():
    base = Direction(joy=0.4)
    mouth = varied(base, base, {"MOUTH"}, 0.3)
    assert {item.name for item in controls() if getattr(mouth, item.name) != getattr(base, item.name)} == set(VARIED["MOUTH"])
    emotion = varied(base, base, {"EMOTION"}, 0.3)
    changed = {item.name for item in controls() if getattr(emotion, item.name) != getattr(base, item.name)}
    assert changed == {*VARIED["EMOTION"], "joy"}
    eyes = varied(base, base, {"EYES"}, 0.3)
    assert eyes == Direction(joy=0.4, seed=1)
    assert varied(base, base, set(), 0.3) == base


def test_redoing_again_is_another_way_without_drifting():
    base = last = Direction(jaw=1.2)
    seen = set()
    for _ in range(50):
        last = varied(base, last, {"MOUTH", "EYES"}, 0.3)
        assert 0.15 * base.jaw - 1e-3 <= abs(last.jaw - base.jaw) <= 0.3 * base.jaw + 1e-3
        seen.add(last)
    assert len(seen) == 50
    assert varied(base, base, {"MOUTH"}, 0.3) == varied(base, base, {"MOUTH"}, 0.3)


def test_sliders_at_their_bounds_still_move_and_stay_inside():
    for value in ("low", "high"):
        base = Direction(**{item.name: getattr(item, value) for item in controls() if item.section == "speech"})
        result = varied(base, base, {"MOUTH"}, 1.0)
        for item in controls():
            if item.name in VARIED["MOUTH"]:
                assert item.low <= getattr(result, item.name) <= item.high
                assert getattr(result, item.name) != getattr(base, item.name)


def test_differences_are_named_largest_first():
    found = differences(Direction(), Direction(jaw=1.1, lips=0.2))
    assert found == [("Lips", 0.2), ("Jaw", 1.1)]


def test_a_neutral_face_gets_a_feeling_where_the_emotion_shall_differ():
    """Else a redo of the emotion could not be seen; each time it is one feeling, not what is left of those before."""
    base = last = Direction()
    felt = set()
    for _ in range(12):
        last = varied(base, last, {"EMOTION"}, 0.4)
        shown = [name for name in FEELINGS if getattr(last, name) > 0]
        assert len(shown) == 1
        assert 0.2 <= getattr(last, shown[0]) <= 0.4
        felt |= set(shown)
    assert len(felt) > 3
