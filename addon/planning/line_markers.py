# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of the directions of a line that exists: those that nobody can follow, and markers that came or went since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ...inference.text import tags
from ...inference.text.tagging import Placed
from ..character import look_at
from ..lines import line_tags, lines, markers, tag_names
from ..properties import retouch_properties
from ..sequencer import strips

SAME: Final = 0.5
"""Frames within which a marker is where it was."""


def told(root: Any, line: Any, scene: Any) -> tuple[str, ...]:
    """A sentence for each direction of a line that is not followed, or not yet."""
    before = tuple(filter(None, line.tag_trouble.split("\n")))
    if not line.performance or line.idle or not lines.readable(line) or lines.scene_of(line) != scene:
        return before
    fps = line.fps or strips.rate(scene)
    span = lines.span_of(line, fps)
    played = line_tags.played_markers(retouch_properties.of(root, line))
    now = list(markers.within(root, scene, span, fps, span.first))
    gone = []
    for text, time in played:
        same = next((each for each in now if tags.plain(each.text) == tags.plain(text) and _is_there(each, time, fps)), None)
        if same is not None:
            now.remove(same)
        else:
            gone.append(text)
    away = [f"[{text[:60]}]" for text in gone if tags.plain(text) not in {tags.plain(each.text) for each in now}]
    standing = (sentence for sentence in before if not any(text in sentence for text in away))
    return (*standing, *_changes(now, gone, scene))


def _is_there(marker: Placed, time: float | None, fps: float) -> bool:
    return time is None or abs(marker.time - time) * fps < SAME


def _changes(came: list[Placed], gone: list[str], scene: Any) -> Iterator[str]:
    known, names = tag_names.known(each.text for each in came), look_at.names(scene)
    for each in came:
        if trouble := tags.trouble(each.text, known, names):
            yield trouble
        elif each.text in gone:
            gone.remove(each.text)
            yield f"The marker [{each.text[:60]}] was moved since this line was made; Generate Again plays it where it is now."
        else:
            yield f"The marker [{each.text[:60]}] was set since this line was made; Generate Again plays it."
    for text in gone:
        yield f"The marker [{text[:60]}] is gone since this line was made; Generate Again plays the line without it."
