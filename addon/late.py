# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that are read when something of them is first used, so that enabling the extension does not wait for them.

`from . import generate` is then free, and `generate.plan(…)` reads the file. What stands in for a module is an attribute of this
package only: `sys.modules`, which Blender and other add-ons walk through, never holds anything unread.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

MODULES: Final = (
    "fcurves",
    "strips",
    "voice",
    "store",
    "actions",
    "characters",
    "merging",
    "fitting",
    "tracks",
    "poses",
    "lines",
    "nla",
    "readiness",
    "fixes",
    "generate",
    "write",
)


class _Unread(ModuleType):
    """Stands in for a module of this package; the first look inside reads it."""

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self.__name__), attribute)


def postpone() -> None:
    """Put a stand-in where a module has not been read yet."""
    package = sys.modules[str(__package__)]
    for name in MODULES:
        if f"{__package__}.{name}" not in sys.modules:
            setattr(package, name, _Unread(f"{__package__}.{name}"))


def complete() -> None:
    """Read what is still unread: before a worker starts, so that it imports nothing of Blender's on its own thread."""
    for name in MODULES:
        import_module(f"{__package__}.{name}")
