# SPDX-License-Identifier: GPL-3.0-or-later
"""Random edits on a real f-curve: what is not ours keeps every bit, what was changed by hand is still there."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FIRST, LAST = 50, 250
INTERPOLATIONS = ("CONSTANT", "LINEAR", "BEZIER", "SINE", "BOUNCE", "ELASTIC")


@pytest.fixture
def fcurve():
    thing = bpy.data.objects.new("Thing", None)
    action = bpy.data.actions.new("Thing")
    slot = action.slots.new(id_type="OBJECT", name=thing.name)
    strip = action.layers.new("Layer").strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True).fcurves.new("location", index=0)


def curve(seed, gain):
    rng = np.random.default_rng(seed)
    t = np.arange(LAST - FIRST + 1)
    return gain * sum(rng.uniform(0.1, 0.5) * np.exp(-(((t - c) / 6) ** 2)) for c in rng.uniform(10, 190, 12))


@pytest.mark.ends
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_foreign_keys_keep_every_bit_and_changes_survive(room, fcurve, bits, data):
    fcurves, merging, keying = room("addon.animation.fcurves"), room("inference.keying.merged"), room("inference.keying")
    span = (keying.Span(FIRST, LAST),)
    fcurve.keyframe_points.clear()
    for frame in data.draw(st.lists(st.floats(-500, 40, width=32) | st.floats(260, 900, width=32), max_size=6, unique=True)):
        point = fcurve.keyframe_points.insert(frame, data.draw(st.floats(-2, 2, width=32)))
        point.interpolation = data.draw(st.sampled_from(INTERPOLATIONS))
        point.handle_left_type = data.draw(st.sampled_from(("FREE", "ALIGNED", "VECTOR", "AUTO", "AUTO_CLAMPED")))
    foreign = bits(fcurve, last=FIRST - 1), bits(fcurve, first=LAST + 1)

    def generated(gain):
        return keying.fit(curve(3, gain), FIRST, tolerance=0.01)

    record = merging.merged(keying.Record(), generated(1.0), fcurves.read(None))
    fcurves.replace(fcurve, record.written, span)
    changed = {}
    for gain in data.draw(st.lists(st.sampled_from((0.4, 0.8, 1.3)), min_size=1, max_size=3)):
        before = record.written
        index = data.draw(st.integers(1, len(before) - 2))
        point = min(fcurve.keyframe_points, key=lambda point, index=index: abs(point.co[0] - before.frames[index]))
        frame = point.co[0]
        for name in ("co", "handle_left", "handle_right"):
            getattr(point, name)[1] += 0.25
        changed[frame] = fcurve.evaluate(frame) - float(keying.evaluate(record.generated, frame))
        record = merging.merged(record, generated(gain), fcurves.read(fcurve, span))
        fcurves.replace(fcurve, record.written, span, generated=merging.is_ours(record))
        for frame, by in changed.items():
            expected = keying.evaluate(record.generated, frame) + by
            assert fcurve.evaluate(frame) == pytest.approx(float(expected), abs=0.02)
    assert (bits(fcurve, last=FIRST - 1), bits(fcurve, first=LAST + 1)) == foreign
    again = merging.merged(record, generated(gain), fcurves.read(fcurve, span))
    assert again.written is record.written or len(again.written) == len(record.written)


@pytest.mark.ends
@pytest.mark.parametrize("gains", [(0.4, 0.4), (0.8, 0.4), (1.3, 0.8)])
@pytest.mark.parametrize("index", [1, 2, 10, 14])
def test_neighbouring_keys_changed_one_after_the_other(room, fcurve, gains, index):
    fcurves, merging, keying = room("addon.animation.fcurves"), room("inference.keying.merged"), room("inference.keying")
    span = (keying.Span(FIRST, LAST),)
    results = [keying.fit(curve(3, gain), FIRST, tolerance=0.01) for gain in (1.0, *gains)]
    record = merging.merged(keying.Record(), results[0], fcurves.read(None))
    fcurves.replace(fcurve, record.written, span)
    changed = {}
    for chosen, ours in zip((index, index + 1), results[1:], strict=True):
        point = fcurve.keyframe_points[chosen]
        for name in ("co", "handle_left", "handle_right"):
            getattr(point, name)[1] += 0.25
        for frame in (point.co[0], *changed):
            changed[frame] = fcurve.evaluate(frame) - float(keying.evaluate(record.generated, frame))
        record = merging.merged(record, ours, fcurves.read(fcurve, span))
        fcurves.replace(fcurve, record.written, span, generated=merging.is_ours(record))
        for frame, by in changed.items():
            assert fcurve.evaluate(frame) == pytest.approx(float(keying.evaluate(record.generated, frame)) + by, abs=1e-4)
