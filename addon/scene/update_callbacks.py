# SPDX-License-Identifier: GPL-3.0-or-later
"""How our properties are declared: what is called when an artist changes one, and silence while we change it ourselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

OVERRIDABLE: Final = {"LIBRARY_OVERRIDABLE"}
"""How every property is declared: it may be changed on a library override."""


@dataclass(frozen=True)
class UpdateCallbacks:
    """What is called when an artist changes one of a set of properties, by kind of change."""

    _callbacks: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    _quiet: list[bool] = field(default_factory=list)

    def on_change(self, kind: str, callback: Callable[[Any], None]) -> None:
        """Call `callback(group)` whenever an artist changes a property of that kind."""
        self._callbacks[kind] = callback

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Change many properties and call nobody meanwhile."""
        self._quiet.append(True)
        try:
            yield
        finally:
            self._quiet.pop()

    def notifier(self, kind: str) -> Callable[[Any, Any], None]:
        """The `update` callback of a property of that kind."""

        def changed(group: Any, _context: Any) -> None:
            if not self._quiet and kind in self._callbacks:
                self._callbacks[kind](group)

        return changed
