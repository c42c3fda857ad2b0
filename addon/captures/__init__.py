# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures: performed and finished faces beside their sound: checked, put in time, repaired, and learned from."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

MODULES: Final = ("repair_operators", "style_operators", "check_operator")
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
