# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of the word that is chosen in a line: nothing is stored in them, they show and change its phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bpy.props import FloatProperty, StringProperty

_shown: Final[dict[str, Callable[[Any], Any]]] = {}
_changed: Final[dict[str, Callable[[Any, Any], None]]] = {}


def serve(name: str, shown: Callable[[Any], Any], changed: Callable[[Any, Any], None]) -> None:
    """What a field shows of a retouching, and what is done when an artist changes it."""
    _shown[name], _changed[name] = shown, changed


def forget() -> None:
    """Show nothing, and change nothing."""
    _shown.clear()
    _changed.clear()


def _get(name: str, otherwise: Any) -> Callable[[Any], Any]:
    return lambda entry: _shown[name](entry) if name in _shown else otherwise


def _set(name: str) -> Callable[[Any, Any], None]:
    def put(entry: Any, value: Any) -> None:
        if name in _changed:
            _changed[name](entry, value)

    return put


def emphasis() -> Any:
    """How strongly the mouth shapes the whole word."""
    return FloatProperty(
        name="Emphasis",
        description="How strongly the mouth shapes this word: 0 mutes it, 1 is as heard",
        min=0.0,
        max=2.0,
        step=5,
        precision=2,
        get=_get("emphasis", 1.0),
        set=_set("emphasis"),
        options=set(),
    )


def sounds() -> Any:
    """The sounds of the word, to be read and written."""
    return StringProperty(
        name="Sounds",
        description="How this word is said, in IPA (bɑθ) or ARPAbet (B AA TH); what you write here replaces it in this place",
        get=_get("sounds", ""),
        set=_set("sounds"),
        options=set(),
    )
