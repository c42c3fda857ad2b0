# SPDX-License-Identifier: GPL-3.0-or-later
"""A short run of training learns, stops, goes on, and writes what it did."""

import json
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parlance.inference import geometry, phones  # noqa: E402
from parlance.inference.performance import Phone  # noqa: E402
from parlance.models.agreement import agreed, disagreement  # noqa: E402
from parlance.models.batches import QUIET, Clip, Sampler  # noqa: E402
from parlance.models.features import MELS  # noqa: E402
from parlance.models.gather import Material  # noqa: E402
from parlance.models.labels import frame_contact, frame_phones  # noqa: E402
from parlance.models.losses import LossWeights, losses, unsteadiness  # noqa: E402
from parlance.models.network import Network, NetworkConfig  # noqa: E402
from parlance.models.prepare import CURVES  # noqa: E402
from parlance.models.train import Run, Settings, scale_of  # noqa: E402

SEGMENTS = (("sil", 0, 0.2), ("m", 0.2, 0.3), ("a", 0.3, 0.7), ("p", 0.7, 0.8), ("i", 0.8, 1.2), ("sil", 1.2, 2))
SAID = tuple(Phone(*segment) for segment in SEGMENTS)


def clip(frames=100, seed=0, **known):
    mel = np.random.default_rng(seed).normal(size=(MELS, 2 * frames)).astype(np.float16)
    return Clip("clip", "somebody", (mel,), frame_phones(SAID, frames), frame_contact(SAID, frames), **known)


def material():
    weights = np.full((len(CURVES), 100), 0.1, np.float16)
    measures = np.tile(geometry.REFERENCE.neutral[:, None], (1, 100)).astype(np.float16)
    speech = clip(weights=weights, measures=measures, emotion=1, arousal=0.5)
    still = replace(clip(seed=1), phones=np.zeros(100, np.int16), contact=np.zeros(100, np.int8))
    groups = {"an4": [speech], "negatives": [still]}
    return Material(groups, groups, np.full(len(CURVES), 0.1, np.float32), np.full(geometry.COUNT, 3.0, np.float32))


TINY = Settings(steps=4, batch=2, frames=60, width=16, every=2, shares={"an4": 1.0, "negatives": 0.5})


def test_frames_say_what_is_spoken_at_their_centre():
    labels = frame_phones(SAID, 100)
    assert labels[[0, 12, 20, 37, 50, 90]].tolist() == [phones.INDEX[s] for s in ("sil", "m", "a", "p", "i", "sil")]


def test_a_crop_keeps_sound_and_labels_together():
    frames = 100
    mel = np.repeat(np.arange(2 * frames, dtype=np.float16)[None] / 2, MELS, axis=0)
    weights = np.repeat(np.arange(frames, dtype=np.float16)[None], len(CURVES), axis=0) + np.float16(0.25)
    ramp = replace(clip(), log_mels=(mel,), weights=weights)
    sampler = Sampler({"g": [ramp]}, {"g": 1.0}, (len(CURVES), geometry.COUNT, 14), np.random.default_rng(0), frames=60)
    for _ in range(20):
        heard, _, _, curves, *_ = sampler.crop(ramp)
        middle = heard[0].reshape(-1, 2).mean(axis=1)
        known = np.isfinite(curves[0]) & (heard[0].reshape(-1, 2) != QUIET).all(axis=1)
        assert np.abs(middle - curves[0])[known][1:-1].max() < 0.3


def test_lips_that_a_microphone_moves_cost_something():
    scale = scale_of(material(), torch.device("cpu"))
    clean = torch.rand(2, len(CURVES), 30, generator=torch.Generator().manual_seed(0))
    assert float(unsteadiness(clean, clean, scale)) == 0.0
    little, much = (float(unsteadiness(clean + shift * clean.roll(1, dims=2), clean, scale)) for shift in (0.1, 0.3))
    assert 0.0 < little < much


def test_only_what_teachers_hear_in_speech_is_taught():
    network = Network(NetworkConfig(phones.COUNT, len(CURVES), 5, 14, width=16)).eval()
    mel = torch.randn(1, MELS, 60)
    labels = torch.ones(1, 30, dtype=torch.long)
    labels[0, 10:] = 0
    wanted = agreed([network, network], mel, labels, half=False)
    with torch.no_grad():
        mine = network(mel)
    assert float(disagreement(mine.phones, wanted)) == pytest.approx(0.0, abs=1e-5)
    assert torch.allclose(wanted.curves[0, :, :10], mine.curves[0, :, :10])
    assert bool(torch.isnan(wanted.curves[0, :, 10:]).all())
    other = mine.phones.clone()
    other[0, :, 10:] += torch.randn(phones.COUNT, 20)
    assert float(disagreement(other, wanted)) == pytest.approx(0.0, abs=1e-5)
    other[0, :, :10] += torch.randn(phones.COUNT, 10)
    assert float(disagreement(other, wanted)) > 0.0


