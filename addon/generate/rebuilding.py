# SPDX-License-Identifier: GPL-3.0-or-later
"""A line acted anew from its stored Performance, ready to be written: nothing is heard again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..lines import lines
from ..lines.data import Draft, Plan
from ..performing import perform
from ..planning import plan


def drafted(root: Any, line: Any, *, take_over: bool = False) -> tuple[Plan, Draft]:
    """A line as it is now, in its own scene. Raises ParlanceError when the character cannot be animated now.

    take_over: let keys that the artist made give way.
    """
    planned = replace(plan.replan(lines.scene_of(line), root, line), take_over=take_over)
    return planned, perform.perform(planned)
