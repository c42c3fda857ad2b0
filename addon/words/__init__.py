# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line says: its text, the words in it, and lines that are spoken from their text alone."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

MODULES: Final = ("word_operators", "word_fields", "speak_operators", "importing", "text_panel", "word_row", "word_pointer")
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
