# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchange: curves, phones and mouth cues to and from files of other programs, and keys on every frame."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

MODULES: Final = ("export_operators", "import_operators", "bake_operator", "menus")
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
