# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping: how a character's shapes answer to the 52 curves, for artists to see and change."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

MODULES: Final = (
    *("mapping_rows", "operators", "choosing", "transfer", "panel"),
    *("viseme_operators", "viseme_files", "viseme_panel", "preset_operators"),
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
