# SPDX-License-Identifier: GPL-3.0-or-later
"""The same line on mouths that are sculpted differently."""

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.acting.opening import alike
from parlance.inference.geometry import INDEX, REFERENCE, Geometry, measure
from parlance.inference.pose import weights_of

SAID = np.stack([weights_of({"mouthPucker": 0.6, "mouthFunnel": 0.2, "jawOpen": 0.1})] * 12).astype(np.float32)
ROUNDERS = [arkit.INDEX["mouthPucker"], arkit.INDEX["mouthFunnel"]]


def shown(strength):
    """What is said, in mm, on the reference face with shapes that round the lips so many times as far."""
    jacobian = REFERENCE.jacobian.copy()
    jacobian[ROUNDERS] *= strength
    face = Geometry(jacobian, REFERENCE.neutral)
    return measure(alike(SAID, face, 24.0), face)[6] - face.neutral


@pytest.mark.parametrize("strength", [0.75, 1.15])
def test_weak_and_strong_kisses_round_the_lips_of_a_speaker_alike(strength):
    usual, own = (measure(SAID)[6] - REFERENCE.neutral, shown(strength))
    for name in ("width", "upper_protrusion", "gap"):
        assert own[INDEX[name]] == pytest.approx(usual[INDEX[name]], rel=0.08)


def test_a_kiss_that_is_sculpted_far_too_strong_is_spoken_less_so():
    strong = SAID @ REFERENCE.jacobian[:, INDEX["width"]] * 3
    assert abs(shown(3.0)[INDEX["width"]]) < 0.9 * abs(strong[6])


def test_a_face_without_rounding_shapes_opens_all_the_same():
    assert shown(0.0)[INDEX["gap"]] == pytest.approx((measure(SAID)[6] - REFERENCE.neutral)[INDEX["gap"]], rel=0.08)
