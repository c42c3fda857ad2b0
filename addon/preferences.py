# SPDX-License-Identifier: GPL-3.0-or-later
"""What the preferences say, wherever it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import bpy

from ..inference.arpabet import name_of
from ..inference.arpabet import spelled as word_spelled
from ..inference.errors import ParlanceError

PACKAGE: Final = __package__.rsplit(".", 1)[0]


def of(context: bpy.types.Context) -> Any | None:
    """The preferences; None where nobody enabled the extension."""
    addon = context.preferences.addons.get(PACKAGE)
    return addon.preferences if addon is not None else None


def threads() -> int | None:
    """How many cores the artist allows; None where that is left to us, or nobody enabled the extension."""
    settings = of(bpy.context)
    return (settings.threads or None) if settings is not None else None


def phone_name(symbol: str) -> str:
    """What a phone is called where the artist reads it."""
    settings = of(bpy.context)
    return name_of(symbol, settings.alphabet) if settings is not None else symbol


def spelled(symbols: Sequence[str]) -> str:
    """A word's sounds in the letters that the artist reads."""
    settings = of(bpy.context)
    return word_spelled(symbols, settings.alphabet if settings is not None else "IPA")


def engine_sentence() -> str:
    """Which executor runs the model, and why."""
    from ..inference.hearing import engine

    try:
        return engine(threads()).reason
    except ParlanceError as error:
        return str(error)
