# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogue: many strips and several characters at once. Who speaks what, generating it all, and what came of it."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

MODULES: Final = ("cast_properties", "cast_operators", "all_operators", "cast_panel")
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
