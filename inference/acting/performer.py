# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a character changes how it acts a line, whatever is said: its face, its rules, its style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..geometry import REFERENCE, Geometry
from ..learning.rules import Placed
from ..style import Worn


@dataclass(frozen=True, eq=False)
class Performer:
    """A character as acting sees it.

    geometry: its face, on which lips and lids must meet.
    rules: how it says some sounds differently, learned from an artist's corrections.   style: how it moves the mouth, learned
        from a performance. Whatever they ask for, closures stay closed.
    """

    geometry: Geometry = REFERENCE
    rules: Sequence[Placed] = ()
    style: Worn | None = None


ANYBODY: Final = Performer()
"""A character with the reference face, and no ways of its own."""
