# SPDX-License-Identifier: GPL-3.0-or-later
"""Every head in the names of every convention, with both sides in one shape, and as its own mirror image."""

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.rigging.abilities import abilities
from parlance.inference.rigging.conventions import conventions
from parlance.inference.rigging.parts import Part
from parlance.inference.rigging.rig_map import RigMap

from .test_rigging_variants import NAMES, head, used

PREFIXES = {"metahuman": "CTRL_expressions_", "mb_lab": "Expressions_", "daz": "eCTRL"}
"""Of conventions whose names mean nothing without one."""
FEWEST = 12


def spelled(convention, shapes):
    """The shapes of a head that a convention has a name of its own for, each under the first such name."""
    found = {}
    for plain, entry in convention.names.items():
        if len(entry.gains) == 1 and entry.choice == 0:
            ((source, gain),) = entry.gains.items()
            if gain == 1.0 and source in shapes and source not in found.values():
                found[PREFIXES.get(convention.key, "") + plain] = source
    return found


CONVENTIONS = [
    each
    for each in conventions()
    if len(spelled(each, arkit.NAMES)) >= FEWEST and (not each.requires_prefix or each.key in PREFIXES)
]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda each: each.key)
def test_a_head_in_the_names_of_a_convention_is_that_head(convention, name):
    part = head(name)
    names = spelled(convention, part.names)
    rows = [part.names.index(source) for source in names.values()]
    found, _ = used([Part(part.points, tuple(names), part.moves[rows])])
    assert {target: source for target, source in found.items() if names[target] != source} == {}
    assert len(found) >= 0.9 * len(names)


@pytest.mark.parametrize("name", NAMES)
def test_shapes_of_both_sides_follow_both(name):
    part = head(name)
    moves = dict(zip(part.names, part.moves, strict=True))
    for stem in ("eyeBlink", "mouthSmile", "browDown", "mouthFrown"):
        moves[stem] = moves.pop(f"{stem}Left") + moves.pop(f"{stem}Right")
    _, recognition = used([Part(part.points, tuple(moves), np.stack(list(moves.values())))])
    sources = {}
    for drive in recognition.maps[0].active:
        sources.setdefault(drive.target, set()).add(drive.source)
    for stem in ("eyeBlink", "mouthSmile", "browDown", "mouthFrown"):
        assert sources[stem] == {f"{stem}Left", f"{stem}Right"}


@pytest.mark.parametrize("name", NAMES)
def test_the_mirror_image_of_a_head_is_used_as_what_it_moves(name):
    part = head(name)
    turned = Part(part.points * np.float32([-1, 1, 1]), part.names, part.moves * np.float32([-1, 1, 1]))
    found, _ = used([turned])
    plain, _ = used([part])
    sided = {target for target in plain if arkit.mirrored(target) != target}
    wrong = {target for target in sided & found.keys() if found[target] not in {target, arkit.mirrored(target)}}
    assert not wrong
    assert len(found) >= 0.95 * len(plain)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("opener", ["none", "dead"])
def test_without_an_opener_the_other_shapes_are_used_as_they_are(name, opener):
    part = head(name)
    moves = dict(zip(part.names, part.moves, strict=True))
    moves["jawOpen"] = np.zeros_like(moves["jawOpen"])
    if opener == "none":
        del moves["jawOpen"]
    plain, _ = used([part])
    found, _ = used([Part(part.points, tuple(moves), np.stack(list(moves.values())))])
    assert "jawOpen" not in found.values()
    assert {target: source for target, source in found.items() if source not in {target, "viseme_PP"}} == {}
    assert len(found) >= 0.95 * (len(plain) - 1)


@pytest.mark.parametrize("name", NAMES)
def test_visemes_beside_shapes_that_speak_are_said_not_to_be_used(name):
    part = head(name)
    moves = dict(zip(part.names, part.moves, strict=True))
    moves |= {
        "viseme_aa": 0.6 * moves["jawOpen"],
        "viseme_U": 0.8 * moves["mouthPucker"],
        "viseme_PP": 0.1 * moves["mouthPucker"],
    }
    _, found = used([Part(part.points, tuple(moves), np.stack(list(moves.values())).astype(np.float32))])
    able = abilities(found.maps, RigMap("", ()), found)
    assert set(able.beside) == {"viseme_aa", "viseme_U", "viseme_PP"}
    assert able.of("Opens").targets == ("jawOpen",)
    assert not abilities(used([part])[1].maps, RigMap("", ()), used([part])[1]).beside
