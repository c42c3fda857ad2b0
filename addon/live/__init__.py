# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that speaks along with a microphone, a growing file or a Live Link sender."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

MODULES: Final = ("settings", "operators", "handlers", "panel")
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
