# SPDX-License-Identifier: GPL-3.0-or-later
"""When an artist keys another target to look at, rebuild the lines and the idle whose gaze it changes."""

from __future__ import annotations

from typing import Any

from ..animation import fcurves, slots
from ..character import look_at
from ..lines import lines
from ..planning import plan
from . import idle, live


def refresh(root: Any) -> None:
    """Rebuild what looks elsewhere now. Raises ParlanceError where the character cannot be animated."""
    with idle.filled_after(root):
        for token in [line.token for line in root.parlance.lines]:
            line = lines.with_token(root, token)
            if line is None or line.idle or not line.performance or not lines.readable(line):
                continue
            if plan.looks_at(root, line) != line.looks_at:
                live.rebuild(root, line)


def is_keyed(root: Any) -> bool:
    """Whether keys choose what a character looks at."""
    playing = slots.existing(root)
    return playing is not None and fcurves.find(playing.bag, look_at.LOOK_TRACK) is not None
