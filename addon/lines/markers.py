# SPDX-License-Identifier: GPL-3.0-or-later
"""Directions on the timeline's markers: [warm] is for whoever is there, [Anna: warm] for one character alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ...inference.acting.cues import Cue, of_row
from ...inference.keying.ranges import Span
from ...inference.text import tagging, tags
from ..character import hierarchy, look_at

MARKER: Final = re.compile(r"\s*\[([^\[\]]{1,200})\]\s*")
"""The names of markers that are directions."""
TAGGED: Final = "marker "
"""What the tags of what markers have made begin with."""


def within(root: Any, scene: Any, span: Span, fps: float, first: float) -> tuple[tagging.Placed, ...]:
    """The directions that the scene's markers give a character within some frames, in seconds after frame `first`."""
    found = []
    for marker in sorted(scene.timeline_markers, key=lambda marker: marker.frame):
        if not MARKER.fullmatch(marker.name) or not span.first - 0.5 <= marker.frame <= span.last + 0.5:
            continue
        who, what = addressed(marker.name)
        if not who or is_called(root, who):
            found.append((what, (marker.frame - first) / fps))
    return tagging.numbered(found, TAGGED)


def addressed(marker: str) -> tuple[str, str]:
    """Whom a marker's direction is for, empty where for everybody, and what it says."""
    who, colon, what = marker.strip()[1:-1].partition(":")
    return (who.strip(), what.strip()) if colon else ("", who.strip())


def is_called(root: Any, who: str) -> bool:
    """Whether a character, or one of its objects, has this name."""
    return who.lower() in {root.name.lower(), *(each.lower() for each in _names(root))}


def _names(root: Any) -> Iterator[str]:
    body = hierarchy.body_of(root)
    yield body.name
    yield from (mesh.name for mesh in hierarchy.members(body))


@dataclass(frozen=True)
class SceneTold:
    """What the markers of a scene tell a character beside its lines: where to look, and what to do.

    looks: frames from and to, and degrees.   cues: on a clock that begins at frame 0.
    """

    named: tuple[look_at.Named, ...] = ()
    looks: tuple[look_at.Glance, ...] = ()
    cues: tuple[Cue, ...] = ()


def of_scene(root: Any, scene: Any, fps: float) -> SceneTold:
    """The directions of all markers that hold beside lines too."""
    placed = within(root, scene, Span(-1e9, 1e9), fps, 0.0)
    if not placed:
        return SceneTold()
    named: list[look_at.Named] = []
    cues: list[Cue] = []
    looks: list[look_at.Glance] = []
    for each in placed:
        meant = tags.meaning(each.text)
        if meant is None:
            continue
        if meant.does == "look at":
            named.append(look_at.Named(each.time * fps, meant.name))
        elif meant.does == "look":
            last = each.time + (meant.seconds or float(meant.raw.get("hold", tagging.LOOKS)))
            yaw, pitch = meant.amount * meant.raw["yaw"], meant.amount * meant.raw["pitch"]
            looks.append(look_at.Glance(each.time * fps, last * fps, yaw, pitch))
        elif meant.does == "gesture":
            cues.append(of_row(meant.raw["names"][0], meant.raw, each.time, meant.amount, meant.seconds))
    return SceneTold(tuple(named), tuple(looks), tuple(cues))
