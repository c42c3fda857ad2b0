# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line's keys must show: its stored Performance acted again."""

import pytest


@pytest.fixture
def expected(room):
    """The curves that a line's stored performance should give, float32[F, 52], and the first frame."""

    def act(root, scene):
        line = root.parlance.lines[0]
        performance = room("addon.animation.stored").unpack(line.performance)
        direction = room("addon.properties.properties").direction_of(line.direction)
        strips = room("addon.sequencer.strips")
        fps = strips.rate(scene)
        span = strips.frames_of(strips.Placement.from_json(line.placement), fps)
        acting = room("inference.acting")
        animation = acting.act(
            performance,
            acting.headless(direction),
            fps=fps,
            start=span.first / fps,
            extent=acting.Extent(frames=int(span.last - span.first) + 1),
        )
        return animation.shapes, int(span.first)

    return act
