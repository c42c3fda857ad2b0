# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen between the lips of the modelled heads when they speak: on their posed vertices, from the front."""

import numpy as np
import pytest

from parlance.benchmarks.visible import Surface, look
from parlance.head.bust import build_parts, landmarks
from parlance.head.design import DESIGNS
from parlance.inference import arkit
from parlance.inference.acting import Performer, act
from parlance.inference.direction import Direction
from parlance.inference.from_phones import performance_from
from parlance.inference.performance import Phone
from parlance.inference.rigging import recognise
from parlance.inference.rigging.calibration import calibrate

FPS = 24
SAID = ("f", "m", "v", "w", "a")
STILL = Direction(blink_rate=0.0, blink_rate_silent=0.0, blink_gaze=0.0, head_amount=0.0, breath=0.0, life=0.0, brow_amount=0.0)
MIDDLE = 6.0
"""Millimetres to either side in which teeth are measured: the incisors."""


@pytest.fixture(scope="module", params=DESIGNS.values(), ids=lambda design: design.name)
def speaking(request):
    """What is seen of a head at rest, {"sil": View}, and in the middle of each sound of SAID."""
    parts = {part.name: part for part in build_parts(request.param)}
    inside = [parts[name] for name in ("Face", "Upper Teeth", "Lower Teeth", "Tongue")]
    face = parts["Face"]
    shapes = {name: face.shapes[name].astype(np.float32) for name in arkit.NAMES if name in face.shapes}
    geometry = calibrate(face.points.astype(np.float32), shapes, recognise(shapes)).geometry
    phones = [Phone("sil", 0.0, 0.5)]
    for symbol in SAID:
        for part, length in (("ə", 0.1), (symbol, 0.16)):
            phones.append(Phone(part, phones[-1].end, phones[-1].end + length))
    phones.append(Phone("sil", phones[-1].end, phones[-1].end + 0.5))
    spoken = act(performance_from(phones), STILL, fps=FPS, start=0.0, performer=Performer(geometry)).shapes
    marks = landmarks()
    mouth = face.points[[marks["upper_lip_inner"], marks["lower_lip_inner"]]].mean(0)

    def seen(weights):
        return look({part.name: Surface(_posed(part, weights), _triangles(part.quads)) for part in inside}, mouth)

    views = {"sil": seen(spoken[2])}
    for phone in phones:
        if phone.symbol in SAID:
            views[phone.symbol] = seen(spoken[round((phone.start + phone.end) / 2 * FPS)])
    return views


def _posed(part, weights):
    moved = ((float(weights[arkit.INDEX[name]]), shape) for name, shape in part.shapes.items())
    return part.points + sum((weight * shape for weight, shape in moved if weight), np.zeros_like(part.points))


def _triangles(quads):
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


@pytest.mark.parametrize("symbol", ["f", "v"])
def test_f_and_v_show_the_upper_teeth_on_the_lower_lip(speaking, symbol):
    """Of the 2.5 mm that the lips stand apart, as those of a filmed speaker do (2.45), 1.7 are teeth."""
    view = speaking[symbol]
    assert view.height("Upper Teeth", MIDDLE) > 1.7
    assert view.area("Lower Teeth") + view.area("Tongue") < 1.0


def test_no_teeth_are_seen_between_closed_lips(speaking):
    assert speaking["m"].area("Upper Teeth") + speaking["m"].area("Lower Teeth") == 0.0
    assert speaking["sil"].area("Upper Teeth") + speaking["sil"].area("Lower Teeth") < 2.0


def test_the_tongue_stays_out_of_sight_but_in_an_open_vowel(speaking):
    assert max(speaking[symbol].area("Tongue") for symbol in ("sil", "m", "f", "v", "w")) < 2.0


def test_an_open_vowel_opens_the_mouth(speaking):
    inside = sum(speaking["a"].height(name, MIDDLE) for name in ("Upper Teeth", "Lower Teeth", "Tongue"))
    assert inside > 3.0
