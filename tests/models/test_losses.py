# SPDX-License-Identifier: GPL-3.0-or-later
"""What costs a network something, and how much."""

import pytest

torch = pytest.importorskip("torch")

from parlance.inference import geometry  # noqa: E402
from parlance.inference.phones import COUNT, INDEX  # noqa: E402
from parlance.models.batches import Batch  # noqa: E402
from parlance.models.labels import APART, BITTEN, CLEAR, SEALED  # noqa: E402
from parlance.models.losses import LossWeights, contact_entropy, contact_errors  # noqa: E402

WISH = LossWeights()


def asked(contact, symbols):
    """A batch of one crop that asks its lips for something in every frame."""
    phones = torch.tensor([[INDEX[symbol] for symbol in symbols]])
    nothing = torch.full((1, 1, len(symbols)), float("nan"))
    one = torch.ones(1)
    return Batch(nothing, phones, torch.tensor([contact]), nothing, nothing, one, nothing, torch.tensor([-1]), one)


def lips(gap, roll=0.0):
    """Measures of frames with so many millimetres between the lips."""
    measured = torch.zeros(1, geometry.COUNT, len(gap))
    measured[:, geometry.INDEX["gap"]] = torch.tensor(gap)
    measured[:, geometry.INDEX["lower_roll"]] = roll
    return measured


def test_an_open_vowel_must_open_wider_than_a_round_one():
    errors = [float(contact_errors(lips([3.0]), asked([CLEAR], symbol), WISH)["apart"]) for symbol in "aw"]
    assert errors[0] > 0.0
    assert errors[1] == 0.0


def test_a_vowel_beside_a_labial_need_only_not_touch():
    assert float(contact_errors(lips([2.0]), asked([APART], "a"), WISH)["apart"]) == 0.0
    assert float(contact_errors(lips([0.3]), asked([APART], "a"), WISH)["apart"]) > 0.0


def test_one_closure_among_many_open_frames_weighs_as_one_frame():
    alone = contact_errors(lips([3.0]), asked([SEALED], "m"), WISH)["sealed"]
    among = contact_errors(lips([3.0] + [9.0] * 9), asked([SEALED] + [CLEAR] * 9, "maaaaaaaaa"), WISH)["sealed"]
    assert float(among) == pytest.approx(float(alone) / 10)


def test_a_bite_shows_teeth_on_a_tucked_lip():
    def error(gap, roll):
        return float(contact_errors(lips([gap], roll), asked([BITTEN], "f"), WISH)["bitten"])

    assert error(2.0, -2.5) == 0.0
    assert error(-0.5, -2.5) > 0.0  # shut like m
    assert error(5.0, -2.5) > 0.0
    assert error(2.0, 0.5) > 0.0  # the lip is not under the teeth


def test_a_lip_may_not_hedge_towards_the_teeth_elsewhere():
    assert float(contact_errors(lips([6.0], -2.5), asked([CLEAR], "s"), WISH)["apart"]) > 0.0


def test_m_heard_as_n_costs_more_than_t_heard_as_d():
    def cost(heard, meant):
        logits = torch.zeros(1, COUNT, 1)
        logits[0, INDEX[heard]] = 6.0
        return float(contact_entropy(logits, torch.tensor([[INDEX[meant]]]), WISH.labial))

    assert cost("n", "m") > 10 * cost("d", "t")
    assert cost("b", "v") > 10 * cost("d", "t")
    assert cost("b", "m") < 1.0
    assert float(contact_entropy(torch.zeros(1, COUNT, 2), torch.tensor([[INDEX["m"], -1]]), WISH.labial)) > 0.0
