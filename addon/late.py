# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that are read when something of them is first used, so that enabling the extension does not wait for them.

`from . import generate` is then free, and `generate.plan(…)` reads the file. What stands in for a module is an attribute of its
package only: `sys.modules`, which Blender and other add-ons walk through, never holds anything unread.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

MODULES: Final = (
    "inference.keying",
    "inference.rigging",
    "addon.fcurves",
    "addon.strips",
    "addon.voice",
    "addon.store",
    "addon.actions",
    "addon.characters",
    "addon.merging",
    "addon.fitting",
    "addon.tracks",
    "addon.poses",
    "addon.lines",
    "addon.nla",
    "addon.readiness",
    "addon.fixes",
    "addon.draft",
    "addon.generate",
    "addon.write",
    "addon.mapping.bridge",
    "addon.mapping.controllers",
    "addon.mapping.editing",
    "addon.mapping.measuring",
    "addon.retouch.bridge",
    "addon.retouch.changes",
    "addon.retouch.lane",
    "addon.retouch.plan",
)
"""By their place in the extension."""
EXTENSION: Final = __name__.rpartition(".addon.")[0]


class _Unread(ModuleType):
    """Stands in for a module; the first look inside reads it."""

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self.__name__), attribute)


def postpone() -> None:
    """Put a stand-in where a module has not been read yet."""
    for name in MODULES:
        full = f"{EXTENSION}.{name}"
        if full not in sys.modules:
            package, _, short = full.rpartition(".")
            setattr(import_module(package), short, _Unread(full))


def complete() -> None:
    """Read what is still unread: before a worker starts, so that it imports nothing of Blender's on its own thread."""
    for name in MODULES:
        import_module(f"{EXTENSION}.{name}")
