# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours are worked out a stretch at a time: whatever the stretches, the line is the same to the last bit."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parlance.inference import geometry, rowwise, spool
from parlance.inference.acting import Extent, Performer, act, composing
from parlance.inference.acting.cues import Cue
from parlance.inference.articulation import shape
from parlance.inference.direction import Direction
from parlance.inference.formats import performance_file
from parlance.inference.keying import cut, fit_all
from parlance.inference.learning.rules import Placed, Rule
from parlance.inference.performance import Event, Phone
from parlance.inference.pipeline import hear_file
from parlance.inference.retouch import phone_track
from parlance.inference.retouch.retouching import Passage, Retouching

CLIP = Path(__file__).resolve().parents[2] / "demo" / "hello.flac"

DIRECTIONS = {
    "as it is": Direction(),
    "slow": Direction(smoothing=0.5, mouth_smoothing=0.2, hold=0.2, relax=1.0, onset=2.0, asymmetry=1.0, joy=0.8, fear=0.4),
    "felt": Direction(anger=0.7, tension=0.3, life=2.0, mood="confused", sustain=1.0, mouth_takes=1.0, lopsided=-0.6),
    "listening": Direction(listening=True, joy=0.3),
}
BASE = Direction(seed=2)


@pytest.fixture(scope="module")
def performance():
    """The bundled clip, with a laugh in it."""
    heard = hear_file(CLIP)
    laugh = Event("laugh", 0.4 * heard.duration, 0.9, 1.0)
    return replace(heard, events=tuple(sorted((*heard.events, laugh), key=lambda event: event.time)))


@pytest.mark.parametrize("name", DIRECTIONS)
@pytest.mark.parametrize(("fps", "at_once"), [(24.0, 1), (24.0, 17), (60.0, 100), (23.976, 64)])
def test_a_line_composed_in_stretches_is_the_line_composed_at_once(monkeypatch, performance, name, fps, at_once):
    if at_once == 1:
        performance = replace(performance, duration=2.0)
    whole = acted(performance, DIRECTIONS[name], fps)
    monkeypatch.setattr(composing.Composing.shapes, "__defaults__", (at_once,))
    monkeypatch.setattr(rowwise.stretches, "__defaults__", (at_once,))
    pieces = acted(performance, DIRECTIONS[name], fps)
    assert np.array_equal(whole.shapes, pieces.shapes)
    assert np.array_equal(whole.layers["emotion"], pieces.layers["emotion"])


def acted(performance, direction, fps):
    rules = (Placed(Rule(frozenset({"a", "l", "o"}), ("jawOpen",), "factor", 0.5)),)
    cues = (Cue("raise", 1.0, units=(("browInnerUp", 1.0),)),)
    return act(performance, direction, fps=fps, start=0.0, performer=Performer(rules=rules), cues=cues)


@pytest.mark.parametrize("at_once", [1, 30, 77, 200])
def test_a_mouth_shaped_in_stretches_is_the_mouth_shaped_at_once(monkeypatch, performance, at_once):
    frames = slice(0, 40) if at_once == 1 else slice(None)
    given = performance.curves[frames], performance.posteriors[frames], performance.phones
    whole = shape(*given)
    monkeypatch.setattr(rowwise.stretches, "__defaults__", (at_once,))
    assert np.array_equal(whole, shape(*given))


def test_a_frame_is_solved_alike_whatever_frames_are_beside_it():
    wanted = geometry.REFERENCE.neutral + np.random.default_rng(0).random((300, geometry.COUNT), np.float32) * 4
    whole = geometry.solve(wanted)
    for first, last in ((0, 1), (7, 9), (120, 299), (299, 300)):
        assert np.array_equal(geometry.solve(wanted[first:last]), whole[first:last])


def test_large_arrays_lie_in_a_file_and_are_evicted(monkeypatch):
    monkeypatch.setattr(spool, "LARGE", 1000)
    kept = spool.zeros((500, 52))
    assert kept.shape == (500, 52)
    assert not kept.any()
    kept[:] = np.arange(52)
    spool.evict(kept)
    assert (kept == np.arange(52, dtype=np.float32)).all()


def test_curves_fitted_one_by_one_have_the_keys_of_all_fitted_together(monkeypatch, performance):
    acted_curves = acted(performance, DIRECTIONS["felt"], 24.0).shapes
    together = fit_all(acted_curves, 1.0, tolerance=0.01)
    monkeypatch.setattr(importlib.import_module(fit_all.__module__), "AT_ONCE", 1)
    alone = fit_all(acted_curves, 1.0, tolerance=0.01)
    assert all(cut.identical(one, other) for one, other in zip(together, alone, strict=True))


def test_a_performance_of_several_stretches_is_stored_as_a_whole(monkeypatch, performance):
    whole = performance_file.to_bytes(performance)
    read = performance_file.from_bytes(whole)
    monkeypatch.setattr(rowwise.stretches, "__defaults__", (33,))
    assert performance_file.to_bytes(performance) == whole
    again = performance_file.from_bytes(whole)
    assert np.array_equal(again.curves, read.curves)
    assert np.array_equal(again.posteriors, read.posteriors)


@pytest.mark.parametrize("name", DIRECTIONS)
@pytest.mark.parametrize("is_long", [False, True])
def test_frames_that_are_shown_alone_are_those_of_the_whole(monkeypatch, performance, name, is_long):
    monkeypatch.setattr(rowwise.stretches, "__defaults__", (100,))
    if is_long:  # of a long performance no more of the mouth is worked out than is shown
        monkeypatch.setattr(composing, "AT_ONCE", 100)
    whole = act(performance, DIRECTIONS[name], fps=24.0, start=0.0)
    for shown in (slice(0, 20), slice(100, 140), slice(230, len(whole.shapes))):
        part = act(performance, DIRECTIONS[name], fps=24.0, start=0.0, extent=Extent(shown=shown))
        assert part.start == whole.start + shown.start / 24.0
        for track in ("shapes", "head", "gaze", "blink", "emotion"):
            assert np.array_equal(getattr(part, track), getattr(whole, track)[shown]), track


@pytest.mark.parametrize(("start", "end"), [(1.0, 2.51), (-1.0, 0.7), (3.0, 90.0), (2.0, 2.01), (-3.0, -2.0), (80.0, 90.0)])
def test_a_passage_is_acted_only_where_it_is_and_is_there_as_in_the_whole_line(performance, start, end):
    passages = (Passage(start, end, 0.4, DIRECTIONS["felt"]), Passage(2.0, 3.5, 0.2, replace(Direction(), joy=0.8, lead=0.1)))

    def made(part):
        retouching = Retouching(passages=passages)
        return retouching.acted(
            lambda direction, shown: act(performance, direction, fps=24.0, start=0.0, extent=Extent(shown=part and shown)), BASE
        )

    there, whole = made(True), made(None)
    for track in ("shapes", "head", "gaze", "blink", "emotion", "arousal", "anchors"):
        assert np.array_equal(getattr(there, track), getattr(whole, track)), track
    for layer, curves in whole.layers.items():
        assert np.array_equal(there.layers[layer], curves), layer


def test_phones_of_two_hours_are_as_heard_when_they_come_back_in_single_precision():
    heard = tuple(Phone("a", time, time + 0.08) for time in np.arange(0.0, 7200.0, 61.03).tolist())
    read = tuple(replace(phone, start=float(np.float32(phone.start)), end=float(np.float32(phone.end))) for phone in heard)
    assert phone_track.settled(read, heard) == heard
    moved = replace(read[-1], start=read[-1].start + 0.02)
    assert phone_track.changed((moved,), heard) == (True,)
