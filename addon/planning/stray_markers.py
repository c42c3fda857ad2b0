# SPDX-License-Identifier: GPL-3.0-or-later
"""Markers with directions that nobody follows: what they say is not known, or they stand where nobody would do it.

A line tells of the markers within its frames itself. These are those beside all lines, and those for nobody in the scene.
"""

from __future__ import annotations

from typing import Any, Final

import bpy
import numpy as np

from ...inference.keying.ranges import Ranges, Span, holds
from ...inference.text import tags
from ..character import characters, look_at
from ..lines import idle_frames, lines, markers, tag_names
from ..sequencer import strips
from . import still_eyes

SPOKEN: Final = frozenset({"mood", "manner", "sound", "pause"})
"""What is done within a line alone: there is a voice that it belongs to."""
IDLING: Final = frozenset({"gesture", "look"})
"""What is done beside lines too, where the face idles."""
Signature = tuple[tuple[int, str], ...]


def signature(scene: Any) -> Signature:
    """The markers of a scene that are directions, as frame and name: what is told changes with them."""
    return tuple((marker.frame, marker.name) for marker in scene.timeline_markers if markers.MARKER.fullmatch(marker.name))


def told(root: Any, scene: Any) -> tuple[str, ...]:
    """A sentence for each marker of a scene that a character would follow and does not."""
    spoken = _spoken(root, scene)
    stray = [
        (frame, who, what)
        for frame, name in sorted(signature(scene))
        for who, what in [markers.addressed(name)]
        if (not _holds(spoken, frame) and (not who or markers.is_called(root, who))) or (who and _is_nobody(who, root, scene))
    ]
    if not stray or not len(root.parlance.lines):
        return ()
    others = tuple(span for other in bpy.data.objects if other != root for span in _spoken(other, scene))
    idles = idle_frames.gaps(root, scene)
    found = (
        _told(root, scene, who, what, idles=_holds(idles, frame))
        for frame, who, what in stray
        if who or not _holds(others, frame)  # else it is for those who speak there
    )
    return tuple(dict.fromkeys(filter(None, found)))


def _told(root: Any, scene: Any, who: str, what: str, *, idles: bool) -> str:
    known = tag_names.known((what,))
    meant = tags.meaning(what, known)
    if who and not markers.is_called(root, who):
        return f"Nobody is called “{who[:60]}”, whom the marker [{who[:60]}: {what[:60]}] tells something." if meant else ""
    if trouble := tags.trouble(what, known, look_at.names(scene)):
        return trouble
    assert meant is not None
    if meant.does in SPOKEN:
        return f"No line of “{root.name}” is where the marker [{what[:60]}] stands; move it into one, or generate one there."
    if meant.does in IDLING and not idles:
        return f"“{root.name}” rests where the marker [{what[:60]}] stands; switch on Idle, or move it into a line."
    character = characters.of(root)
    return next(iter(still_eyes.of_directions(character, (what,))), "") if character is not None else ""


def _is_nobody(who: str, root: Any, scene: Any) -> bool:
    """Whether nothing in the scene is called so."""
    return not markers.is_called(root, who) and who.lower() not in (each.name.lower() for each in scene.objects)


def _spoken(root: Any, scene: Any) -> Ranges:
    """The frames of a character's lines in a scene."""
    fps = strips.rate(scene)
    spoken = (line for line in root.parlance.lines if not line.idle and line.performance and lines.readable(line))
    return tuple(lines.span_of(line, fps) for line in spoken if lines.scene_of(line) == scene)


def _holds(spans: Ranges, frame: int) -> bool:
    within = tuple(Span(span.first - 0.5, span.last + 0.5) for span in spans)
    return bool(holds(within, np.array([frame], float)).any())
