# SPDX-License-Identifier: GPL-3.0-or-later
"""A line as an Animation for other programs: what its face shows, artist's keys included, and what was performed beyond that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference.animation import Animation
from ...inference.errors import ParlanceError
from ...inference.performance import Phone
from ..animation import stored
from ..character import characters, showing
from ..lines import lines
from ..performing import perform
from ..planning import plan, retouch_plan
from ..sequencer import strips


@dataclass(frozen=True)
class Shown:
    """An Animation, and how many of its 52 shapes are as keyed; no shape key shows the others alone, which are as performed."""

    animation: Animation
    keyed: int


_TRACKS: Final = ("shapes", "emotion", "arousal", "blink", "gaze", "head")


def of_line(root: Any, line: Any, *, with_sound: bool = False) -> Shown:
    """A line in the scene's time. Raises ParlanceError where its character or its data are gone.

    with_sound: from the first frame of its sound on, without what the face does before it.
    """
    character = characters.of(root)
    if character is None:
        raise ParlanceError(f"“{root.name}” has no face any more.")
    planned = plan.replan(lines.scene_of(line) or bpy.context.scene, root, line)
    animation = perform.perform(planned).animation
    first = planned.first - planned.lead
    frames = np.arange(first, first + len(animation.shapes))
    shapes, keyed = showing.shapes(character, frames, animation.shapes)
    shown = replace(animation, shapes=shapes, layers={"speech": shapes}, start=first / planned.fps)
    return Shown(_without(shown, planned.lead) if with_sound else shown, keyed)


def of_character(root: Any) -> Shown:
    """Every line of a character as one Animation, at rest between them. Raises ParlanceError as `of_line`, and without lines."""
    parts = [of_line(root, line) for line in root.parlance.lines if lines.readable(line)]
    if not parts:
        raise ParlanceError(f"“{root.name}” has no lines yet; generate one first.")
    fps = parts[0].animation.fps
    firsts = [round(part.animation.start * fps) for part in parts]
    lasts = [first + len(part.animation.shapes) for first, part in zip(firsts, parts, strict=True)]
    first, last = min(firsts), max(lasts)
    character = characters.of(root)
    assert character is not None
    whole = _silence(parts[0].animation, last - first)
    for start, part in zip(firsts, parts, strict=True):
        at = slice(start - first, start - first + len(part.animation.shapes))
        for name in _TRACKS:
            getattr(whole, name)[at] = getattr(part.animation, name)
    shapes, keyed = showing.shapes(character, np.arange(first, last), whole.shapes)
    return Shown(replace(whole, shapes=shapes, layers={"speech": shapes}, start=first / fps), keyed)


def phones_of(root: Any, line: Any) -> tuple[Phone, ...]:
    """The phones of a line as the artist has edited them, on the clock of its sound. Raises ParlanceError where it is damaged."""
    heard = stored.unpack(line.performance)
    fps = line.fps or strips.rate(lines.scene_of(line) or bpy.context.scene)
    return retouch_plan.planned(root, line, lines.placement_of(line), fps).revised(heard).phones


def _without(animation: Animation, frames: int) -> Animation:
    """All but so many frames at its start."""
    rest = {name: getattr(animation, name)[frames:] for name in _TRACKS}
    return replace(animation, start=animation.start + frames / animation.fps, layers={"speech": rest["shapes"]}, **rest)


def _silence(like: Animation, frames: int) -> Animation:
    def empty(track: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.zeros((frames, *track.shape[1:]), np.float32)

    return replace(
        like,
        shapes=empty(like.shapes),
        emotion=empty(like.emotion),
        arousal=empty(like.arousal),
        blink=empty(like.blink),
        gaze=empty(like.gaze),
        head=empty(like.head),
        layers={},
        anchors=(),
    )
