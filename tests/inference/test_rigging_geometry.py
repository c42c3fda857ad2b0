# SPDX-License-Identifier: GPL-3.0-or-later
"""What shapes do decides what they are: on real heads, renamed, merged, split, scaled, mirrored, emptied and reversed."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parlance.benchmarks import heads
from parlance.inference import arkit, geometry
from parlance.inference.rigging.calibration import calibrated
from parlance.inference.rigging.parts import Part
from parlance.inference.rigging.poses import poses
from parlance.inference.rigging.recognition import CERTAIN, recognise, recognise_parts

EMPTY = (
    "jawOpen",
    "jawForward",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthLower",
    "mouthUpper",
    "mouthRoll",
    "mouthShrug",
    "tongue",
)
GAP = geometry.INDEX["gap"]

pytestmark = pytest.mark.skipif(not heads.RIGS.exists(), reason="needs the heads")
_READ: dict[str, heads.Head] = {}


def read(name):
    """A head with the ARKit names alone: {source: float32[V, 3]}."""
    if name not in _READ:
        head = {"ict": heads.ict, "makehuman": heads.makehuman}[name]()
        shapes: dict[str, np.ndarray] = {}
        for drive in recognise([key for key in head.shapes if not key.startswith("viseme")]).active:
            shapes[drive.source] = shapes.get(drive.source, 0) + head.shapes[drive.target]
        _READ[name] = heads.Head(name, head.points, {source: shapes[source] for source in arkit.NAMES if source in shapes})
    return _READ[name]


@pytest.fixture(scope="module", params=["ict", "makehuman"])
def head(request):
    return read(request.param)


def part(head, names=None, points=None):
    """names: {key: source}."""
    names = names or {source: source for source in head.shapes}
    return Part(
        head.points if points is None else points, tuple(names), np.stack([head.shapes[source] for source in names.values()])
    )


def active(rig_map):
    found: dict[str, set[str]] = {}
    for drive in rig_map.active:
        found.setdefault(drive.target, set()).add(drive.source)
    return found


def vrm(head):
    """Five vowels, a blink for both eyes and whole expressions, as {name: move}."""

    def pose(name):
        return sum(
            weight * head.shapes[source]
            for source, weight in zip(arkit.NAMES, poses()[name], strict=True)
            if source in head.shapes
        )

    vowels = {name: pose(f"viseme_{viseme}") for name, viseme in zip("AIUEO", ("aa", "I", "U", "E", "O"), strict=True)}
    return vowels | {"Close": head.shapes["eyeBlinkLeft"] + head.shapes["eyeBlinkRight"]}


def test_shapes_without_names_are_known_by_what_they_do(head):
    names = {f"shape {arkit.INDEX[source]:03d}": source for source in head.shapes}
    rig_map = recognise_parts([part(head, names)]).maps[0]
    found = active(rig_map)
    assert all(found[key] == {names[key]} for key in found)
    assert len(found) >= 0.75 * len(head.shapes)
    assert {"jawOpen", "mouthPucker", "mouthClose", "eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft"} <= rig_map.sources
    offered = {drive.target for drive in rig_map.drives if drive.muted}
    assert len(found) + len(offered) >= 0.9 * len(head.shapes)
    assert all(drive.confidence < CERTAIN for drive in rig_map.drives if drive.muted)


def test_words_of_another_meaning_are_offered_and_not_used(head):
    names = {source: source for source in head.shapes if source != "mouthSmileLeft"} | {"Mouth_Width": "mouthSmileLeft"}
    rig_map = recognise_parts([part(head, names)]).maps[0]
    assert "Mouth_Width" not in active(rig_map)
    assert [drive.source for drive in rig_map.drives if drive.target == "Mouth_Width"] == ["mouthSmileLeft"]


@settings(max_examples=6, deadline=None)
@given(st.permutations(arkit.NAMES), st.sampled_from(["", "Hero/", "rig:face.", "a b c | "]))
def test_order_and_prefix_do_not_matter(order, prefix):
    head = read("makehuman")
    names = {prefix + source: source for source in order if source in head.shapes}
    assert active(recognise_parts([part(head, names)]).maps[0]) == {key: {source} for key, source in names.items()}


@pytest.mark.parametrize("named", [True, False])
def test_a_head_of_one_mesh_per_part_is_one_face(head, named):
    """Brows and eyes above, mouth below: each mesh has only the shapes that move it, and its own names."""
    height = recognise_parts([part(head)]).survey.frame.place(head.points)[:, 1]
    parts, truth = [], {}
    for label, keep in (("Top", height > -22.0), ("Low", height <= -22.0)):
        moving = [source for source, move in head.shapes.items() if np.abs(move[keep]).max() > 0.3 * np.abs(move).max()]
        names = {(f"{label}_{source}" if named else f"{label}{i:02d}"): source for i, source in enumerate(moving)}
        truth |= names
        parts.append(Part(head.points[keep], tuple(names), np.stack([head.shapes[source][keep] for source in names.values()])))
    maps = recognise_parts(parts).maps
    found = active(maps[0]) | active(maps[1])
    assert all(found[key] == {truth[key]} for key in found if not truth[key].startswith(("cheek", "nose")))
    assert {"jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "mouthPucker", "browInnerUp"} <= maps[0].sources | maps[1].sources


@pytest.mark.parametrize(("size", "turned"), [(0.001, True), (1.0, False), (80.0, True)])
@pytest.mark.parametrize("named", [False, True])
def test_size_and_axes_do_not_matter(head, size, turned, named):
    axes = np.eye(3, dtype=np.float32)[:, [0, 2, 1]] * np.float32([1, -1, 1]) if turned else np.eye(3, dtype=np.float32)
    names = {(source if named else f"k{i}"): source for i, source in enumerate(head.shapes)}
    moved = Part((head.points @ axes) * size, tuple(names), (np.stack(list(head.shapes.values())) @ axes) * size)
    found = recognise_parts([moved])
    assert all(sources == {names[key]} for key, sources in active(found.maps[0]).items())
    assert len(active(found.maps[0])) >= 0.75 * len(head.shapes)


@pytest.mark.parametrize("laugh", ["ワ", "あーん"])  # one is known to be no sound, of the other nothing is known
def test_a_laugh_among_vowels_is_not_the_jaw(head, laugh):
    vowels = dict(zip("あいうえお", (vrm(head)[name] for name in "AIUEO"), strict=True))
    shapes = vowels | {"まばたき": vrm(head)["Close"]}
    smile = head.shapes["mouthSmileLeft"] + head.shapes["mouthSmileRight"]
    laughing = shapes | {laugh: 0.7 * vowels["あ"] + 0.7 * smile}
    plain, beside = (recognise_parts([Part(head.points, tuple(s), np.stack(list(s.values())))]) for s in (shapes, laughing))
    assert active(beside.maps[0]) == active(plain.maps[0])


def test_a_second_face_beside_the_first_is_not_taken_for_a_part_of_it(head):
    one = part(head)
    twin = part(head, points=head.points + np.float32([1.2 * np.ptp(head.points[:, 0]), 0.0, 0.0]))
    found = recognise_parts([one, twin])
    assert found.maps[0] == found.maps[1] == recognise_parts([one]).maps[0]


def test_sides_named_from_the_viewer_move_the_right_side(head):
    names = {source: arkit.mirrored(source) for source in head.shapes}
    found = active(recognise_parts([part(head, names)]).maps[0])
    for key in ("eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "mouthSmileRight", "browDownLeft", "jawLeft"):
        assert found[key] == {names[key]}


def test_a_wink_on_the_other_eye_is_taken_as_it_is(head):
    names = {
        "jawOpen": "jawOpen",
        "mouthClose": "mouthClose",
        "mouthPucker": "mouthPucker",
        "wink_L": "eyeBlinkRight",
        "wink_R": "eyeBlinkLeft",
    }
    found = active(recognise_parts([part(head, names)]).maps[0])
    assert (found["wink_L"], found["wink_R"]) == ({"eyeBlinkRight"}, {"eyeBlinkLeft"})


def test_empty_arkit_shapes_leave_the_speaking_to_visemes(head):
    empty = {source for source in arkit.NAMES if source.startswith(EMPTY)}
    shapes = {source: np.zeros_like(move) if source in empty else move for source, move in head.shapes.items()}
    shapes |= {f"Fcl_MTH_{name}": move for name, move in vrm(head).items() if name != "Close"}
    found = recognise_parts([Part(head.points, tuple(shapes), np.stack(list(shapes.values())))])
    assert found.dead >= empty & head.shapes.keys()
    sources = found.maps[0].sources
    assert {"viseme_aa", "viseme_I", "viseme_U", "viseme_E", "viseme_O", "eyeBlinkLeft", "mouthSmileLeft"} <= sources
    assert not sources & {"jawOpen", "mouthPressLeft", "mouthStretchLeft"}
    assert calibrated(found.survey, found.maps[0]).widest_gap > 5.0


def test_empty_visemes_leave_the_speaking_to_arkit_shapes(head):
    shapes = head.shapes | {f"Fcl_MTH_{name}": np.zeros_like(head.points) for name in "AIUEO"}
    rig_map = recognise_parts([Part(head.points, tuple(shapes), np.stack(list(shapes.values())))]).maps[0]
    assert active(rig_map) == {source: {source} for source in head.shapes}


def test_only_what_is_turned_round_is_called_so(head):
    for source in ("mouthClose", "mouthFunnel", "mouthPucker", "jawOpen", "browInnerUp", "mouthSmileLeft"):
        shapes = head.shapes | {source: -head.shapes[source]}
        found = recognise_parts([Part(head.points, tuple(shapes), np.stack(list(shapes.values())))])
        reversed_ones = {fault.target for fault in calibrated(found.survey, found.maps[0]).faults if fault.kind == "reversed"}
        assert reversed_ones == {source}
    sound = recognise_parts([part(head)])
    assert not calibrated(sound.survey, sound.maps[0]).faults


def test_a_blink_of_both_eyes_stays_unless_each_eye_has_its_own(head):
    both = head.shapes["eyeBlinkLeft"] + head.shapes["eyeBlinkRight"]
    speaking = {source: head.shapes[source] for source in ("jawOpen", "mouthClose", "mouthPucker")}
    for ones in (("Right",), ("Left", "Right")):
        shapes = speaking | {"blink": both} | {f"wink {side}": head.shapes[f"eyeBlink{side}"] for side in ones}
        found = active(recognise_parts([Part(head.points, tuple(shapes), np.stack(list(shapes.values())))]).maps[0])
        assert ("blink" in found) == (len(ones) == 1)
        assert set().union(*found.values()) >= {"eyeBlinkLeft", "eyeBlinkRight"}
        assert all((f"wink {side}" in found) == (len(ones) == 2) for side in ones)


def test_what_is_used_moves_what_it_claims(head):
    """Every opener opens, every blink closes its lid, every pucker narrows: on the mesh, whatever the shapes are called."""
    names = {f"{i}": source for i, source in enumerate(head.shapes)}
    found = recognise_parts([part(head, names)])
    measures = {drive.source: found.survey.measures[found.survey.index[drive.target]] for drive in found.maps[0].active}
    assert measures["jawOpen"][GAP] > 10.0
    assert measures["mouthClose"][GAP] < -5.0
    assert measures["mouthPucker"][geometry.INDEX["width"]] < -5.0
    assert measures["mouthSmileLeft"][geometry.INDEX["corner"]] > 1.0
    assert measures["eyeBlinkLeft"][geometry.INDEX["lid_left"]] < -5.0
    assert measures["eyeBlinkRight"][geometry.INDEX["lid_right"]] < -5.0


def test_a_mesh_without_a_mouth_is_read_by_its_names():
    points = np.random.default_rng(0).random((60, 3), np.float32)
    moves = np.zeros((3, 60, 3), np.float32)
    moves[0, :5] = 0.1
    found = recognise_parts([Part(points, ("browInnerUp", "jawOpen", "x"), moves)])
    assert found.survey is None
    assert active(found.maps[0]) == {"browInnerUp": {"browInnerUp"}}
    assert found.dead == {"jawOpen", "x"}
    assert recognise_parts([]).maps == ()


PARTS = st.lists(
    st.tuples(st.integers(0, 40), st.lists(st.sampled_from(["jawOpen", "eyeBlinkLeft", "A", "Key 1", "ü", ""]), unique=True)),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(PARTS, st.integers(0, 9), st.sampled_from([0.0, 1e-12, 1.0, 1e9, float("nan"), float("inf")]))
@example([(3, ["eyeBlinkLeft", "jawOpen"])], 3, 1e-12)
@example([(2, ["jawOpen"]), (1, ["jawOpen"])], 0, 1e-12)
def test_any_meshes_at_all_are_recognised_or_left(shapes, seed, size):
    chance = np.random.default_rng(seed)
    parts = [
        Part(
            chance.normal(size=(count, 3)).astype(np.float32),
            tuple(names),
            (size * chance.normal(size=(len(names), count, 3))).astype(np.float32),
        )
        for count, names in shapes
    ]
    found = recognise_parts(parts)
    assert len(found.maps) == len(parts)
    for part_map, part_seen in zip(found.maps, parts, strict=True):
        assert set(part_map.targets) <= set(part_seen.names)
