# SPDX-License-Identifier: GPL-3.0-or-later
"""The network: frames, probabilities, as much context as it says, alike at any loudness."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parlance.models.features import LEVEL_FLOOR, Level, LogMel, mel_centres  # noqa: E402
from parlance.models.network import Network, NetworkConfig, Shipped  # noqa: E402

TINY = NetworkConfig(phones=5, curves=3, emotions=2, rig=4, width=16, lips=8, feeling=8, dilations=(1, 2))


@pytest.fixture(scope="module")
def shipped():
    torch.manual_seed(0)
    return Shipped(Network(TINY)).eval()


def voice(count, seed=0):
    generator = np.random.default_rng(seed)
    swell = np.abs(np.sin(np.arange(count) / 2500.0))
    return torch.from_numpy((generator.standard_normal(count) * 0.1 * swell).astype(np.float32))[None]


@pytest.mark.parametrize("samples", [1, 160, 319, 320, 321, 640, 641, 16_001])
def test_one_frame_for_every_320_samples_begun(shipped, samples):
    with torch.no_grad():
        outputs = shipped(voice(samples))
    assert [tuple(o.shape[1:2]) for o in outputs] == [(math.ceil(samples / 320),)] * 5


def test_outputs_are_probabilities_and_weights(shipped):
    with torch.no_grad():
        phones, curves, speech, emotion, arousal = shipped(voice(20_000))
    assert torch.allclose(phones.sum(dim=2), torch.ones(phones.shape[:2]), atol=1e-5)
    for values in (curves, speech, emotion.sum(dim=2)):
        assert values.min() >= 0
        assert values.max() <= 1 + 1e-6
    assert arousal.abs().max() <= 1


def test_nothing_beyond_the_stated_context_matters(shipped):
    context = shipped.network.context
    margin = math.ceil(context * 50)
    long = voice(16_000 * 14)
    changed = long.clone()
    changed[:, : 16_000 * 3] = voice(16_000 * 3, seed=1)
    first = 3 * 50 + margin
    with torch.no_grad():
        for a, b in zip(shipped(long), shipped(changed), strict=True):
            assert torch.allclose(a[:, first:], b[:, first:], atol=1e-5)
            assert not torch.equal(a[:, :150], b[:, :150])


def test_a_quiet_recording_gives_the_frames_of_a_loud_one():
    mel, level = LogMel(), Level()
    loud, quiet = level(mel(voice(32_000))), level(mel(voice(32_000) * 10 ** (-30 / 20)))
    assert (loud - quiet).abs().max() < 0.05


def test_silence_is_not_made_louder():
    mel, level = LogMel(), Level()
    silent = mel(torch.zeros(1, 16_000))
    assert torch.all(level.level(silent) == LEVEL_FLOOR)
    assert level(silent).max() < -1


def test_a_tone_lights_its_own_band():
    time = torch.arange(16_000) / 16_000
    for hz in (200.0, 1000.0, 4000.0):
        mel = LogMel()(torch.sin(2 * math.pi * hz * time)[None])[0, :, 50]
        assert abs(mel_centres()[int(mel.argmax())] - hz) < max(40.0, 0.06 * hz)


def test_an_impulse_appears_in_the_frame_that_covers_it():
    wave = torch.zeros(1, 16_000)
    wave[0, 8_080] = 1.0
    mel = LogMel()(wave)[0].mean(dim=0)
    assert int(mel.argmax()) == 8_080 // 160
