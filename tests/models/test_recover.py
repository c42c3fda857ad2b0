# SPDX-License-Identifier: GPL-3.0-or-later
"""Training goes on from weights that ship, and from those of other runs."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parlance.inference import phones  # noqa: E402
from parlance.models import average  # noqa: E402
from parlance.models.average import mean_state, renormalise  # noqa: E402
from parlance.models.export import load, to_onnx  # noqa: E402
from parlance.models.features import MELS  # noqa: E402
from parlance.models.learning import load_matching  # noqa: E402
from parlance.models.network import Network, NetworkConfig  # noqa: E402
from parlance.models.prepare import CURVES, EMOTIONS  # noqa: E402
from parlance.models.recover import dilations, normalisers, parameters, spread_out, unfolded  # noqa: E402

CONFIG = NetworkConfig(phones.COUNT, len(CURVES), len(EMOTIONS), rig=14, width=48, lips=32, feeling=16)


def trained(seed):
    """A network whose normalisers have seen something."""
    torch.manual_seed(seed)
    network = Network(CONFIG).train()
    for _ in range(3):
        network(torch.randn(2, MELS, 200))
    for _, norm in normalisers(network):
        norm.weight.data.uniform_(0.5, 1.5)
        norm.bias.data.normal_()
    return network.eval()


def exported(network, folder):
    weights = folder / "weights.pt"
    stored = {"config": CONFIG.__dict__, "curves": CURVES, "emotions": EMOTIONS, "step": 1, "state": network.state_dict()}
    torch.save(stored, weights)
    file = folder / "parlance.onnx"
    file.write_bytes(to_onnx(*load(weights)).SerializeToString())
    return file


def test_shipped_weights_can_be_trained_on(tmp_path):
    network = trained(1)
    file = exported(network, tmp_path)
    assert dilations(file) == CONFIG.dilations
    again = unfolded(parameters(file), CONFIG)
    mel = torch.randn(4, MELS, 240) * 3.0
    with torch.no_grad():
        before, recovered = network(mel), again(mel)
        spread_out(again, [mel])
        after, training = again(mel), again.train().stem(again.level(mel))
    for name in ("phones", "curves", "speech", "emotion", "arousal"):
        assert torch.allclose(getattr(before, name), getattr(recovered, name), atol=0.02), name  # half precision
        assert torch.allclose(getattr(recovered, name), getattr(after, name), atol=1e-3), name
    again.eval()
    with torch.no_grad():
        assert torch.allclose(training, again.stem(again.level(mel)), atol=0.05), "training would start from another function"


def test_a_file_of_another_size_is_refused(tmp_path):
    file = exported(trained(1), tmp_path)
    with pytest.raises(ValueError, match="shape"):
        unfolded(parameters(file), NetworkConfig(phones.COUNT, len(CURVES), len(EMOTIONS), rig=14, width=64))


def test_the_mean_of_two_runs_is_normalised_for_what_it_puts_out():
    one, other = trained(1), trained(2)
    both = Network(CONFIG).eval()
    both.load_state_dict(mean_state([one.state_dict(), other.state_dict()]))
    mel = torch.randn(4, MELS, 240)
    renormalise(both, [mel])
    with torch.no_grad():
        made = both.stem[0](both.level(mel))
        assert np.allclose(both.stem[1].running_mean, made.mean(dim=(0, 2)), atol=1e-4)
        assert np.allclose(both.stem[1].running_var, made.var(dim=(0, 2)), rtol=1e-2)
    assert torch.allclose(mean_state([one.state_dict()] * 2)["phones.weight"], one.state_dict()["phones.weight"])
    mostly = mean_state([one.state_dict(), other.state_dict()], [3.0, 1.0])["phones.bias"]
    assert torch.allclose(mostly, 0.75 * one.state_dict()["phones.bias"] + 0.25 * other.state_dict()["phones.bias"])


def test_a_deeper_network_starts_as_the_one_it_grew_from():
    shallow, deep = (Network(replace(CONFIG, dilations=dilations)).eval() for dilations in ((1, 2), (1, 2, 4)))
    load_matching(deep, shallow.state_dict())
    mel = torch.randn(1, MELS, 120)
    assert torch.allclose(deep(mel).phones, shallow(mel).phones, atol=1e-5)
    assert torch.allclose(deep(mel).curves, shallow(mel).curves, atol=1e-5)


def test_feelings_are_taken_from_another_run_and_nothing_else(tmp_path, monkeypatch):
    one, other = trained(1), trained(2)
    for name, network in (("one", one), ("other", other)):
        (tmp_path / name).mkdir()
        exported(network, tmp_path / name)
    folders = [str(tmp_path / name) for name in ("one", "other")]
    monkeypatch.setattr("sys.argv", ["average", str(tmp_path / "felt.pt"), folders[0], "--feeling", folders[1]])
    average.main()
    felt, mel = load(tmp_path / "felt.pt")[0], torch.randn(1, MELS, 240)
    with torch.no_grad():
        here, first = felt(mel), one(mel)
    assert torch.equal(here.phones, first.phones)
    assert torch.equal(here.curves, first.curves)
    assert torch.equal(felt.feeling.judge[1].weight, other.feeling.judge[1].weight)
    assert not torch.allclose(here.arousal, first.arousal)
