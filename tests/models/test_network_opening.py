# SPDX-License-Identifier: GPL-3.0-or-later
"""The network's own opening moves vowels, and nothing that closes."""

import pytest

torch = pytest.importorskip("torch")

from parlance.inference import geometry, phones  # noqa: E402
from parlance.models.opening import ABOVE_REST, Opening  # noqa: E402

CURVES = ("jawOpen", "mouthClose", "mouthPucker")
REST = float(geometry.REFERENCE.neutral[geometry.INDEX["gap"]])
SHUT = torch.tensor([0.1, 0.15, 0.0])[None, :, None]


def gap(curves):
    reference = geometry.REFERENCE
    effects = torch.tensor([reference.effect(name, "gap") for name in CURVES])
    return float(reference.neutral[geometry.INDEX["gap"]] + (effects * curves[0, :, 0]).sum())


def hearing(symbol, probability=0.9):
    heard = torch.zeros(1, phones.COUNT, 1)
    heard[0, phones.INDEX[symbol]] = probability
    return heard


def test_a_vowel_is_opened_by_the_jaw_alone():
    opened = Opening(CURVES)(SHUT, hearing("a"))
    assert gap(SHUT) < 0.5
    assert gap(opened) == pytest.approx(REST + ABOVE_REST, abs=1e-3)
    assert torch.equal(opened[:, 1:], SHUT[:, 1:])


def test_a_lip_on_the_teeth_is_not_pushed_off_them():
    bite = torch.tensor([0.05, 0.03, 0.0])[None, :, None]
    assert gap(Opening(CURVES)(bite, hearing("f", 1.0))) == pytest.approx(gap(bite))


@pytest.mark.parametrize("symbol", ["p", "b", "m", "sil"])
def test_bilabials_and_silence_stay_as_they_are(symbol):
    assert torch.equal(Opening(CURVES)(SHUT, hearing(symbol)), SHUT)


def test_open_lips_are_not_touched():
    wide = torch.tensor([0.3, 0.0, 0.0])[None, :, None]
    assert torch.equal(Opening(CURVES)(wide, hearing("a")), wide)
