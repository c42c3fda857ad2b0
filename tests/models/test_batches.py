# SPDX-License-Identifier: GPL-3.0-or-later
"""What a training step hears: cut, strung together, spliced, and never mislabelled."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parlance.inference import geometry  # noqa: E402
from parlance.inference.performance import Phone  # noqa: E402
from parlance.models.batches import UNTAUGHT, Clip, Sampler, strung  # noqa: E402
from parlance.models.features import MELS  # noqa: E402
from parlance.models.labels import CLEAR, frame_contact, frame_phones  # noqa: E402


def clip(symbols, level=0.0, phone=0.1):
    """A clip that says the symbols, a tenth of a second each; its sound and its curve are its phone's number."""
    said = tuple(Phone(symbol, phone * k, phone * (k + 1)) for k, symbol in enumerate(symbols))
    frames = round(50 * phone * len(symbols))
    labels = frame_phones(said, frames)
    mel = np.repeat(np.repeat(labels, 2)[None], MELS, axis=0).astype(np.float16) + np.float16(level)
    curve = labels[None].astype(np.float16)
    return Clip("clip", "somebody", (mel,), labels, frame_contact(said, frames), weights=curve, emotion=1, arousal=0.5)


def sampler(groups, frames=150):
    return Sampler(groups, dict.fromkeys(groups, 1.0), (1, geometry.COUNT, 14), np.random.default_rng(3), frames, speed=0.0)


def test_a_splice_keeps_every_sound_with_its_phone_and_teaches_no_lips_at_a_joint():
    some = [clip("sasitu" * 5), clip("kuniga" * 5), clip("lotesa" * 5)]
    drawn = sampler({"an4": some})
    crops = [drawn.crop(one) for one in some]
    spliced = drawn.splice(crops)
    spoken = spliced.phones > 0
    offset = spliced.log_mel[0].reshape(-1, 2)[:, 0] - spliced.phones
    assert np.abs(offset[spoken] - np.median(offset[spoken])).max() <= np.ptp([c.log_mel.max() for c in crops]) + 1e-3
    joints = np.flatnonzero(~np.isin(spliced.phones, crops[0].phones))
    assert len(joints), "no second voice came in"
    assert np.isnan(spliced.weights[0][25:125]).sum() >= 2 * UNTAUGHT  # the sources know all of these
    known = np.isfinite(spliced.weights[0]) & spoken
    assert np.array_equal(spliced.weights[0][known], spliced.phones[known].astype(np.float32))
    assert spliced.emotion == -1
    assert np.isnan(spliced.arousal)
    assert np.isfinite(crops[0].weights[0][20:130]).all(), "the sources themselves must stay whole"


def test_film_is_never_cut():
    drawn = sampler({"grid_s1": [clip("sasitu" * 5)]})
    drawn.p_splice = 1.0
    weights = drawn.batch(4).weights[:, 0, 30:120]
    assert torch.isfinite(weights).all()


def test_single_words_fill_a_crop():
    drawn = sampler({"speech_commands": [clip("sasitu"), clip("kuniga")]})
    drawn.p_splice = 0.0
    contact = drawn.batch(8).contact
    assert (contact == CLEAR).float().mean() > 0.5


def test_strung_words_are_equally_loud_and_lose_nothing():
    whole = strung([clip("sasi"), clip("kuni", level=6.0)])
    assert len(whole.phones) == len(whole.contact) == whole.weights.shape[1] == whole.log_mels[0].shape[1] // 2 == 40
    assert np.array_equal(whole.phones, np.concatenate([clip("sasi").phones, clip("kuni").phones]))
    first, second = whole.log_mels[0][0, :40], whole.log_mels[0][0, 40:]
    assert np.quantile(first, 0.9) == pytest.approx(np.quantile(second, 0.9), abs=0.1)