def test_sealed_lips_cost_nothing_and_parted_ones_do():
    run_material = material()
    sizes = (len(CURVES), geometry.COUNT, run_material.rig)
    sampler = Sampler(run_material.train, {"an4": 1.0}, sizes, np.random.default_rng(0), 60)
    batch = sampler.batch(3)
    scale = scale_of(run_material, torch.device("cpu"))
    network = Network(NetworkConfig(phones.COUNT, len(CURVES), 5, run_material.rig, width=16)).eval()
    heard = network(batch.log_mel)
    shut = torch.zeros_like(heard.curves)
    shut[:, CURVES.index("mouthClose")] = 0.2
    wide = torch.zeros_like(heard.curves)
    wide[:, CURVES.index("jawOpen")] = 0.5
    closed = losses(replace(heard, curves=shut), batch, scale, LossWeights())
    parted = losses(replace(heard, curves=wide), batch, scale, LossWeights())
    assert float(closed["sealed"]) == 0.0
    assert float(closed["apart"]) > 0.0
    assert float(parted["sealed"]) > 0.0
    assert float(parted["apart"]) == 0.0


def test_a_run_stops_resumes_and_writes_what_it_did(tmp_path):
    whole = Run(tmp_path / "whole", TINY, material())
    whole.train()
    first = Run(tmp_path / "parts", TINY, material())
    first.one_step()
    first.one_step()
    first.save()
    second = Run(tmp_path / "parts", TINY, material())
    assert second.step == 2
    second.train()
    for mine, other in zip(whole.network.state_dict().values(), second.network.state_dict().values(), strict=True):
        assert torch.allclose(mine.float(), other.float(), atol=1e-5)
    assert json.loads((tmp_path / "whole" / "settings.json").read_text())["seed"] == TINY.seed
    for name in ("log.jsonl", "progress.png", "checkpoint.pt", "weights.pt", "weights-2.pt", "weights-4.pt"):
        assert (tmp_path / "whole" / name).exists()


def test_a_run_learns_from_teachers(tmp_path):
    Run(tmp_path / "first", TINY, material()).train()
    Run(tmp_path / "second", TINY, material(), teachers=[tmp_path / "first" / "weights.pt"]).train()
    assert json.loads((tmp_path / "second" / "log.jsonl").read_text().splitlines()[-1])["loss taught"] >= 0.0


def test_film_does_not_teach_a_mouth_that_opens_before_speech():
    from parlance.inference import arkit
    from parlance.models.prepare import filmed
    from parlance.models.targets.face import FaceTargets

    frames = 100
    agape = np.full((frames, arkit.COUNT), 0.5, np.float32)
    wide = np.tile(geometry.REFERENCE.neutral + 10.0, (frames, 1)).astype(np.float32)
    seen = filmed(clip(), FaceTargets(agape, wide, np.ones(frames, dtype=bool)))
    gap = seen.measures[geometry.INDEX["gap"]].astype(float)
    jaw = seen.weights[CURVES.index("jawOpen")].astype(float)
    assert gap[30] == pytest.approx(wide[0, 0], abs=0.01)
    assert gap[90] == pytest.approx(geometry.REFERENCE.neutral[0], abs=0.01)
    assert jaw[90] == 0.0
    assert np.isnan(gap[67])  # between the two, film is not believed and rest not demanded
    assert np.isnan(seen.weights[CURVES.index("mouthFunnel")][30])


def test_film_does_not_teach_a_rolled_out_lip_in_f():
    from parlance.inference import arkit
    from parlance.models.prepare import filmed
    from parlance.models.targets.face import FaceTargets

    said = (Phone("sil", 0.0, 0.2), Phone("a", 0.2, 0.6), Phone("f", 0.6, 0.8), Phone("a", 0.8, 1.9))
    labelled = replace(clip(), phones=frame_phones(said, 100), contact=frame_contact(said, 100))
    face = FaceTargets(
        np.full((100, arkit.COUNT), 0.3, np.float32),
        np.tile(geometry.REFERENCE.neutral, (100, 1)).astype(np.float32),
        np.ones(100, dtype=bool),
    )
    seen = filmed(labelled, face)
    roll, jaw = (seen.weights[CURVES.index(name)].astype(float) for name in ("mouthRollLower", "jawOpen"))
    assert np.isnan(roll[35])
    assert roll[20] == pytest.approx(0.3, abs=0.01)
    assert jaw[35] == pytest.approx(0.3, abs=0.01)
