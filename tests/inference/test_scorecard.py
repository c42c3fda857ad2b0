# SPDX-License-Identifier: GPL-3.0-or-later
"""A card tells good animation from bad, by what is wrong with it."""

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.acting import act
from parlance.inference.checking import scorecard
from parlance.inference.direction import Direction
from parlance.inference.from_phones import performance_from
from parlance.inference.performance import Phone


@pytest.fixture(scope="module")
def heard():
    rng = np.random.default_rng(1)
    phones, now = [Phone("sil", 0.0, 1.5)], 1.5
    for _ in range(70):
        length = float(rng.uniform(0.07, 0.14))
        phones.append(Phone(str(rng.choice(list("mapobisuetvofkidnlza"))), now, now + length))
        now += length
    return performance_from([*phones, Phone("sil", now, now + 2.0)])


@pytest.fixture(scope="module")
def good(heard):
    return act(heard, Direction(), fps=60, start=0.0).shapes


def rows(heard, shapes, late=0.0):
    times = np.arange(len(shapes)) / 60 - late
    return {row.name: row for row in scorecard.card(heard, shapes, times)}


def test_what_we_make_is_good(heard, good):
    found = rows(heard, good)
    assert len(found) == 7
    for row in found.values():
        assert row.good, row


@pytest.mark.parametrize("late", [-0.3, -0.12, -0.04, 0.04, 0.1, 0.3])
def test_an_offset_is_told_within_20_ms(heard, good, late):
    shifted = rows(heard, good, -late)["Mouth behind the sound"].value
    zero = rows(heard, good)["Mouth behind the sound"].value
    assert shifted - zero == pytest.approx(1000 * late, abs=20)


def test_each_fault_is_named(heard, good):
    jaw = arkit.INDEX["jawOpen"]
    ajar = good.copy()
    ajar[:, jaw] = np.maximum(ajar[:, jaw], 0.2)
    ajar[0] = 0
    assert not rows(heard, ajar)["p, b, m that close"].good
    mumbled = good * 0.2
    assert not rows(heard, mumbled)["Widest openings"].good
    restless = good.copy()
    restless[:, jaw] += 0.1 * np.abs(np.sin(np.arange(len(good)) / 3)).astype(np.float32)
    assert not rows(heard, restless)["Motion left in pauses"].good
    flap = np.zeros_like(good)
    flap[:, jaw] = good[:, jaw]
    assert not rows(heard, flap)["Mouth shapes in use"].good


def test_a_still_face_has_no_offset(heard, good):
    assert "Mouth behind the sound" not in rows(heard, np.zeros_like(good))


def test_a_report_says_when_it_cannot_be_read(heard, good):
    times = np.arange(len(good)) / 60
    shut = good.copy()
    shut[(times > 4) & (times < 5)] = 0
    told = scorecard.summary(heard, shut, times)
    assert "Syllables that read" in told
    moments = [float(word) for word in told.rpartition("hardest to read at ")[2].replace(" s", "").split(", ")]
    assert 1 <= len(moments) <= scorecard.WORST
    assert all(3.7 < moment < 5 for moment in moments[:2])
    assert scorecard.summary(heard, np.zeros_like(good), times).count(" s,") == scorecard.WORST - 1
