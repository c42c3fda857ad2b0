# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of the model card are right where the answer is known."""

import numpy as np
import pytest

from parlance.inference.performance import Phone
from parlance.models.evaluate import metrics

TIMES = (np.arange(200) + 0.5) / 50
SEGMENTS = (("sil", 0, 1), ("m", 1.0, 1.1), ("a", 1.1, 1.5), ("b", 1.5, 1.6), ("i", 1.6, 2.0), ("sil", 2, 4))
PHONES = tuple(Phone(*segment) for segment in SEGMENTS)


def gap_closed_at(*spans):
    gap = np.full(200, 6.0)
    for start, end in spans:
        gap[(start <= TIMES) & (end >= TIMES)] = 0.0
    return gap


def test_lips_that_close_where_they_should():
    figures = metrics.closures([(gap_closed_at((1.0, 1.1), (1.5, 1.6)), PHONES)])
    assert (figures.recall, figures.false, figures.auc) == (1.0, 0.0, 1.0)
    assert (figures.bilabials, figures.vowels) == (2, 2)
    assert len(figures.timing) == 1  # what follows silence may close whenever it likes
    assert np.abs(figures.timing).max() < 0.02


def test_a_missed_closure_and_a_shut_vowel():
    figures = metrics.closures([(gap_closed_at((1.0, 1.1), (1.75, 1.85)), PHONES)])
    assert figures.recall == 0.5
    assert figures.false == 0.5


def test_late_lips_are_reported_late():
    figures = metrics.closures([(gap_closed_at((1.56, 1.62)), PHONES)])
    assert figures.timing == pytest.approx([0.065], abs=0.01)


def test_a_mouth_that_never_opens_is_not_rewarded():
    figures = metrics.closures([(np.zeros(200), PHONES)])
    assert (figures.recall, figures.false, figures.auc) == (1.0, 1.0, 0.5)


def test_auc_of_known_cases():
    assert metrics.auc([2, 3], [0, 1]) == 1.0
    assert metrics.auc([0, 1], [2, 3]) == 0.0
    assert metrics.auc([1, 1], [1, 1]) == 0.5
    assert np.isnan(metrics.auc([], [1]))


def test_correlation_lag_and_spread():
    truth = np.sin(TIMES * 9) + np.sin(TIMES * 23)
    assert metrics.correlation(3 * truth + 1, truth) == pytest.approx(1)
    assert metrics.spread_ratio(0.5 * truth, truth) == pytest.approx(0.5)
    assert metrics.lag(np.roll(truth, 3), truth) == pytest.approx(0.06)
    assert np.isnan(metrics.correlation(np.ones(10), truth[:10]))


def test_unweighted_recall_ignores_how_common_a_class_is():
    assert metrics.unweighted_recall([0, 0, 0, 0, 0], [0, 0, 0, 0, 1]) == 0.5


def test_interval_contains_the_mean():
    mean, low, high = metrics.interval([0.1, 0.5, 0.9, float("nan")])
    assert mean == pytest.approx(0.5)
    assert low < mean < high
