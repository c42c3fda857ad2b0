# SPDX-License-Identifier: GPL-3.0-or-later
"""Vocal sounds added, moved and removed by hand stay so, whatever is heard afterwards."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference.formats import performance_file
from parlance.inference.performance import Event
from parlance.inference.retouch import vocal_track
from parlance.inference.retouch.retouching import Retouching

BREATH = Event("breath", 1.0, 0.4, 0.5, 0.8)
LAUGH = Event("laugh", 3.0, 1.0, 0.6, 0.7)
HEARD = (BREATH, LAUGH)


def test_what_was_added_comes_along_into_another_hearing():
    mine = vocal_track.added(HEARD, vocal_track.made("cough", 5.0, 5.5))
    later = (replace(BREATH, time=0.9), replace(LAUGH, time=2.9))
    assert vocal_track.carried(HEARD, mine, later, shift=0.1) == (*later, replace(mine[-1], time=4.9))


def test_what_was_removed_stays_away_however_it_is_heard_now():
    again = (BREATH, replace(LAUGH, time=3.1, duration=0.8, confidence=0.9))
    assert vocal_track.carried(HEARD, vocal_track.without(HEARD, 1), again) == (BREATH,)


def test_a_moved_sound_is_not_there_twice():
    moved = (BREATH, replace(LAUGH, time=3.4))
    assert vocal_track.carried(HEARD, moved, HEARD) == moved


@pytest.mark.parametrize("kind", ["throat", "sneeze"])
def test_what_is_never_heard_takes_the_place_of_the_cough_that_it_was_heard_as(kind):
    cough = Event("cough", 5.0, 0.6, 0.7, 0.65)
    meant = vocal_track.made(kind, 5.1, 5.8)
    assert vocal_track.added((*HEARD, cough), meant) == (*HEARD, meant)
    assert vocal_track.carried((*HEARD, cough), (*HEARD, meant), (*HEARD, cough)) == (*HEARD, meant)


def test_adding_the_same_again_changes_nothing():
    once = vocal_track.added(HEARD, vocal_track.made("sigh", 4.5, 5.2, 0.8))
    assert vocal_track.added(once, vocal_track.made("sigh", 4.5, 5.2, 0.8)) == once
    assert len(vocal_track.added(once, vocal_track.made("cry", 4.5, 5.2))) == len(once) + 1


def test_single_precision_is_no_change(spoken):
    performance = vocal_track.replaced(spoken(12.0), HEARD)
    as_stored = tuple(
        replace(event, time=float(np.float32(event.time)), strength=float(np.float32(event.strength))) for event in HEARD
    )
    assert Retouching(vocals=as_stored, vocals_heard=HEARD).revised(performance) is performance


def test_an_emptied_list_is_empty_and_none_is_as_heard(spoken):
    performance = vocal_track.replaced(spoken(12.0), HEARD)
    assert vocal_track.of(Retouching().revised(performance)) == HEARD
    assert vocal_track.of(Retouching(vocals=(), vocals_heard=HEARD).revised(performance)) == ()


def test_stored_performances_keep_them_and_older_ones_still_open(spoken):
    performance = vocal_track.replaced(spoken(12.0), HEARD)
    assert vocal_track.of(performance_file.from_bytes(performance_file.to_bytes(performance))) == HEARD


@pytest.mark.parametrize("version", [1, 2])
def test_every_version_that_was_ever_written_opens(spoken, version, monkeypatch):
    written = vars(performance_file)["asdict"]

    def as_then(item):
        plain = written(item)
        if version == 1:
            plain.pop("confidence") if isinstance(item, Event) else None
        return plain

    monkeypatch.setattr(performance_file, "VERSION", version)
    monkeypatch.setattr(performance_file, "asdict", as_then)
    performance = spoken(12.0)
    opened = performance_file.from_bytes(performance_file.to_bytes(performance))
    assert [event.kind for event in opened.events] == [event.kind for event in performance.events]
