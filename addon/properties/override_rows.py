# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of lists that the artist adds to and takes from, also on the library override of a linked character.

Blender writes down which rows an override adds to its library's by the name of the row before. Of rows that share a name, and
rows without one do, it keeps the first and loses the others as the file is saved. Rows of earlier versions, which have none,
are given names when their file is opened and before it is saved: those of a library first, then what a shot has added beside
them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

import bpy
from bpy.app.handlers import persistent

from ...inference.errors import ParlanceError

LISTS: Final = {
    "parlance": ("looks", "controllers"),
    "parlance_mapping": ("rows",),
    "parlance_retouch": ("openings", "phones", "vocals", "passages", "cues"),
}
"""What `add` adds to, by the property of an object that it is in; the last is itself a list, an entry for each line."""


def add(rows: Any) -> Any:
    """A new row at the end of a list, with a name of its own.

    A list whose rows have no names, of a library not saved since they have them, gets one more like them: among these Blender
    would put a row with a name behind the first.
    """
    named = not len(rows) or bool(rows[-1].name)
    row = rows.add()
    if named:
        row.name = _unique()
    return row


def take_out(rows: Any, index: int, instead: str = "clear the line and generate it") -> None:
    """Remove a row of a list. Raises ParlanceError where Blender does not: on an override, of what the other file lists.

    instead: what the artist can do here.
    """
    try:
        rows.remove(index)
    except TypeError as refusal:
        raise ParlanceError(f"Blender takes nothing out of what another file lists; do it there, or {instead}.") from refusal


def name_all() -> None:
    """Give names to rows without one: of this file's own objects, and of its overrides where the library's rows have names."""
    for each in bpy.data.objects:
        if each.library is None:
            override = each.override_library
            reference = None if override is None else override.reference
            for path, rows in lists(each):
                if len(rows) and not rows[-1].name:
                    _name(rows, None if reference is None else _list_at(reference, path))


def _name(rows: Any, listed: Any | None) -> None:
    """listed: the library's rows, which come first in an override's."""
    if listed is not None and any(not row.name for row in listed):
        return
    for row in rows[len(listed) if listed is not None else 0 :]:
        row.name = row.name or _unique()


def lists(holder: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The lists that an object stores, each with where it is; what it does not store is not asked for, which would make it."""
    for group, names in LISTS.items():
        if holder.is_property_set(group):
            kept = getattr(holder, group)
            for entry in kept if group == "parlance_retouch" else (kept,):
                for name in names:
                    if entry.is_property_set(name):
                        yield (group, entry.name, name), getattr(entry, name)


def _list_at(reference: Any, path: tuple[str, ...]) -> Any | None:
    """The same list of the library's object; None where it has none."""
    return dict(lists(reference)).get(path)


def _unique() -> str:
    return uuid.uuid4().hex[:12]


@persistent  # type: ignore[untyped-decorator]
def _on_file(*_: Any) -> None:
    name_all()


def register() -> None:
    """Look after each opening, and before each saving."""
    for handlers in (bpy.app.handlers.load_post, bpy.app.handlers.save_pre):
        handlers.append(_on_file)


def unregister() -> None:
    """Look no more."""
    for handlers in (bpy.app.handlers.load_post, bpy.app.handlers.save_pre):
        handlers.remove(_on_file)
