# SPDX-License-Identifier: GPL-3.0-or-later
"""How an idle joins the lines on either side: each curve leaves a line where and as fast as that ended, and meets the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.arkit import INDEX, REGIONS
from ...inference.keying import Keys
from ...inference.keying.cut import select
from ...inference.keying.evaluate import evaluate
from ...inference.keying.ranges import Ranges, Span
from ..animation import fcurves, nla, slots
from . import line_keys

CurveKey: TypeAlias = tuple[int, str, int, str]
"""Identity of a datablock, data path, element, NLA layer."""
End: TypeAlias = tuple[float, float]
"""A value, and how much it changes from one frame to the next going towards it."""

LIDS: Final = frozenset(INDEX[name] for name in ("eyeBlinkLeft", "eyeBlinkRight"))
LOOKS: Final = frozenset(index for name, index in INDEX.items() if name.startswith("eyeLook"))
MOUTH: Final = frozenset({*REGIONS["jaw"], *REGIONS["mouth"], *REGIONS["tongue"]})
SETTLING: Final = {"lids": 0.2, "eyes": 0.09, "mouth": 0.35, "face": 1.0, "head": 1.3}
"""Seconds after which nothing is left of where a line ended: as long as a blink opens, a saccade, a mouth, a mood, a posture."""


@dataclass(frozen=True, eq=False)
class Joins:
    """Where the curves are at the frame before a gap and at the one after it; nothing where no line is there."""

    before: Mapping[CurveKey, End] = field(default_factory=dict)
    after: Mapping[CurveKey, End] = field(default_factory=dict)

    def joined(self, key: CurveKey, values: NDArray[Any], part: str, fps: float) -> NDArray[Any]:
        """float[F] values of one curve in the gap, led in from the line before and out to the line after."""
        frames = min(SETTLING[part] * fps, (len(values) + 1) / 2)
        for ends, way in ((self.before, 1), (self.after, -1)):
            if key in ends and len(values) > 1:
                led = (values[::way] + _left_over(values[::way], ends[key], frames))[::way]
                bounds = min(values.min(), ends[key][0]), max(values.max(), ends[key][0])
                values = led if part == "head" else np.clip(led, *bounds)
        return values

    @property
    def signature(self) -> str:
        """The same for the same joins, but for rounding."""
        sides = (self.before, self.after)
        return repr([[(key, round(a, 4), round(b, 4)) for key, (a, b) in sorted(side.items())] for side in sides])


def _left_over(values: NDArray[Any], end: End, frames: float) -> NDArray[Any]:
    """float[F] what is added to values so that they go on from `end` one frame before them, with its slope; then it fades."""
    slope = float(values[1] - values[0])
    away, faster = end[0] - (float(values[0]) - slope), end[1] - slope
    u = np.minimum(np.arange(1, len(values) + 1) / max(frames, 1.0), 1.0)
    fading = (2 * u**3 - 3 * u**2 + 1) * away + (u**3 - 2 * u**2 + u) * frames * faster
    return np.asarray(fading, values.dtype)


def part_of(channels: Collection[int]) -> str:
    """Which part of the face a curve moves that answers to these ARKit channels: a key of SETTLING."""
    found = frozenset(channels)
    for part, group in (("lids", LIDS), ("eyes", LOOKS), ("mouth", MOUTH)):
        if found & group and (part != "mouth" or found <= group):
            return part
    return "face"


def seen(root: Any, gaps: Ranges, beside: list[tuple[Span | None, Span | None]]) -> list[Joins]:
    """What stands on every curve of a character at the borders of each gap. Main thread.

    beside: the frames of the lines before and after each gap, None where there is none.
    """
    found: list[tuple[dict[CurveKey, End], dict[CurveKey, End]]] = [({}, {}) for _ in gaps]
    records = slots.Records()
    for curves in line_keys.slot_curves(root) if gaps else ():
        if curves.owner is None:
            continue
        layer = _layer(curves)
        for path, element in {(place.path, place.element) for place in records.at(curves)}:
            curve = fcurves.find(curves.bag, path, element)
            key = (curves.owner.session_uid, path, element, layer)
            keys = fcurves.read(curve)
            for ends, gap, sides in zip(found, gaps, beside, strict=True):
                for side, line, at, inner in zip(
                    ends, sides, (gap.first - 1, gap.last + 1), (gap.first - 2, gap.last + 2), strict=True
                ):
                    if line is None:
                        continue
                    mine = select(keys, line.holds(keys.frames))
                    if len(mine):
                        value, before = _ends(curve, mine, at, inner)
                        side[key] = (value, value - before)
                    elif path.startswith(("key_blocks", "parlance_tracks")):
                        side[key] = (0.0, 0.0)
    return [Joins(before, after) for before, after in found]


def _ends(curve: Any, mine: Keys, at: float, inner: float) -> tuple[float, float]:
    """The values at the border of a line, whose keys are `mine`, and one frame further in: whatever stands in the gap now.

    That is made of these values: where the artist has deleted the last keys of the line, it would drift with every filling.
    """
    first, last = mine.frames[0], mine.frames[-1]
    if first <= min(at, inner) and max(at, inner) <= last:
        return curve.evaluate(at), curve.evaluate(inner)
    value, before = evaluate(mine, [at, inner]).tolist()
    return value, before


def _layer(curves: slots.SlotCurves) -> str:
    """The NLA layer that a slot plays in, empty for the action itself."""
    data = curves.owner.animation_data
    if data.action == curves.action:
        return ""
    titles = {nla.title(layer): layer for layer in nla.BLENDING}
    tracks = (track for track in data.nla_tracks if any(strip.action == curves.action for strip in track.strips))
    return next((titles.get(track.name, "") for track in tracks), "")
