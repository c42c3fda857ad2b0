# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that are read when something of them is first used, so that enabling the extension does not wait for them.

`from . import generate` is then free, and `generate.plan(…)` reads the file. Python's own LazyLoader does it; before 3.12 it must
not be used from two threads at once, hence `complete` before the worker starts.
"""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import Final

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


def postpone() -> None:
    """Put the modules in their places, unread."""
    package = sys.modules[str(__package__)]
    for name in MODULES:
        full = f"{__package__}.{name}"
        spec = find_spec(full) if full not in sys.modules else None
        if spec is None or spec.loader is None:
            continue
        spec.loader = LazyLoader(spec.loader)
        sys.modules[full] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
        setattr(package, name, module)


def complete() -> None:
    """Read what is still unread."""
    for name in MODULES:
        getattr(sys.modules[f"{__package__}.{name}"], "__doc__", None)
