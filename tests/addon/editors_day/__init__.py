# SPDX-License-Identifier: GPL-3.0-or-later
"""An animator's day, as a list of operations that can be played again: what each of them does in Blender.

An operation is a name and three numbers; what the numbers choose is found when it is played, so that a list stays playable
whatever is taken out of it. What the artist's own keys must look like is kept by `hand_keys.HandKeys`.
"""

from __future__ import annotations

# In this order operations are chosen from: another order makes other days of the same seeds.
from . import lip_sync, idling, by_hand, strips, names, files, arranging, casting, locking, linking, sharing  # isort: skip  # noqa: F401
from .day import Day
from .operations import Op, a_day
from .what_is_there import animation_of_file, bags

__all__ = ["Day", "Op", "a_day", "animation_of_file", "bags"]
