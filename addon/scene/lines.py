# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of dialogue: each strip a character has spoken, where it stands, and whether it is still up to date."""

from __future__ import annotations

from typing import Any, Literal

from . import fcurves, properties, strips

State = Literal["current", "moved", "changed", "gone"]


def of_strip(root: Any, strip: Any, sequencer: Any) -> Any | None:
    """The line spoken from a strip, also when the strip was renamed since."""
    line = properties.line_named(root, strip.name)
    if line is not None:
        return line
    placement = strips.placement(strip, sequencer)
    orphans = (line for line in root.parlance.lines if strips.named(sequencer, line.name) is None)
    return next((line for line in orphans if strips.Placement.from_json(line.placement).moved(placement) == 0.0), None)


def state(line: Any, sequencer: Any) -> State:
    """Whether a line still fits its strip."""
    strip = strips.named(sequencer, line.name)
    if strip is None:
        return "gone"
    moved = strips.Placement.from_json(line.placement).moved(strips.placement(strip, sequencer))
    if moved is None:
        return "changed"
    return "moved" if abs(moved) > 1e-4 else "current"


def span_of(line: Any, fps: float) -> fcurves.Span:
    """The scene frames of a line as it was generated; the scene may have had another frame rate then."""
    return strips.frames_of(strips.Placement.from_json(line.placement), line.fps or fps)


def retimed(line: Any, fps: float) -> bool:
    """Whether the scene's frame rate is no longer the one a line was generated at."""
    return bool(line.fps) and abs(line.fps - fps) > 1e-3


def shift_to(line: Any, placement: strips.Placement, fps: float) -> float:
    """Frames by which a line's keys must move to follow its strip; 0 when more than its place changed."""
    before = strips.Placement.from_json(line.placement)
    if before.moved(placement) is None or retimed(line, fps):
        return 0.0
    return strips.frames_of(placement, fps).first - strips.frames_of(before, fps).first
