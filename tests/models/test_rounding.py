# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights of four bits: near to what they were, the same wherever they run, and learned as such."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
torch = pytest.importorskip("torch")

from onnx import helper, numpy_helper  # noqa: E402

from parlance.inference.hearing.executor import NumpyExecutor  # noqa: E402
from parlance.inference.hearing.session import OnnxSession  # noqa: E402
from parlance.models import packing, rounding  # noqa: E402

SHAPES = ((40, 64, 3), (30, 302, 1), (16, 256))
"""Whole groups, groups that are filled up, a matrix."""


@pytest.fixture
def weights():
    random = np.random.default_rng(0)
    return [
        (random.standard_normal(shape) * np.exp(random.standard_normal((shape[0],) + (1,) * (len(shape) - 1)))).astype(np.float32)
        for shape in SHAPES
    ]


@pytest.fixture
def model(weights):
    """Gives its weights back, twice each, so that a file can be asked what it holds."""
    names = [f"network.{number}.weight" for number in range(len(weights))]
    nodes = [helper.make_node("Constant", [], ["two"], value=numpy_helper.from_array(np.array(2, np.float32)))]
    nodes += [helper.make_node("Mul", [name, "two"], [f"twice{number}"]) for number, name in enumerate(names)]
    nodes += [helper.make_node("Add", [f"twice{number}", "zero"], [f"out{number}"]) for number in range(len(names))]
    outputs = [helper.make_tensor_value_info(f"out{number}", 1, each.shape) for number, each in enumerate(weights)]
    stored = [numpy_helper.from_array(each, name) for each, name in zip(weights, names, strict=True)]
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("zero", 1, [1])], outputs, stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_four_bits_are_near_and_the_same_in_both_executors(model, weights, tmp_path):
    small = packing.slimmed(packing.int4_weights(model))
    assert small.ByteSize() < 0.75 * sum(each.size for each in weights)
    (tmp_path / "small.onnx").write_bytes(small.SerializeToString())
    zero = {"zero": np.zeros(1, np.float32)}
    mine, theirs = NumpyExecutor(tmp_path / "small.onnx").feed(zero), OnnxSession(tmp_path / "small.onnx", 1).feed(zero)
    for number, each in enumerate(weights):
        found = mine[f"out{number}"] / 2
        np.testing.assert_array_equal(found, theirs[f"out{number}"] / 2)
        assert np.sqrt(np.mean((found - each) ** 2) / np.mean(each**2)) < 0.13  # sixteen steps across a normal spread
        rounded = torch.nn.Conv1d(1, 1, 1)
        rounded.weight = torch.nn.Parameter(torch.from_numpy(each.copy()))
        rounding.round_all(rounded)
        np.testing.assert_allclose(found, rounded.weight.detach().numpy(), rtol=1e-6)


def test_a_scaled_channel_is_rounded_alike(weights):
    """So that a normaliser can be folded into weights that were learned rounded."""
    rows = rounding.groups(torch.from_numpy(weights[0]))
    steps = rounding.scales(rows)
    whole = rounding.integers(rows, steps)
    flipped = rounding.integers(-4.0 * rows, rounding.scales(-4.0 * rows))
    torch.testing.assert_close(flipped, -whole)


def test_exact_weights_learn_by_what_rounded_ones_say():
    torch.manual_seed(0)
    layer = torch.nn.Conv1d(64, 128, 3)
    exact = layer.weight.detach().clone()
    learner = rounding.Rounding(layer)
    with learner.rounded():
        assert len(torch.unique(layer.weight[0].detach())) <= 2 * 15  # of at most two groups
        layer(torch.randn(2, 64, 9)).square().mean().backward()
    assert torch.equal(layer.weight, exact)
    assert layer.weight.grad is not None
    assert layer.weight.grad.abs().min() > 0


def test_a_stranger_cannot_let_a_small_file_grow(tmp_path):
    """Weights are restored when a file is read; a file that doubles a constant thirty times is not."""
    nodes = [helper.make_node("Concat", [f"c{number}", f"c{number}"], [f"c{number + 1}"], axis=0) for number in range(30)]
    nodes.append(helper.make_node("Add", ["x", "c0"], ["y"]))
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", 1, [4096])], [helper.make_tensor_value_info("y", 1, [4096])],
        [numpy_helper.from_array(np.ones(4096, np.float32), "c0")],
    )  # fmt: skip
    path = tmp_path / "grows.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString())
    kept = NumpyExecutor(path)._graph
    assert sum(value.size for value in kept.constants.values()) <= 4 * 4096
