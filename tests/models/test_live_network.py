# SPDX-License-Identifier: GPL-3.0-or-later
"""The live network hears the same step by step as at once, looks no further ahead than it says, and survives its export."""

import copy

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parlance.inference import mel, phones  # noqa: E402
from parlance.inference.hearing.executor import NumpyExecutor  # noqa: E402
from parlance.inference.live.level import START, levelled  # noqa: E402
from parlance.inference.live.spectrum import Spectrum  # noqa: E402
from parlance.models.features import LogMel  # noqa: E402
from parlance.models.graph import TOLERANCE  # noqa: E402
from parlance.models.live import distil, export  # noqa: E402
from parlance.models.live.network import MEL_HISTORY, CausalLevel, LiveConfig, LiveNetwork  # noqa: E402
from parlance.models.live.teacher import CHANNELS, PARTS, silent, some  # noqa: E402
from parlance.models.prepare import CURVES, EMOTIONS  # noqa: E402
from parlance.models.rounding import round_all  # noqa: E402


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
    mine, _ = levelled(pairs, mel.speech_band(), START)
    trained = CausalLevel()(torch.from_numpy(pairs.T.copy())[None])[0].numpy().T
    np.testing.assert_allclose(mine, trained, atol=1e-4)


def test_a_room_before_the_first_word_is_far_from_a_voice():
    """Else its noise is compared with nothing, and looks as loud as speech will."""
    random = np.random.default_rng(0)
    noise = random.standard_normal(4000).astype(np.float32)
    room, voice = (np.concatenate(Spectrum().feed(loud * noise)) for loud in (np.float32(1e-3), np.float32(0.1)))
    band = mel.speech_band()
    heard, level = levelled(room, band, START)
    spoken, _ = levelled(voice, band, level)
    assert heard.mean() < spoken.mean() - 0.8  # of a range of three


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


def test_the_file_for_the_web_hears_sound_as_the_stream_does(network, wave, tmp_path):
    """Twenty milliseconds at a time, from the samples on, at one of the look-aheads."""
    import onnxruntime

    from parlance.models.live import web

    stored = {"config": network.config.__dict__, "curves": CURVES, "emotions": EMOTIONS, "state": network.state_dict()}
    torch.save(stored, tmp_path / "weights.pt")
    web.export(tmp_path / "weights.pt", tmp_path / "web.onnx", 8)
    session = onnxruntime.InferenceSession(str(tmp_path / "web.onnx"), providers=["CPUExecutionProvider"])
    memory = np.zeros(session.get_inputs()[1].shape, np.float32)
    said = []
    for start in range(0, len(wave), web.STEP):
        given = {"samples": wave[None, start : start + web.STEP], "memory": memory}
        heard, _, _, memory = session.run(list(web.OUTPUTS), given)
        said.append(heard)
    earlier = web.NEEDED - web.STEP - mel.LEFT_PAD
    pairs = np.concatenate(Spectrum().feed(np.concatenate([np.zeros(earlier, np.float32), wave])))[None]
    stored = copy.deepcopy(network)
    round_all(stored)
    with torch.no_grad():
        heard = stored.hear(CausalLevel()(torch.from_numpy(pairs).transpose(1, 2).contiguous()))
    wanted = torch.softmax(heard.phones[0, 2], dim=0).T.numpy()
    assert np.abs(np.array(said)[: len(wanted)] - wanted).max() < 0.002
    assert np.abs(wanted[10:] - wanted[:10].mean(axis=0)).max() > 0.005


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
    every = dict.fromkeys(config.look_aheads, 1.0)
    found = distil.losses(heard, answer, every, scale_of({"one": [clip]}), distil.Wishes())
    assert all(float(found[name]) < 1e-4 for name in ("phones", "contact", "weights", "measures", "gap", "emotion", "arousal"))
    wrong = distil.losses(
        LiveHeard(heard.phones.roll(1, 2), heard.curves.flip(2), heard.speech, heard.emotion, heard.arousal + 1), answer,
        every, scale_of({"one": [clip]}), distil.Wishes(),
    )  # fmt: skip
    assert all(float(wrong[name]) > 0.01 for name in ("phones", "contact", "weights", "measures", "gap"))


def test_a_longer_look_ahead_hears_what_a_shorter_one_cannot(network):
    """A change of the sound is heard by each look-ahead in the answers for frames as long before it as it looks ahead."""
    sound = torch.randn(1, mel.MELS, 120)
    other = sound.clone()
    other[:, :, 80:] += 1.0
    with torch.no_grad():
        one, two = network.hear(sound).curves, network.hear(other).curves
    for head, ahead in enumerate(network.config.look_aheads):
        of_frame = (one[0, head] - two[0, head]).abs().amax(dim=0).roll(-ahead)
        assert not of_frame[: 40 - ahead].any()
        assert of_frame[40 - ahead]


def test_only_the_look_aheads_that_are_asked_for_answer(network):
    sound = torch.randn(1, mel.MELS, 60)
    with torch.no_grad():
        whole, some_of_it = network.hear(sound), network.hear(sound, (1, 3))
    torch.testing.assert_close(some_of_it.phones, whole.phones[:, [1, 3]])


def test_blocks_that_an_earlier_network_did_not_have_change_nothing_at_first():
    from parlance.models.live.train import begin_from

    few = LiveNetwork(LiveConfig(phones.COUNT, len(CURVES), len(EMOTIONS), width=16, lips=8, dilations=(1, 2), look_aheads=(0,)))
    more = LiveNetwork(
        LiveConfig(phones.COUNT, len(CURVES), len(EMOTIONS), width=16, lips=8, dilations=(1, 2, 4), look_aheads=(0,))
    )
    begin_from(more, few.state_dict())
    sound = torch.randn(1, mel.MELS, 60)
    with torch.no_grad():
        torch.testing.assert_close(more.eval().hear(sound).phones, few.eval().hear(sound).phones)


def test_the_gap_that_training_sees_is_that_which_is_shown():
    """Of phones and curves as they follow each other in speech: closures, bites and openings."""
    from parlance.inference import arkit, geometry
    from parlance.inference.articulation import shape
    from parlance.inference.contact import closure_from_posteriors
    from parlance.inference.hearing import decode
    from parlance.inference.seal import seal
    from parlance.models.live import decoded
    from parlance.models.live.train import scale_of

    random = np.random.default_rng(3)
    said = np.full((200, phones.COUNT), 1e-3, np.float32)
    for start in range(0, 200, 8):
        said[start : start + 8, phones.INDEX[str(random.choice(["p", "a", "f", "i", "s", "m", "o", "sil"]))]] = 1.0
    said /= said.sum(axis=1, keepdims=True)
    curves = np.zeros((200, arkit.COUNT), np.float32)
    curves[:, arkit.INDEX["jawOpen"]] = 0.25 + 0.2 * np.sin(np.arange(200) / 5)
    closure, bite = closure_from_posteriors(said, 50)
    real = geometry.measure(seal(shape(curves, said, decode(said, 4.0)), closure, bite))[:, geometry.INDEX["gap"]]
    clip = type("Clip", (), {"rig": np.zeros((CHANNELS, 200), np.float32)})
    taught = torch.from_numpy(curves[:, [arkit.INDEX[name] for name in CURVES]].T.copy())[None]
    found = decoded.gap(taught, torch.from_numpy(said.T.copy())[None], scale_of({"one": [clip]}))[0].numpy()
    assert np.corrcoef(found, real)[0, 1] > 0.95


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
