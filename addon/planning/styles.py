# SPDX-License-Identifier: GPL-3.0-or-later
"""The style that a character wears."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ...inference.style import Style, Worn, from_json


def worn(root: Any) -> Worn | None:
    """The style that a character wears; None for none. Raises ParlanceError where the file's is damaged."""
    settings = root.parlance
    return Worn(_read(settings.style), settings.style_strength) if settings.style else None


@lru_cache(maxsize=16)
def _read(text: str) -> Style:
    return from_json(text)
