# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs when the extension is disabled: whatever starts a timer, thread or handler says here how it is stopped.

So switching it off reads no module that was never used, whose file may be gone by then.
"""

from __future__ import annotations

from collections.abc import Callable

_ends: dict[Callable[[], None], None] = {}


def ends_with(end: Callable[[], None]) -> None:
    """Call this when the extension is switched off; once, however often it was asked for."""
    _ends[end] = None


def leave() -> None:
    """End everything, the last that was begun first."""
    while _ends:
        _ends.popitem()[0]()
