# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that ships hears what the network in training hears."""

from dataclasses import asdict

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

from parlance.inference import phones  # noqa: E402
from parlance.inference.model_spec import METADATA_KEY, ModelSpec  # noqa: E402
from parlance.models.export import export  # noqa: E402
from parlance.models.network import Network, NetworkConfig  # noqa: E402


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    torch.manual_seed(0)
    config = NetworkConfig(phones=phones.COUNT, curves=2, emotions=1, rig=4, width=72, lips=32, feeling=8, dilations=(1, 2))
    network = Network(config)
    for block in network.trunk:  # statistics as after training, so that folding them matters
        block.norm.running_mean.normal_()
        block.norm.running_var.uniform_(0.5, 2.0)
    stored = {"config": asdict(config), "curves": ("jawOpen", "mouthClose"), "emotions": ("joy",), "state": network.state_dict()}
    torch.save(stored, folder / "weights.pt")
    worst = export(folder / "weights.pt", folder / "model.onnx")
    return folder / "model.onnx", worst


def test_torch_and_onnxruntime_agree_on_odd_lengths(exported):
    assert exported[1] <= 1e-4


def test_the_file_carries_its_spec(exported):
    metadata = {entry.key: entry.value for entry in onnx.load(exported[0]).metadata_props}
    spec = ModelSpec.from_json(metadata[METADATA_KEY])
    assert spec.phones == phones.SYMBOLS
    assert spec.curves == ("jawOpen", "mouthClose")
    assert spec.samples_per_frame == 320
    assert spec.context > 1


def test_large_weights_are_stored_as_whole_numbers(exported):
    kinds = {tensor.name: tensor.data_type for tensor in onnx.load(exported[0]).graph.initializer}
    assert onnx.TensorProto.INT8 in kinds.values()


def test_the_numpy_executor_runs_the_same_graph(exported):
    executor = pytest.importorskip("parlance.inference.hearing.executor")
    wave = np.random.default_rng(0).standard_normal((1, 16_001)).astype(np.float32) * 0.1
    session = onnxruntime.InferenceSession(str(exported[0]), providers=["CPUExecutionProvider"])
    expected = dict(zip([o.name for o in session.get_outputs()], session.run(None, {"waveform": wave}), strict=True))
    answer = executor.NumpyExecutor(exported[0]).run(wave)
    for name, values in expected.items():
        assert np.abs(answer[name] - values).max() < 1e-4
