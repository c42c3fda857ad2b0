# SPDX-License-Identifier: GPL-3.0-or-later
"""Film becomes targets: lips stay where they are, time is kept, and what is fitted comes nearer."""

import numpy as np
import pytest

from parlance.inference import arkit, geometry
from parlance.inference.articulation import articulate
from parlance.inference.performance import Phone
from parlance.models import corpora
from parlance.models.labels import frame_phones
from parlance.models.targets import facegood, filmed, grid, teacher
from parlance.models.targets.face import FaceTargets
from parlance.models.targets.fit import SHAPES, fit_weights, landmark_basis
from parlance.models.targets.landmarks import IBUG, STILL_POINTS, TrackedFace, lip_gap, lip_measures, still_face
from parlance.models.targets.resample import centres, resample, resample_mask
from parlance.models.targets.visemes import shown

GAP, CHIN = geometry.INDEX["gap"], geometry.INDEX["chin"]
MESH = sorted(set(IBUG.values()) | set(STILL_POINTS))
has_basis = (corpora.data_folder().parent / "rigs" / "ict_landmark_basis.npz").exists()
needs_basis = pytest.mark.skipif(not has_basis, reason="the ICT landmark basis is not here")
needs_film = pytest.mark.skipif(not grid.track().exists(), reason="the filmed corpus is not here")


def neutral_points():
    """A flat face of the right width: eyes 89 mm apart, a closed mouth 50 mm wide below them."""
    points = {point: np.zeros(3) for point in MESH}
    points[33], points[263] = np.array([-44.5, 0, 0]), np.array([44.5, 0, 0])
    points[133], points[362] = np.array([-16.0, 0, 0]), np.array([16.0, 0, 0])
    for number, point in IBUG.items():
        angle = np.pi - (number - 48) * np.pi / 6
        points[point] = np.array([25 * np.cos(angle), -65 + 6 * np.sin(angle), 5.0])
    for upper, lower, x in ((81, 178, -10.0), (13, 14, 0.0), (311, 402, 10.0)):
        points[upper] = points[lower] = np.array([x, -65.0, 5.0])
    points[152] = np.array([0.0, -106.0, 0.0])
    return np.stack([points[point] for point in MESH])


def talking(frames=60):
    """The lower lip and chin going down and up by 10 mm."""
    drop = 5.0 * (1 - np.cos(2 * np.pi * np.arange(frames) / frames))
    points = np.repeat(neutral_points()[None], frames, axis=0)
    for point in (178, 14, 402, 152):
        points[:, MESH.index(point), 1] -= drop
    return points, drop


def turned(points, generator):
    """As a camera and a tracker would give it: turning and nearing head, image fractions."""
    image, heads = np.empty_like(points), np.tile(np.eye(4), (len(points), 1, 1))
    for frame, still in enumerate(points):
        angle = 0.3 * np.sin(frame / 20)
        heads[frame, :3, :3] = [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]
        pixels = (still @ heads[frame, :3, :3].T) * (1.1 + 0.0005 * frame) + generator.uniform(100, 101, 3)
        image[frame] = pixels / (360, -288, -360)
    return image, heads


def test_a_turning_nearing_head_leaves_the_lips_as_they_are():
    points, drop = talking()
    image, heads = turned(points, np.random.default_rng(0))
    face = still_face(image, heads, np.ones(60, bool), (360, 288), MESH)
    np.testing.assert_allclose(lip_gap(face), drop, atol=0.2)
    measures = lip_measures(face)
    np.testing.assert_allclose(np.ptp(measures[:, CHIN]), 10.0, atol=0.3)
    assert np.isnan(measures[:, geometry.INDEX["upper_protrusion"]]).all()


def test_untracked_frames_hold_their_neighbour():
    points, _ = talking()
    image, heads = turned(points, np.random.default_rng(0))
    image[20:25] = 0.0
    tracked = np.ones(60, bool)
    tracked[20:25] = False
    gap = lip_gap(still_face(image, heads, tracked, (360, 288), MESH))
    assert np.isfinite(gap).all()
    assert gap[20] == pytest.approx(gap[19], abs=0.3)
    with pytest.raises(ValueError, match="never found"):
        still_face(image, heads, np.zeros(60, bool), (360, 288), MESH)


@needs_basis
def test_weights_reproduce_the_gap_they_were_fitted_to():
    points, drop = talking()
    face = TrackedFace(points, {point: index for index, point in enumerate(MESH)}, np.ones(60, bool))
    measures = lip_measures(face)
    weights = fit_weights(face, measures, landmark_basis())
    assert np.abs(geometry.measure(weights)[:, GAP] - drop).mean() < 0.5
    assert weights.min() >= 0.0
    assert weights.max() <= 1.0
    unused = [index for index, name in enumerate(arkit.NAMES) if name not in SHAPES]
    assert not weights[:, unused].any()
    assert weights[30, arkit.INDEX["jawOpen"]] > 0.2


def test_resampling_keeps_time():
    times = np.arange(75) / 25
    wave = np.sin(2 * np.pi * 2.0 * times)
    dense = resample(wave, 25.0, 140)
    np.testing.assert_allclose(dense, np.sin(2 * np.pi * 2.0 * (np.arange(140) + 0.5) / 50), atol=5e-3)
    known = np.ones(75, bool)
    known[10] = False
    unknown = np.flatnonzero(~resample_mask(known, 25.0, 140))
    assert set(unknown) == {18, 19, 20, 21}


