# SPDX-License-Identifier: GPL-3.0-or-later
"""act(): from a Performance and a Direction to an Animation. What runs along a whole line comes first, then its shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from .. import arkit
from ..animation import Anchor, Animation, Layer
from ..arrays import Floats
from ..direction import Direction
from ..moods import directed
from ..performance import Performance
from ..spool import trim_heap
from ..style import inclined
from ..tracks import Tracks
from . import blink, emotion, gaze, head, mood, saccades, vocal
from .anchors import anchors
from .composing import ABOVE, Composing
from .cues import Cue, play
from .extent import WHOLE, Extent
from .performer import ANYBODY, Performer
from .remembering import memory_of
from .sampling import span
from .situation import Situation

EYES: Final = list(arkit.REGIONS["eyes"])
OTHERS: Final = [channel for channel in range(arkit.COUNT) if channel not in EYES]


def act(
    performance: Performance,
    direction: Direction,
    *,
    fps: float,
    start: float,
    extent: Extent = WHOLE,
    performer: Performer = ANYBODY,
    tracks: Tracks | None = None,
    cues: Sequence[Cue] = (),
) -> Animation:
    """The final curves of a Performance under a Direction: the same in, the same out, on every platform.

    fps: frames a second of the scene.   start: where the audio begins in the scene, in seconds.
    extent: which frames to make; by default as many as the audio lasts.   performer: the character's face and its own ways.
    tracks: what the artist's own emotion and blink curves say at these frames; they replace what would be generated.
    cues: what the face is told to do at moments.
    """
    tracks, direction = tracks or Tracks(), inclined(directed(direction), performer.style)
    first, count = span(performance.duration, fps=fps, start=start)
    first += extent.begin
    times = (first + np.arange(count if extent.frames is None else extent.frames)) / fps - start
    memory = memory_of(performance, times, fps, tracks, extent.borders)
    situation = Situation(performance, direction, times, fps, tracks, extent.borders, memory)

    levels = emotion.levels(situation) if tracks.emotion is None else np.clip(tracks.emotion, 0, 1).astype(np.float32)
    shifts = saccades.saccades(situation, gaze.lowered(situation, levels))
    sounds, (nodded, shut) = vocal.play(situation, performer.geometry), play(cues, times)
    turned = head.head(situation, shifts, levels, sounds.head + mood.head(situation) + nodded)
    closed, looking = _closed(situation, shifts, shut), _looking(situation, shifts, turned)
    trim_heap(len(times))
    composing = Composing(situation, extent, performer, cues, levels, sounds, closed, looking)
    whole, felt = composing.shapes()
    trim_heap(len(times))
    if direction.mouth_only:
        whole[:, ABOVE], felt[:, ABOVE] = 0, 0
        closed, looking, turned = np.zeros_like(closed), np.zeros_like(looking), np.zeros_like(turned)
    part, made = extent.shown or slice(0, len(times)), anchors(situation, closed)
    return Animation(
        fps=fps,
        start=(first + part.start) / fps,
        shapes=whole,
        layers=_Apart(whole, felt),
        emotion=levels[part].copy(),  # What is remembered is for reading only; an Animation is the caller's own.
        arousal=situation.tension[part].copy(),
        blink=closed[part],
        gaze=looking[part],
        head=turned[part],
        anchors=made if extent.shown is None else _within(made, part),
    )


def _within(found: tuple[Anchor, ...], part: slice) -> tuple[Anchor, ...]:
    """The anchors of some of the frames, counted from the first of these."""
    near = (anchor for anchor in found if part.start <= anchor.frame < part.stop)
    return tuple(replace(anchor, frame=anchor.frame - part.start) for anchor in near)


def _closed(situation: Situation, shifts: tuple[saccades.Saccade, ...], shut: Floats) -> Floats:
    """float32[F, 2] how far the lids are closed: as the artist says, else by blinks, and by cues that shut them."""
    if situation.tracks.blink is not None:
        return np.asarray(np.clip(situation.tracks.blink, 0, 1), np.float32)
    blinks = blink.blinks(situation, gaze.recruited(situation, shifts))
    return np.asarray(np.maximum(blink.lids(situation, blinks), shut), np.float32)


def _looking(situation: Situation, shifts: tuple[saccades.Saccade, ...], turned: Floats) -> Floats:
    """float32[F, 2] the gaze as seen from the head: eyes that keep their target turn back as far as the head turns."""
    carried = situation.direction.gaze_hold * np.stack([turned[:, 1], -turned[:, 0]], axis=1)
    seen = np.asarray(np.clip(gaze.path(shifts, situation) - carried, [-40, -30], [40, 25]), np.float32)
    return np.asarray(seen * situation.presence[:, None], np.float32)


@dataclass(frozen=True, eq=False)
class _Apart(Mapping[Layer, Floats]):
    """The layers, none negative, that add up to the whole: what the expression asks for, as far as it is there; then the rest.

    Two of the three are made when they are asked for: most never are, and they would take as much memory as the whole.
    """

    whole: Floats
    felt: Floats

    def __getitem__(self, layer: Layer) -> Floats:
        if layer == "emotion":
            return self.felt
        if layer not in ("speech", "eyes"):
            raise KeyError(layer)
        rest = self.whole - self.felt
        rest[:, EYES if layer == "speech" else OTHERS] = 0
        return rest

    def __iter__(self) -> Iterator[Layer]:
        yield from ("speech", "emotion", "eyes")

    def __len__(self) -> int:
        return 3
