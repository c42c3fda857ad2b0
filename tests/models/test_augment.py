# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds made otherwise keep what they teach."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parlance.models import mel_augment as aug  # noqa: E402
from parlance.models.features import MELS, LogMel, mel_centres  # noqa: E402
from parlance.models.negatives import MAKERS, missing  # noqa: E402
from parlance.models.waveform_augment import clip, low_bitrate, repitch, stretch, telephone  # noqa: E402


def tone(hz, seconds=1.0):
    return np.sin(2 * np.pi * hz * np.arange(int(16_000 * seconds)) / 16_000).astype(np.float32) * 0.3


def peak_hz(log_mel):
    return mel_centres()[int(log_mel.mean(dim=1).argmax())]


@pytest.mark.parametrize("factor", [0.82, 1.0, 1.22])
def test_a_shorter_tract_moves_resonances_up(factor):
    mel = LogMel()(torch.from_numpy(tone(1500.0))[None])
    warped = aug.warp_tract(mel, torch.tensor([factor]))[0]
    assert peak_hz(warped) == pytest.approx(1500.0 * factor, rel=0.06)


def test_low_pass_leaves_the_low_and_silences_the_high():
    mel = torch.zeros(1, MELS, 10)
    passed = aug.low_pass(mel, torch.tensor([3500.0]))[0, :, 0].numpy()
    centres = mel_centres()
    assert np.abs(passed[centres < 3400]).max() < 0.01
    assert passed[centres > 4500].max() < -10


def test_mixing_noise_at_a_high_ratio_changes_little():
    speech, noise = torch.randn(2, MELS, 40), torch.randn(2, MELS, 40)
    assert (aug.mix(speech, noise, torch.tensor([20.0, 20.0])) - speech).abs().max() < 0.1


def test_reverberation_only_adds_after_the_sound():
    mel = torch.full((1, MELS, 50), -15.0)
    mel[:, :, 20] = 2.0
    wet = aug.reverberate(mel, torch.tensor([8.0]), torch.tensor([1.0]))
    assert wet[:, :, :20].max() < -14
    assert (wet[:, :, 21:40] > -5).all()


def test_augmentation_is_finite_and_repeatable():
    mel, background = torch.randn(6, MELS, 60), torch.randn(6, MELS, 60)

    def once():
        return aug.augment(mel, background, aug.Augmentation(), torch.Generator().manual_seed(3))

    assert torch.isfinite(once()).all()
    assert torch.equal(once(), once())


def fundamental(wave):
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return np.argmax(spectrum) * 16_000 / len(wave)


@pytest.mark.parametrize("factor", [0.75, 1.6])
def test_repitching_moves_the_pitch_and_keeps_the_length(factor):
    wave = sum(tone(150.0 * k) / k for k in range(1, 12)).astype(np.float32)
    moved = repitch(wave, factor)
    assert len(moved) == len(wave)
    assert fundamental(moved[2000:-2000]) == pytest.approx(150.0 * factor, rel=0.05)


def test_stretching_keeps_the_pitch():
    assert fundamental(stretch(tone(440.0), 24_000)[4000:-4000]) == pytest.approx(440.0, rel=0.02)


@pytest.mark.parametrize("change", [lambda w: clip(w, 4.0), telephone, lambda w: low_bitrate(w, np.random.default_rng(0))])
def test_other_microphones_keep_length_and_tune(change):
    wave = tone(700.0)
    changed = change(wave)
    assert len(changed) == len(wave)
    assert fundamental(changed) == pytest.approx(700.0, rel=0.02)


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind not in missing()])
def test_every_background_sound_is_finite_and_as_long_as_asked(kind):
    wave = MAKERS[kind](np.random.default_rng(1), 16_000)
    assert wave.shape == (16_000,)
    assert wave.dtype == np.float32
    assert np.isfinite(wave).all()
