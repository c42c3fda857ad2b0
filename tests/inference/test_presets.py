# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets: shipped ones that differ visibly, and files from anywhere."""

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlance.inference.acting import act
from parlance.inference.direction import Direction, controls
from parlance.inference.errors import ParlanceError
from parlance.inference.presets import (
    Preset,
    format_preset,
    load_preset,
    parse_preset,
    preset_names,
    read_preset,
    write_preset,
)


def test_a_dozen_come_along():
    assert len(preset_names()) >= 12
    assert load_preset("natural").direction == Direction()
    names = {load_preset(name).name for name in preset_names()}
    assert len(names) == len(preset_names())


def test_they_differ_visibly(spoken):
    performance = spoken(20)
    made = {name: act(performance, load_preset(name).direction, fps=24, start=0.0) for name in preset_names()}
    for one, other in combinations(made, 2):
        apart = np.abs(made[one].shapes - made[other].shapes).max(axis=1)
        assert np.median(apart) > 0.08, (one, other)


def test_unknown_preset():
    with pytest.raises(ParlanceError, match="choose one of"):
        load_preset("grumpy")


numbers = st.fixed_dictionaries({}, optional={
    item.name: st.booleans() if isinstance(item.default, bool)
    else st.integers(int(item.low), int(item.high)) if isinstance(item.default, int)
    else st.floats(item.low, item.high)
    for item in controls()
})  # fmt: skip


@given(numbers)
def test_what_is_saved_is_what_is_loaded(values):
    preset = Preset("Mine", "For “close-ups”", replace(Direction(), **values))
    assert parse_preset(format_preset(preset)) == preset


def test_files(tmp_path):
    preset = Preset("顔", "", Direction(joy=0.5))
    path = tmp_path / "顔.json"
    write_preset(preset, path)
    assert read_preset(path) == preset
    with pytest.raises(ParlanceError, match="cannot be read"):
        read_preset(tmp_path / "absent.json")
    with pytest.raises(ParlanceError, match="choose another folder"):
        write_preset(preset, tmp_path / "absent" / "x.json")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ParlanceError, match="cannot be read"):
        read_preset(path)
    path.write_bytes(b" " * 2_000_000)
    with pytest.raises(ParlanceError, match="too long to be a preset"):
        read_preset(path)


def text(direction, **changes):
    return json.dumps({"format": "parlance direction", "version": 1, "name": "x", "direction": direction} | changes)


def test_values_beyond_the_range_become_its_bounds():
    preset = parse_preset(text({"jaw": 99, "joy": -3, "seed": 12.4}))
    assert preset.direction == Direction(jaw=2.0, joy=0.0, seed=12)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{", "line 1 is not valid JSON"),
        ("[]", "not a Parlance preset"),
        (text({}, format="other"), "not a Parlance preset"),
        (text({}, version=2), "another version"),
        (text({"jawz": 1}), "sets “jawz”, which Parlance does not have"),
        (text({"jaw": "wide"}), "“jaw” must be a number"),
        (text({"jaw": True}), "“jaw” must be a number"),
        (text({"listening": 1}), "“listening” must be true or false"),
        (text({"jaw": float("nan")}), "“jaw” must be a number"),
    ],
)
def test_what_is_wrong_with_a_preset_is_said(wrong, says):
    with pytest.raises(ParlanceError, match=says):
        parse_preset(wrong)
