# SPDX-License-Identifier: GPL-3.0-or-later
"""Smaller copies of the weights hear the same, wherever the shipped ones run."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("torch")

from parlance.inference.hearing.executor import NumpyExecutor  # noqa: E402
from parlance.inference.hearing.session import OnnxSession  # noqa: E402
from parlance.inference.hearing.weights import FOLDER  # noqa: E402
from parlance.inference.model_spec import METADATA_KEY  # noqa: E402
from parlance.models import quantise  # noqa: E402

SHIPPED = sorted(FOLDER.glob("*.onnx"))
pytestmark = pytest.mark.skipif(not SHIPPED, reason="no trained weights yet")


@pytest.fixture(scope="module")
def eight(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "int8.onnx"
    quantise.main([str(SHIPPED[-1]), "-o", str(path)])
    return path


@pytest.fixture(scope="module")
def wave():
    time = np.arange(32_000) / 16_000
    noise = np.random.default_rng(0).standard_normal(32_000)
    return (noise * 0.1 * np.abs(np.sin(3 * time))).astype(np.float32)[None]


def test_int8_weights_are_smaller_and_hear_nearly_the_same(eight, wave):
    assert eight.stat().st_size < 0.7 * SHIPPED[-1].stat().st_size
    small, whole = OnnxSession(eight, 1), OnnxSession(SHIPPED[-1], 1)
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
