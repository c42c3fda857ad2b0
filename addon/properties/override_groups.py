# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept on an overridden character comes back with its file, also where its library has nothing of the kind yet.

Blender writes down how an override differs from its library. A group of properties that the library has never stored differs as
a whole for it, which it can neither store nor put back: it says “expected ID type”, and the values are lost. A group that has
been read once is there, and then each value in it differs for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import bpy
from bpy.app.handlers import persistent

GROUPS: Final = ("parlance", "parlance.direction", "parlance_tracks", "parlance_mapping")
"""The groups of an object, as Blender calls them where an override differs; one after the one that it is in."""


def ready() -> None:
    """Let each override of this file differ from its library by values, not by whole groups."""
    for each, reference in _overridden():
        for path in GROUPS:
            if _is_there(each, path):
                reference.path_resolve(path)  # reading makes it
        if any(known.rna_path in GROUPS for known in each.override_library.properties):
            each.override_library.operations_update()


def _is_there(thing: Any, path: str) -> bool:
    """Whether a group was ever stored; asking for it does not make it."""
    within, _, name = path.rpartition(".")
    return (not within or _is_there(thing, within)) and (thing.path_resolve(within) if within else thing).is_property_set(name)


def _overridden() -> Iterator[tuple[Any, Any]]:
    """The objects of this file that override one of a library, with that one."""
    for each in bpy.data.objects:
        if each.override_library is not None and each.override_library.reference is not None:
            yield each, each.override_library.reference


@persistent  # type: ignore[untyped-decorator]
def _on_file(*_: Any) -> None:
    ready()


def register() -> None:
    """Look before each saving, and after each opening."""
    for handlers in (bpy.app.handlers.save_pre, bpy.app.handlers.load_post):
        handlers.append(_on_file)


def unregister() -> None:
    """Look no more."""
    for handlers in (bpy.app.handlers.save_pre, bpy.app.handlers.load_post):
        handlers.remove(_on_file)
