# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered between two moves of a slider is what acting anew gives, to the last bit."""

from dataclasses import replace
from pathlib import Path

import pytest

from parlance.inference.acting import act, remembering
from parlance.inference.direction import Direction, controls
from parlance.inference.pipeline import hear_file

CLIP = Path(__file__).resolve().parents[2] / "demo" / "hello.flac"
ARRAYS = ("shapes", "emotion", "arousal", "blink", "gaze", "head")
BASE = Direction(auto_emotion=0.4, joy=0.3, seed=3)


@pytest.fixture(scope="module")
def performance():
    return hear_file(CLIP)


def acted(performance, direction):
    made = act(performance, direction, fps=24, start=0.0)
    return [getattr(made, name).tobytes() for name in ARRAYS], made.anchors


def other(item):
    """Another value of a slider."""
    here = getattr(BASE, item.name)
    if isinstance(item.default, bool):
        return not here
    return type(item.default)(item.low if here > (item.low + item.high) / 2 else item.high)


@pytest.mark.parametrize("item", tuple(controls()), ids=lambda item: item.name)
def test_a_slider_gives_what_acting_anew_gives(performance, item):
    acted(performance, BASE)  # to be remembered
    moved = replace(BASE, **{item.name: other(item)})
    after = acted(performance, moved)
    remembering._lines.clear()
    assert acted(performance, moved) == after


def test_an_animation_is_the_callers_own(performance):
    made = act(performance, BASE, fps=24, start=0.0)
    before = acted(performance, BASE)
    for name in ARRAYS:
        getattr(made, name)[:] = 0
    assert acted(performance, BASE) == before
