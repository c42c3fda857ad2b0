# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames lie in a line's ranges however many those are, and whichever border a key was rounded on."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference.keying.ranges import ROUNDED, Span, holds

spans = st.builds(lambda first, length: Span(first / 2, (first + length) / 2), st.integers(-40, 200), st.integers(0, 30))


@settings(deadline=None)
@given(ranges=st.lists(spans, max_size=30), offset=st.sampled_from([0.0, 0.25, ROUNDED / 2, -ROUNDED / 2]))
def test_frames_lie_in_ranges_where_they_lie_in_one_of_them(ranges, offset):
    frames = np.arange(-25.0, 125.0, 0.5) + offset
    inside = np.any([span.holds(frames) for span in ranges], axis=0) if ranges else np.zeros(len(frames), bool)
    assert holds(tuple(ranges), frames).tolist() == inside.tolist()
