# SPDX-License-Identifier: GPL-3.0-or-later
"""How our properties are declared: what is called when an artist changes one, and silence while we change it ourselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import bpy

OVERRIDABLE: Final = {"LIBRARY_OVERRIDABLE"}
"""How every property is declared: it may be changed on a library override."""


Listener: TypeAlias = Callable[[Any], None]
"""Is given what an artist has changed."""


@dataclass(frozen=True)
class UpdateCallbacks:
    """What is called when an artist changes one of a set of properties, by kind of change."""

    _callbacks: dict[str, Listener] = field(default_factory=dict)
    _quiet: list[bool] = field(default_factory=list)

    def on_change(self, kind: str, callback: Listener) -> None:
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


def _nobody(_group: Any) -> None:
    """Nobody listens."""


def registered(
    classes: Sequence[type], on_change: Callable[[str, Listener], None], listeners: Mapping[str, Listener]
) -> tuple[Callable[[], None], Callable[[], None]]:
    """`register` and `unregister` of a module: while it is registered its listeners are told of changes, by kind."""
    add, remove = bpy.utils.register_classes_factory(classes)

    def register() -> None:
        add()
        for kind, listener in listeners.items():
            on_change(kind, listener)

    def unregister() -> None:
        for kind in listeners:
            on_change(kind, _nobody)
        remove()

    return register, unregister


def unstamped(action: Any, _context: Any) -> None:
    """Whoever sets the text of an action's records takes away what it was known by."""
    action.parlance_stamp = ""
