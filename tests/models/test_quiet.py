# SPDX-License-Identifier: GPL-3.0-or-later
"""How sure it must be that somebody speaks is chosen by how much speech may be missed."""

import numpy as np
import pytest

pytest.importorskip("torch")

from parlance.inference.hearing.rest import LIKELY
from parlance.models.quiet import bias_move


@pytest.mark.parametrize("sureness", [-3.0, 0.0, 4.0])
def test_as_much_speech_is_missed_whatever_the_head_came_to(sureness):
    logits = np.random.default_rng(1).normal(sureness, 2.0, 20_000)
    moved = logits + bias_move(logits, 0.03)
    assert np.mean(1 / (1 + np.exp(-moved)) < LIKELY) == pytest.approx(0.03, abs=1e-3)
