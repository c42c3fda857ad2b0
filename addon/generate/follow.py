# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines go where their strips have gone, without being generated again."""

from __future__ import annotations

from typing import Any

from ..animation import slots
from ..lines import line_keys, lines, moving
from . import live


def follow(root: Any, sequencer: Any) -> None:
    """Move the keys of every line whose strip was moved, the artist's included. Where two lines have come to overlap, the one
    that starts earlier gives way; where they do no longer, what was cut is made again.

    Raises ParlanceError where the records are damaged.
    """
    records = slots.Records()
    line_keys.heal(root, records)
    placements = moving.moved(root, sequencer)
    moving.move(root, placements, records)
    for token in placements:
        _renamed(lines.with_token(root, token), sequencer)
    records.save()
    live.rebuild_lacking(root)


def _renamed(line: Any, sequencer: Any) -> None:
    strip = lines.strip_of(line, sequencer)
    if strip is not None:
        line.strip_name = strip.name
