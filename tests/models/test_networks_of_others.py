# SPDX-License-Identifier: GPL-3.0-or-later
"""A network that knows nothing of ours, exported by PyTorch as docs/model-format.md says, hears in Parlance."""

import json
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from parlance.inference import phones  # noqa: E402
from parlance.inference.audio import Audio  # noqa: E402
from parlance.inference.errors import ParlanceError  # noqa: E402
from parlance.inference.hearing import ModelFile, adapters, executors, hear  # noqa: E402

TIMIT = ["h#", "m", "pcl", "p", "ay", "iy", "sh", "ax-h", "dx"]


class Recurrent(torch.nn.Module):
    """Ten milliseconds a frame, an LSTM, and layer normalisation: nothing of which Parlance's own network is made."""

    def __init__(self) -> None:
        super().__init__()
        self.ear = torch.nn.Conv1d(1, 16, 400, stride=160)
        self.norm = torch.nn.LayerNorm(16)
        self.memory = torch.nn.LSTM(16, 16, batch_first=True)
        self.said = torch.nn.Linear(16, len(TIMIT))

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        """float32[1, n] → probabilities float32[1, ceil(n / 160), 9]."""
        padded = torch.nn.functional.pad(waveform[:, None], (0, 399))
        heard = self.norm(torch.relu(self.ear(padded)).transpose(1, 2))
        return torch.softmax(self.said(self.memory(heard)[0]), dim=-1)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    path = tmp_path_factory.mktemp("theirs") / "theirs.onnx"
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Recurrent().eval(),
            (torch.zeros(1, 16_000),),
            str(path),
            input_names=["waveform"],
            output_names=["phones"],
            dynamic_axes={"waveform": {1: "n"}, "phones": {1: "frames"}},
            opset_version=17,
            dynamo=False,
        )
    spec = {"format_version": 1, "name": "Theirs", "sample_rate": 16000, "samples_per_frame": 160, "context": 0.5,
            "phones": TIMIT, "phone_set": "arpabet", "curves": [], "emotions": []}  # fmt: skip
    model = onnx.load(path)
    entry = model.metadata_props.add()
    entry.key, entry.value = "parlance", json.dumps(spec)
    onnx.save(model, path)
    return path


def test_it_hears(theirs):
    sound = Audio((np.random.default_rng(0).standard_normal(31_999) * 0.1).astype(np.float32))
    heard = hear(sound, model=ModelFile(theirs))
    assert heard.model.startswith("Theirs ")
    assert heard.posteriors.shape == (100, phones.COUNT)
    assert {phone.symbol for phone in heard.phones} <= {"sil", "m", "p", "a", "ɪ", "i", "ʃ", "ə", "ɾ"}


def test_without_onnxruntime_what_is_lacking_is_named(theirs, monkeypatch):
    monkeypatch.setattr(executors, "_session", lambda *_: (None, "because onnxruntime is not installed"))
    adapters._loaded.cache_clear()
    with pytest.raises(ParlanceError, match=r"needs onnxruntime, and NumPy alone is here, because .*LSTM"):
        hear(Audio(np.ones(16_000, np.float32) * 0.1), model=ModelFile(theirs))
    adapters._loaded.cache_clear()