def test_facegood_channels_mean_arkit_shapes():
    rig = np.zeros((4, len(facegood.CHANNELS)))
    column = list(facegood.CHANNELS).index
    rig[0, column("jaw")] = 0.5
    rig[1, column("pucker")] = 1.0
    rig[2, column("lower suck")] = 0.7
    weights = facegood.to_arkit(rig)
    assert weights[0, arkit.INDEX["jawOpen"]] == pytest.approx(0.5)
    assert weights[1].argmax() == arkit.INDEX["mouthPucker"]
    assert weights[2, arkit.INDEX["mouthRollLower"]] == pytest.approx(0.7)
    np.testing.assert_array_equal(weights, weights[:, list(arkit.MIRROR)])


PHONES = (Phone("sil", 0.0, 0.3), Phone("a", 0.3, 0.5), Phone("m", 0.5, 0.6), Phone("a", 0.6, 0.8), Phone("sil", 0.8, 1.2))


def test_the_teacher_closes_for_m_and_opens_for_a():
    face = teacher.taught(PHONES, np.zeros(19200, np.float32), 60, table=teacher.TARGETS)
    gap = face.measures[:, GAP]
    assert gap[26:29].min() < 0.0
    assert gap[20] > 5.0
    assert np.isnan(face.measures[:, geometry.INDEX["lid_left"]]).all()
    assert face.weights.shape == (60, arkit.COUNT)


def test_the_teacher_opens_wider_for_a_louder_vowel():
    generator = np.random.default_rng(1)
    wave = 0.01 * generator.standard_normal(19200).astype(np.float32)
    wave[round(0.6 * 16000) : round(0.8 * 16000)] *= 20.0
    gap = teacher.taught(PHONES, wave, 60, table=teacher.TARGETS).measures[:, GAP]
    assert gap[30:40].max() > gap[15:25].max() + 0.5


def test_the_fitted_table_comes_closer_to_its_film():
    film = {**teacher.TARGETS, "a": teacher.replace(teacher.TARGETS["a"], chin=teacher.TARGETS["a"].chin - 4.0, spread=3.0)}
    silence = teacher.loudness(np.zeros(19200, np.float32), 60)
    seen = articulate(PHONES, centres(60), style=teacher.STYLE, loudness=silence, targets=film)
    clip = teacher._Clip(PHONES, silence, FaceTargets(np.zeros((60, arkit.COUNT), np.float32), seen, np.ones(60, bool)))
    fitted = teacher.fit([clip] * 20)
    assert fitted["a"].chin < teacher.TARGETS["a"].chin - 3.0
    assert fitted["ʃ"] == teacher.TARGETS["ʃ"]


def test_the_teacher_opens_further_than_the_rules_and_closes_as_they_do():
    silence = np.zeros(19200, np.float32)
    rules = articulate(PHONES, centres(60), style=teacher.STYLE, loudness=teacher.loudness(silence, 60))
    face = teacher.taught(PHONES, silence, 60, table=teacher.TARGETS)
    assert face.measures[20, GAP] > 1.2 * rules[20, GAP]
    assert face.measures[27, GAP] == pytest.approx(rules[27, GAP])


@pytest.mark.parametrize(
    ("symbol", "shapes"),
    [("s", ("mouthLowerDownLeft",)), ("f", ("mouthRollLower", "mouthUpperUpRight")), ("ʃ", ("mouthFunnel",)),
     ("u", ("mouthPucker",)), ("i", ("mouthSmileLeft", "mouthStretchLeft")), ("θ", ("tongueOut",))],
)  # fmt: skip
def test_a_taught_phone_is_shown_with_its_own_shapes_at_the_gap_it_asks_for(symbol, shapes):
    said = (Phone("a", 0.0, 0.3), Phone(symbol, 0.3, 0.5), Phone("a", 0.5, 0.8))
    wanted = teacher.opened(articulate(said, centres(40), style=teacher.STYLE))
    weights = shown(wanted, frame_phones(said, 40))
    made = geometry.measure(weights)
    for shape in shapes:
        assert weights[20, arkit.INDEX[shape]] > 0.15, shape
    assert np.abs(made[:, GAP] - wanted[:, GAP]).max() < 0.5
    assert np.abs(made[:, CHIN] - wanted[:, CHIN]).max() < 1.0


@needs_film
@pytest.mark.slow
def test_filmed_lips_are_reproduced_to_a_third_of_a_millimetre():
    seen, made = [], []
    for face in grid.fitted().values():
        seen.append(face.measures[face.known, GAP])
        made.append(geometry.measure(face.weights[face.known])[:, GAP])
    seen, made = np.concatenate(seen), np.concatenate(made)
    assert np.sqrt(np.mean((seen - made) ** 2)) < 0.3
    assert np.corrcoef(seen, made)[0, 1] > 0.998


@needs_film
def test_captured_curves_have_the_length_asked_for():
    take = corpora.read("facegood")[0]
    face = filmed(take, 200)
    assert face.weights.shape == (200, arkit.COUNT)
    assert face.rig.shape == (200, len(facegood.CHANNELS))
    assert face.known[:199].all()
    assert filmed(corpora.read("an4")[0], 100) is None
