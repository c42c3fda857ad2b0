# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers in a file are read as arithmetic, or not at all."""

import pytest

from parlance.inference.rigging.driver_response import line, value


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("2 * var + other", 1.5),
        ("var if var > 0.4 else 0", 0.5),
        ("clamp(var * 4)", 1.0),
        ("smoothstep(0, 1, var)", 0.5),
        ("lerp(1, 3, var)", 2.0),
        ("var ** 2", 0.25),
        ("var ** 1000000", None),
        ("degrees(pi)", 180.0),
        ("unknown + 1", None),
        ("var / 0", None),
        ("print(var)", None),
        ("var.__class__", None),
        ("(", None),
    ],
)
def test_an_expression_is_arithmetic_or_nothing(expression, result):
    found = value(expression, {"var": 0.5, "other": 0.5})
    assert found == (None if result is None else pytest.approx(result))


@pytest.mark.parametrize(
    ("response", "low", "high", "gain"),
    [
        (lambda x: max(0.0, -4 * x), None, None, -4.0),
        (lambda x: min(x / 90.0, 1.0), None, None, 1 / 90),
        (lambda x: x * x, 0.0, 1.0, 1.0),
        (lambda x: 0.5 * x, 0.0, 1.0, 0.5),
        (lambda x: 20 * x, -0.02, 0.05, 20.0),
    ],
)
def test_a_bent_response_is_followed_to_where_it_is_full(response, low, high, gain):
    found, offset = line(response, low, high)
    assert found == pytest.approx(gain, rel=0.12)
    assert offset == 0.0


def test_a_control_that_does_nothing_is_none():
    assert line(lambda x: 0.0, None, None) is None
    assert line(lambda x: None, 0.0, 1.0) is None
