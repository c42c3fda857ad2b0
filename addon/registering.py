# SPDX-License-Identifier: GPL-3.0-or-later
"""Register a package module by module, in order, and unregister it in reverse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any


def in_order(package: str, names: Sequence[str]) -> tuple[Callable[[], None], Callable[[], None]]:
    """What registers modules of a package, and what unregisters them; nothing is read before the first of them is called."""

    def modules() -> list[Any]:
        return [import_module(f".{name}", package) for name in names]

    def register() -> None:
        """Called when the extension is enabled."""
        for module in modules():
            module.register()

    def unregister() -> None:
        """Called when the extension is disabled."""
        for module in reversed(modules()):
            module.unregister()

    return register, unregister
