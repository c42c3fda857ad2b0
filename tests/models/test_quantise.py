# SPDX-License-Identifier: GPL-3.0-or-later
"""Smaller copies of the weights hear the same, wherever the shipped ones run."""

from dataclasses import asdict

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
torch = pytest.importorskip("torch")

from parlance.inference import phones  # noqa: E402
from parlance.inference.hearing.executor import NumpyExecutor  # noqa: E402
from parlance.inference.hearing.session import OnnxSession  # noqa: E402
from parlance.inference.model_spec import METADATA_KEY  # noqa: E402
from parlance.models import quantise  # noqa: E402
from parlance.models.export import export  # noqa: E402
from parlance.models.network import Network, NetworkConfig  # noqa: E402


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    torch.manual_seed(0)
    config = NetworkConfig(phones.COUNT, curves=2, emotions=1, rig=4, width=160, lips=96, feeling=64, dilations=(1, 2))
    stored = {"config": asdict(config), "curves": ("jawOpen", "mouthClose"), "emotions": ("joy",)}
    torch.save({**stored, "state": Network(config).state_dict()}, folder / "weights.pt")
    return folder / "weights.pt"


@pytest.fixture(scope="module")
def half(run):
    export(run, run.with_name("half.onnx"), small=False)
    return run.with_name("half.onnx")


@pytest.fixture(scope="module")
def eight(run):
    export(run, run.with_name("int8.onnx"))
    return run.with_name("int8.onnx")


@pytest.fixture(scope="module")
def wave():
    time = np.arange(32_000) / 16_000
    noise = np.random.default_rng(0).standard_normal(32_000)
    return (noise * 0.1 * np.abs(np.sin(3 * time))).astype(np.float32)[None]


def test_int8_weights_are_smaller_and_hear_nearly_the_same(eight, half, wave):
    assert eight.stat().st_size < 0.8 * half.stat().st_size
    small, whole = OnnxSession(eight, 1), OnnxSession(half, 1)
    assert small.metadata[METADATA_KEY] == whole.metadata[METADATA_KEY]
    mine, theirs = small.run(wave), whole.run(wave)
    for name, values in theirs.items():
        assert 0 < np.abs(mine[name] - values).max() < 0.1, name
        assert np.abs(mine[name] - values).mean() < 0.02, name


def test_a_copy_of_a_copy_loses_nothing_more(eight, wave, tmp_path):
    quantise.main([str(eight), "-o", str(tmp_path / "again.onnx")])
    assert abs((tmp_path / "again.onnx").stat().st_size - eight.stat().st_size) < 1000
    mine, theirs = OnnxSession(tmp_path / "again.onnx", 1).run(wave), OnnxSession(eight, 1).run(wave)
    for name, values in theirs.items():
        np.testing.assert_allclose(mine[name], values, atol=1e-3)


def test_int8_weights_run_without_onnxruntime(eight, wave):
    ours, theirs = NumpyExecutor(eight).run(wave), OnnxSession(eight, 1).run(wave)
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, atol=1e-4)
