# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of lists that the artist adds to and takes from, also on the library override of a linked character.

Blender writes down which rows an override adds to its library's by the name of the row before. Of rows that share a name, and
rows without one do, it keeps the first and loses the others as the file is saved.
"""

from __future__ import annotations

import uuid
from typing import Any

from ...inference.errors import ParlanceError


def add(rows: Any) -> Any:
    """A new row at the end of a list, with a name of its own.

    A list whose rows have no names, of a library saved before they had, gets one more like them: among these Blender would put a
    row with a name behind the first.
    """
    named = not len(rows) or bool(rows[-1].name)
    row = rows.add()
    if named:
        row.name = uuid.uuid4().hex[:12]
    return row


def take_out(rows: Any, index: int, instead: str = "clear the line and generate it") -> None:
    """Remove a row of a list. Raises ParlanceError where Blender does not: on an override, of what the other file lists.

    instead: what the artist can do here.
    """
    try:
        rows.remove(index)
    except TypeError as refusal:
        raise ParlanceError(f"Blender takes nothing out of what another file lists; do it there, or {instead}.") from refusal
