# SPDX-License-Identifier: GPL-3.0-or-later
"""Who hears of it when an artist changes a property, and silence while we change it ourselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Listening:
    """The listeners of one set of properties, by kind of change."""

    _listeners: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    _quiet: list[bool] = field(default_factory=list)

    def on_change(self, kind: str, listener: Callable[[Any], None]) -> None:
        """Call `listener(group)` whenever an artist changes a property of that kind."""
        self._listeners[kind] = listener

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
            if not self._quiet and kind in self._listeners:
                self._listeners[kind](group)

        return changed
