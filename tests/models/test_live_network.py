# SPDX-License-Identifier: GPL-3.0-or-later
"""The live network hears the same step by step as at once, looks no further ahead than it says, and survives its export."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parlance.inference import mel, phones  # noqa: E402
from parlance.inference.hearing.executor import NumpyExecutor  # noqa: E402
from parlance.inference.live.level import levelled  # noqa: E402
from parlance.inference.live.spectrum import Spectrum  # noqa: E402
from parlance.models.features import LogMel  # noqa: E402
from parlance.models.graph import TOLERANCE  # noqa: E402
from parlance.models.live import distil, export  # noqa: E402
from parlance.models.live.network import MEL_HISTORY, CausalLevel, LiveConfig, LiveNetwork  # noqa: E402
from parlance.models.live.teacher import CHANNELS, PARTS, silent, some  # noqa: E402
from parlance.models.prepare import CURVES, EMOTIONS  # noqa: E402


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return LiveNetwork(LiveConfig(phones.COUNT, len(CURVES), len(EMOTIONS), width=16, lips=8)).eval()


@pytest.fixture
def wave():
    random = np.random.default_rng(0)
    return (0.1 * random.standard_normal(16_000) * np.abs(np.sin(np.arange(16_000) / 2000))).astype(np.float32)


def test_step_by_step_is_as_at_once(network):
    sound = torch.randn(1, mel.MELS, 60)
    whole = network.hear(sound)
    padded = torch.nn.functional.pad(sound, (MEL_HISTORY, 0), value=-1.5)
    state, parts = network.begin(), []
    for frame in range(30):
        heard, state = network(padded[:, :, 2 * frame : 2 * frame + MEL_HISTORY + 2], state)
        parts.append(heard)
    for name in ("phones", "curves", "speech", "emotion", "arousal"):
        joined = torch.cat([getattr(part, name) for part in parts], dim=-1)
        torch.testing.assert_close(joined, getattr(whole, name), atol=1e-5, rtol=1e-4)


def test_no_head_hears_what_is_yet_to_come(network):
    sound = torch.randn(1, mel.MELS, 60)
    other = sound.clone()
    other[:, :, 40:] = 3.0
    one, two = network.hear(sound), network.hear(other)
    torch.testing.assert_close(one.phones[..., :20], two.phones[..., :20])
    assert not torch.allclose(one.phones[..., 20:], two.phones[..., 20:])


def test_streamed_log_mel_and_level_are_those_of_training(wave):
    pairs = np.concatenate(Spectrum().feed(wave))
    whole = LogMel()(torch.from_numpy(wave)[None])
    np.testing.assert_allclose(pairs, whole[0].numpy().T[: len(pairs)], atol=1e-4)
    mine, _ = levelled(pairs, mel.speech_band(), mel.LEVEL_FLOOR)
    trained = CausalLevel()(torch.from_numpy(pairs.T.copy())[None])[0].numpy().T
    np.testing.assert_allclose(mine, trained, atol=1e-4)


def test_what_is_exported_runs_in_both_executors(network, tmp_path):
    stored = {"config": network.config.__dict__, "curves": CURVES, "emotions": EMOTIONS, "state": network.state_dict()}
    torch.save(stored, tmp_path / "weights.pt")
    assert export.export(tmp_path / "weights.pt", tmp_path / "live.onnx") < TOLERANCE
    import onnxruntime

    inputs = {
        "mel": np.random.default_rng(0).standard_normal((1, mel.MELS, MEL_HISTORY + 2)).astype(np.float32),
        "state": np.zeros((1, network.config.width, network.config.memory), np.float32),
    }
    ours = NumpyExecutor(tmp_path / "live.onnx").feed(inputs)
    session = onnxruntime.InferenceSession(str(tmp_path / "live.onnx"), providers=["CPUExecutionProvider"])
    theirs = dict(zip(ours, session.run(list(ours), inputs), strict=True))
    for name, value in ours.items():
        np.testing.assert_allclose(value, theirs[name], atol=1e-4)


def test_a_network_that_says_what_its_teacher_says_has_nothing_to_learn():
    frames, config = 40, LiveConfig(phones.COUNT, len(CURVES), len(EMOTIONS))
    torch.manual_seed(1)
    said = torch.softmax(3 * torch.randn(2, phones.COUNT, frames), dim=1)
    curves = torch.rand(2, len(CURVES), frames)
    rest = [torch.full((2, 1, frames), 0.5), torch.full((2, len(EMOTIONS), frames), 0.1), torch.zeros(2, 1, frames)]
    answer = torch.cat([said, curves, *rest], dim=1)
    assert answer.shape[1] == CHANNELS == sum(PARTS.values())
    late = [[torch.roll(track, ahead, dims=2) for ahead in config.look_aheads] for track in (said.log(), curves)]
    feelings = torch.full((2, len(EMOTIONS) + 1, frames), 0.1)
    feelings[:, 0] = 1 - 0.1 * len(EMOTIONS)
    from parlance.models.live.network import LiveHeard
    from parlance.models.live.train import scale_of

    clip = type("Clip", (), {"rig": answer[0].numpy()})
    heard = LiveHeard(
        torch.stack(late[0], dim=1), torch.stack(late[1], dim=1), torch.zeros(2, len(config.look_aheads), frames), feelings.log(),
        torch.zeros(2, frames),
    )  # fmt: skip
    found = distil.losses(heard, answer, config.look_aheads, scale_of({"one": [clip]}), distil.Wishes())
    assert all(float(found[name]) < 1e-4 for name in ("phones", "contact", "weights", "measures", "emotion", "arousal"))
    wrong = distil.losses(
        LiveHeard(heard.phones.roll(1, 2), heard.curves.flip(2), heard.speech, heard.emotion, heard.arousal + 1), answer,
        config.look_aheads, scale_of({"one": [clip]}), distil.Wishes(),
    )  # fmt: skip
    assert all(float(wrong[name]) > 0.01 for name in ("phones", "contact", "weights", "measures"))


def test_some_minutes_are_from_all_over():
    sounds = {str(number): (np.zeros((mel.MELS, 600), np.float16),) for number in range(100)}
    chosen = [int(name) for name in some(sounds, 1.0)]
    assert len(chosen) == 10
    assert chosen[-1] - chosen[0] > 80
    assert len(some(sounds, 100.0)) == 100


def test_sounds_without_speech_teach_silence():
    from parlance.models.batches import Clip

    clip = silent(Clip("music", "", (np.zeros((mel.MELS, 40), np.float16),), np.zeros(20, np.int16), np.zeros(20, np.int8)))
    assert (clip.rig[phones.INDEX["sil"]] == 1).all()
    assert clip.rig.sum() == 20
