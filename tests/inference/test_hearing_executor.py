# SPDX-License-Identifier: GPL-3.0-or-later
"""The NumPy executor and onnxruntime give the same numbers."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from parlance.inference.errors import ParlanceError
from parlance.inference.hearing import engines, executors
from parlance.inference.hearing.executor import NumpyExecutor
from parlance.inference.hearing.graph import read
from parlance.inference.hearing.session import OnnxSession
from parlance.inference.hearing.weights import FOLDER


def both(path, waveform):
    ours = NumpyExecutor(path).run(waveform)
    theirs = OnnxSession(path, 1).run(waveform)
    assert ours.keys() == theirs.keys()
    return ours, theirs


def agree(path, waveform, tolerance=1e-4):
    ours, theirs = both(path, waveform)
    for name, expected in theirs.items():
        assert ours[name].shape == expected.shape
        np.testing.assert_allclose(ours[name], expected, atol=tolerance, rtol=0)


@pytest.mark.parametrize("samples", [1, 319, 320, 321, 16_000, 48_037])
def test_tiny_model_agrees(tiny, samples):
    agree(tiny, np.random.default_rng(samples).normal(0, 0.1, (1, samples)).astype(np.float32))


@pytest.mark.parametrize("samples", [1, 320, 16_000, 100_003])
def test_shipped_model_agrees(real, samples):
    agree(real, np.random.default_rng(samples).normal(0, 0.1, (1, samples)).astype(np.float32))


def one_operator(writer, tmp_path, kind, shape, constants=(), **attributes):
    """A model that reshapes its input and applies one operator."""
    names = [f"c{index}" for index in range(len(constants))]
    values = {"shape": np.array(shape), **dict(zip(names, constants, strict=True))}
    graph = writer.node("Reshape", ["x", "shape"], "shaped") + writer.node(kind, ["shaped", *names], "y", **attributes)
    graph += writer.field(2, "g") + b"".join(writer.tensor(*item) for item in values.items())
    graph += writer.value_info(11, "x", ["n"]) + writer.value_info(12, "y", None)
    path = tmp_path / "one.onnx"
    path.write_bytes(writer.field(1, 8) + writer.field(7, graph) + writer.field(8, writer.field(1, "") + writer.field(2, 17)))
    return path


SHAPE = (1, 6, 40)
NORMAL = np.random.default_rng(0).normal
OPERATORS = [
    ("Softmax", (), {"axis": 1}),
    ("Sigmoid", (), {}),
    ("Tanh", (), {}),
    ("Relu", (), {}),
    ("Transpose", (), {"perm": [0, 2, 1]}),
    ("MaxPool", (), {"kernel_shape": [7], "strides": [2], "pads": [3, 3]}),
    ("MaxPool", (), {"kernel_shape": [8], "strides": [1], "pads": [4, 3]}),
    ("AveragePool", (), {"kernel_shape": [5], "strides": [1], "pads": [2, 2]}),
    ("AveragePool", (), {"kernel_shape": [5], "strides": [3], "pads": [2, 2], "count_include_pad": 1}),
    ("Pad", (np.array([0, 1, 2, 0, 0, 3]),), {}),
    ("Slice", (np.array([30]), np.array([-100]), np.array([2]), np.array([-3])), {}),
    ("Slice", (np.array([1, 2]), np.array([5, 1000]), np.array([1, 2])), {}),
    ("Gather", (np.array([3, 0, 3]),), {"axis": 1}),
    ("Unsqueeze", (np.array([0, 2]),), {}),
    ("Squeeze", (np.array([0]),), {}),
    ("Clip", (np.array(-0.5, np.float32), np.array(0.5, np.float32)), {}),
]


@pytest.mark.parametrize(
    ("kind", "constants", "attributes"), OPERATORS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_operator_agrees(onnx_writer, tmp_path, kind, constants, attributes):
    path = one_operator(onnx_writer, tmp_path, kind, SHAPE, constants, **attributes)
    agree(path, NORMAL(size=np.prod(SHAPE)).astype(np.float32), 2e-6)


@settings(deadline=None, max_examples=40)
@given(
    groups=some.sampled_from([1, 2, 6]), per_group=some.integers(1, 3), taps=some.integers(1, 5), stride=some.integers(1, 3),
    dilation=some.integers(1, 4), before=some.integers(0, 6), after=some.integers(0, 6), bias=some.booleans(),
)  # fmt: skip
def test_convolution_agrees(onnx_writer, tmp_path_factory, groups, per_group, taps, stride, dilation, before, after, bias):
    weight = NORMAL(size=(groups * per_group, 6 // groups, taps)).astype(np.float32)
    constants = (weight, NORMAL(size=len(weight)).astype(np.float32)) if bias else (weight,)
    path = one_operator(
        onnx_writer, tmp_path_factory.mktemp("conv"), "Conv", SHAPE, constants,
        group=groups, strides=[stride], dilations=[dilation], pads=[before, after],
    )  # fmt: skip
    agree(path, NORMAL(size=np.prod(SHAPE)).astype(np.float32), 1e-5)


def test_numpy_takes_over_where_onnxruntime_cannot_load(tiny, monkeypatch):
    def broken(path, threads):
        raise ImportError(
            "DLL load failed while importing onnxruntime_pybind11_state: A dynamic link library initialization failed."
        )

    monkeypatch.setattr(executors, "OnnxSession", broken)
    engines._load.cache_clear()
    ear = engines.engine()
    engines._load.cache_clear()
    assert ear.name == "NumPy"
    assert "DLL load failed" in ear.reason
    assert ear.reason.endswith(".")


NOSY = """
import os
telemetry = os.environ.get("ORT_DISABLE_TELEMETRY")
def disable_telemetry_events():
    print(telemetry, "and told to stop")
    raise ImportError("seen enough")
