# SPDX-License-Identifier: GPL-3.0-or-later
"""What was acted and keyed in each gap of a character last: a slider of one line changes the gaps beside it, and no others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...inference.animation import Animation
from ..lines.data import DraftCurve, Gap, IdlePlan, Plan

Made = tuple[Animation, tuple[DraftCurve, ...]]
CHARACTERS: Final = 4
MOST_FRAMES: Final = 4096
"""Of all gaps of a character together: longer ones are filled in the background, and not worth their memory (2 MB here)."""
_lock: Final = threading.Lock()
"""A slider may ask while a worker does."""
_last: dict[int, _Filling] = {}


@dataclass(frozen=True, eq=False)
class _Filling:
    """All gaps of a character as they were made last.   given: what they have in common."""

    given: tuple[Any, ...]
    made: dict[tuple[Any, ...], Made]


def each(plan: Plan, idle: IdlePlan, make: Callable[[Gap], Made]) -> list[Made]:
    """What `make` gives for each gap, taken from last time where everything that decides it is the same. Any thread."""
    if plan.edits or sum(gap.span.length for gap in idle.gaps) > MOST_FRAMES:
        return [make(gap) for gap in idle.gaps]
    given = _in_common(plan, idle)
    with _lock:
        last = _last.get(plan.root)
    known = last.made if last is not None and last.given == given else {}
    asked = [_of_its_own(gap) for gap in idle.gaps]
    made = [known[own] if own in known else make(gap) for own, gap in zip(asked, idle.gaps, strict=True)]
    with _lock:
        _last.pop(plan.root, None)
        _last[plan.root] = _Filling(given, dict(zip(asked, made, strict=True)))
        while len(_last) > CHARACTERS:
            _last.pop(next(iter(_last)))
    return made


def _in_common(plan: Plan, idle: IdlePlan) -> tuple[Any, ...]:
    """What every gap is made from: the character, and what it hears meanwhile. Nobody speaks, so that this is all of a voice."""
    heard, turning = idle.heard, [(each.owner, each.part, each.joint) for each in plan.joints]
    joints = tuple((*whose, joint.path, joint.mode, *joint.rest) for *whose, joint in turning)  # none of Blender's own is kept
    return (
        *(plan.root, plan.body, plan.fps, plan.output, plan.faces, plan.sources, joints, plan.rigging),
        *(heard.duration, heard.events, heard.speech.tobytes(), idle.cues),
    )


def _of_its_own(gap: Gap) -> tuple[Any, ...]:
    """What one gap is made from, to the bit."""
    ways = (_bytes(gap.target), _bytes(gap.partner))
    joins = (tuple(side.items()) for side in (gap.joins.before, gap.joins.after))
    return (gap.span, gap.start, gap.end, gap.goes_on, *ways, *joins)


def _bytes(way: NDArray[np.float32] | None) -> bytes | None:
    return None if way is None else way.tobytes()
