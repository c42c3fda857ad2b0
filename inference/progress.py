# SPDX-License-Identifier: GPL-3.0-or-later
"""How work that takes long tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[float, str], None]
"""Called with how much is done, 0..1, and what is being done. It may raise, to stop the work."""
Fraction: TypeAlias = Callable[[float], None]
"""The same of a step that needs no words."""


def unheard(_fraction: float, _message: str) -> None:
    """Progress that nobody follows."""