"""


def test_no_onnxruntime_may_report_anything(tmp_path, environment):
    """Newer ones, which another extension may bring, write a device id and connect as soon as they are imported."""
    package = tmp_path / "onnxruntime"
    (package / "capi").mkdir(parents=True)
    (package / "__init__.py").write_text(NOSY)
    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "NotImplemented", "RuntimeException")
    (package / "capi" / "onnxruntime_pybind11_state.py").write_text("".join(f"class {name}(Exception): pass\n" for name in names))
    told = environment | {"PYTHONPATH": os.pathsep.join([str(tmp_path), environment.get("PYTHONPATH", "")])}
    told.pop("ORT_DISABLE_TELEMETRY", None)
    code = "from parlance.inference.hearing import engine; print(engine().name)"
    answer = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True, check=True)
    assert answer.stdout.split("\n")[:2] == ["1 and told to stop", "NumPy"]


def test_engine_says_what_runs(tiny):
    ear = engines.engine()
    assert ear.name == "onnxruntime"
    assert ear.model.startswith("tiny")


@pytest.mark.parametrize("content", [b"", b"not a model at all", bytes(range(256)) * 8])
@pytest.mark.parametrize("force", ["numpy", ""])
def test_damaged_weights_are_refused(monkeypatch, tmp_path, content, force):
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    monkeypatch.setenv("PARLANCE_WEIGHTS", str(path))
    monkeypatch.setenv("PARLANCE_ENGINE", force)
    with pytest.raises(ParlanceError, match="damaged"):
        engines.engine()


def test_operators_that_numpy_does_not_have_are_named(onnx_writer, tmp_path):
    path = one_operator(onnx_writer, tmp_path, "NonMaxSuppression", SHAPE)
    with pytest.raises(ParlanceError, match=r"NumPy does not have: NonMaxSuppression\.$"):
        NumpyExecutor(path)


def test_truncated_weights_are_refused(tiny, tmp_path):
    path = tmp_path / "short.onnx"
    path.write_bytes(tiny.read_bytes()[:5000])
    with pytest.raises(ParlanceError, match="damaged"):
        NumpyExecutor(path)


def test_weights_of_another_version_are_refused(tiny, monkeypatch, tmp_path):
    path = tmp_path / "other.onnx"
    path.write_bytes(tiny.read_bytes().replace(b'"format_version": 1', b'"format_version": 7'))
    monkeypatch.setenv("PARLANCE_WEIGHTS", str(path))
    with pytest.raises(ParlanceError, match="another version"):
        engines.engine()


def test_missing_weights_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PARLANCE_WEIGHTS", str(tmp_path / "none.onnx"))
    with pytest.raises(ParlanceError, match=r"none\.onnx"):
        engines.engine()


def test_tiny_model_is_what_its_script_writes(tiny, onnx_writer):
    assert tiny.read_bytes() == onnx_writer.model()
    assert tiny.stat().st_size < 20_000


def test_shipped_model_needs_only_known_operators(real):
    NumpyExecutor(real)
    assert read(real).inputs == ("waveform",)
    assert real.parent == FOLDER
