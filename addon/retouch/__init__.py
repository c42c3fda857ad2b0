# SPDX-License-Identifier: GPL-3.0-or-later
"""Retouching a line by hand: its phones, passages with a direction of their own, pinned keys, and what the artist has changed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

MODULES: Final = (
    "phone_operators",
    "overlay",
    "phone_pointer",
    "syllable_handle",
    "vocal_operators",
    "vocal_lane",
    "phone_panel",
    "vocal_panel",
    "passage_borders",
    "passages",
    "passage_panel",
    "cue_panel",
    "change_panel",
    "rule_operators",
    "rule_panel",
    "pins",
    "takes",
)
"""Registered in this order, unregistered in reverse."""


def register() -> None:
    """Called when the extension is enabled."""
    for module in _modules():
        module.register()


def unregister() -> None:
    """Called when the extension is disabled."""
    for module in reversed(_modules()):
        module.unregister()


def _modules() -> list[Any]:
    return [import_module(f".{name}", __package__) for name in MODULES]
