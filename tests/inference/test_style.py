# SPDX-License-Identifier: GPL-3.0-or-later
"""What a performer does differently is found again, and nothing is found where there is nothing."""

import dataclasses

import numpy as np
import pytest

from parlance.inference import arkit, style
from parlance.inference.acting import act
from parlance.inference.direction import Direction
from parlance.inference.errors import ParlanceError
from parlance.inference.from_phones import performance_from
from parlance.inference.learning import style_fit
from parlance.inference.learning.classes import GROUPS
from parlance.inference.learning.style_fit import Material
from parlance.inference.performance import Phone

QUIET = Direction(emotion_strength=0.0)


@pytest.fixture(scope="module")
def heard():
    """Twenty-four seconds of sounds in an order of chance."""
    rng = np.random.default_rng(3)
    pool = list("mapobisuetvofkidnlza")
    phones, now = [], 0.0
    while now < 24:
        length = float(rng.uniform(0.07, 0.16))
        symbol = "sil" if rng.random() < 0.04 else str(rng.choice(pool))
        phones.append(Phone(symbol, now, now + length))
        now += length
    return performance_from(phones)


@pytest.fixture(scope="module")
def asked(heard):
    return act(heard, QUIET, fps=60, start=0.0).layers["speech"]


def performer(asked, heard, times, seed=0):
    """Opens further, purses on o and u, hangs the left corner, and is 40 ms late."""
    late = style.delayed(asked, times, 0.04).copy()
    late[:, arkit.INDEX["jawOpen"]] *= 1.5
    late[:, arkit.INDEX["mouthFrownLeft"]] += 0.15 * (style.presence(heard.posteriors, times).sum(axis=1) > 0.5)
    oo = [row for row, (label, _) in enumerate(GROUPS) if label in {"o", "oo"}]
    late[:, arkit.INDEX["mouthFunnel"]] += 0.4 * style.presence(heard.posteriors, times)[:, oo].sum(axis=1)
    late += np.random.default_rng(seed).normal(0, 0.01, late.shape).astype(np.float32)
    return np.clip(late, 0, 1).astype(np.float32)


def test_a_performer_is_found_again(heard, asked):
    times = np.arange(len(asked)) / 60
    shown = performer(asked, heard, times)
    found = style_fit.fit("Ana", Material.of(asked, shown, times, heard.posteriors))
    assert found.error_after <= 0.5 * found.error_before
    assert found.likeness_after >= found.likeness_before
    assert found.style.lag == pytest.approx(0.04, abs=0.011)
    jaw, left, right = (arkit.INDEX[name] for name in ("jawOpen", "mouthFrownLeft", "mouthFrownRight"))
    assert found.style.gain[jaw] == pytest.approx(1.5, abs=0.15)
    styled = style.applied(asked, style.Worn(found.style), times, heard.posteriors)
    assert styled[:, left].mean() - asked[:, left].mean() > 0.1
    assert abs(styled[:, right].mean() - asked[:, right].mean()) < 0.03


def test_chance_alone_teaches_nothing(heard, asked):
    times = np.arange(len(asked)) / 60
    noise = np.clip(asked + np.random.default_rng(5).normal(0, 0.05, asked.shape), 0, 1).astype(np.float32)
    try:
        found = style_fit.fit("Noise", Material.of(asked, noise, times, heard.posteriors)).style
    except ParlanceError:
        return
    assert abs(found.gain - 1).max() < 0.25
    assert abs(found.by_class).max() < 0.08


def test_our_own_animation_teaches_nothing(heard, asked):
    times = np.arange(len(asked)) / 60
    keyed = np.clip(asked + np.random.default_rng(5).normal(0, 0.003, asked.shape), 0, 1).astype(np.float32)
    with pytest.raises(ParlanceError, match="moves as ours does"):
        style_fit.fit("Us", Material.of(asked, keyed, times, heard.posteriors))


def test_too_little_is_told(heard, asked):
    times = np.arange(len(asked)) / 60
    few = slice(0, 400)
    with pytest.raises(ParlanceError, match="at least 10 s"):
        style_fit.fit("Few", Material.of(asked[few], asked[few], times[few], heard.posteriors))


def test_strength_goes_from_nothing_to_all(heard, asked):
    times = np.arange(len(asked)) / 60
    found = style_fit.fit("Ana", Material.of(asked, performer(asked, heard, times), times, heard.posteriors)).style
    assert style.applied(asked, style.Worn(found, 0.0), times, heard.posteriors) is asked
    jaw = arkit.INDEX["jawOpen"]
    levels = [style.applied(asked, style.Worn(found, s), times, heard.posteriors)[:, jaw].std() for s in (0.0, 0.5, 1.0, 1.5)]
    assert all(np.diff(levels) > 0)


def test_a_style_survives_its_file(heard, asked):
    times = np.arange(len(asked)) / 60
    found = style_fit.fit("Ana", Material.of(asked, performer(asked, heard, times), times, heard.posteriors)).style
    kept = dataclasses.replace(found, habits={"blink_rate": 31.0})
    read = style.from_json(style.to_json(kept))
    np.testing.assert_allclose(read.gain, kept.gain, atol=1e-4)
    np.testing.assert_allclose(read.by_class, kept.by_class, atol=1e-4)
    assert (read.name, read.lag, read.habits) == (kept.name, kept.lag, kept.habits)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format": "parlance style", "version": 1}', '{"format": "parlance style", "version": 2}']
)
def test_other_files_are_refused(text):
    with pytest.raises(ParlanceError, match=r"\.$"):
        style.from_json(text)


def test_habits_are_counted():
    shown, asked = (np.zeros((60 * 30, arkit.COUNT), np.float32) for _ in range(2))
    for blink in range(10):
        shown[blink * 150 + 20 : blink * 150 + 28, [arkit.INDEX["eyeBlinkLeft"], arkit.INDEX["eyeBlinkRight"]]] = 1
    assert style_fit.habits(shown, asked, 60.0) == {"blink_rate": pytest.approx(20.0, abs=0.1)}
