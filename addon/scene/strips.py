# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound strips: which one is meant, and where its sound sits in the scene."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from .. import compat
from .fcurves import Span


@dataclass(frozen=True)
class Placement:
    """Where a strip plays its sound, in scene seconds.

    start, end: the audible part. origin: where the sound's own beginning would be, trimmed away or not.
    retimed: the speed changes inside the strip, so that origin says nothing.
    sound: the file it plays.
    """

    start: float
    end: float
    origin: float
    retimed: bool
    sound: str

    @property
    def duration(self) -> float:
        """Seconds of sound that are heard."""
        return self.end - self.start

    def to_json(self) -> str:
        """The text stored with the animation made from it."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Placement:
        """Read it back."""
        return Placement(**json.loads(text))

    def moved(self, now: Placement) -> float | None:
        """Seconds the strip was moved since; None when more than its place changed."""
        shift = now.start - self.start
        same = (now.end - self.end, now.origin - self.origin)
        if self.retimed == now.retimed and self.sound == now.sound and all(abs(delta - shift) < 1e-4 for delta in same):
            return shift
        return None


def rate(scene: Any) -> float:
    """Frames per second of a scene."""
    return float(scene.render.fps / scene.render.fps_base)


def sequencer(context: Any) -> Any:
    """The scene whose sequencer is meant."""
    return compat.sequencer_scene(context)


def sound_strips(scene: Any) -> list[Any]:
    """Every sound strip of a scene, those inside meta strips too, in time order."""
    editor = scene.sequence_editor
    found = [strip for strip in editor.strips_all if strip.type == "SOUND"] if editor else []
    return sorted(found, key=lambda strip: compat.strip_timing(strip).left)


def named(scene: Any, name: str) -> Any | None:
    """The sound strip of that name."""
    return next((strip for strip in sound_strips(scene) if strip.name == name), None)


def default(scene: Any) -> Any | None:
    """The active sound strip, else the only one."""
    strips = sound_strips(scene)
    active = scene.sequence_editor.active_strip if scene.sequence_editor else None
    if active is not None and active.type == "SOUND":
        return active
    return strips[0] if len(strips) == 1 else None


def default_name(scene: Any) -> str:
    """The name of the strip that is spoken where none was chosen."""
    strip = default(scene)
    return str(strip.name) if strip is not None else ""


def placement(strip: Any, scene: Any) -> Placement:
    """Where the strip's sound is heard, with its trim, offset and position."""
    fps = rate(scene)
    timing = compat.strip_timing(strip)
    origin = (timing.content_start - timing.trim) / fps + strip.sound_offset
    retimed = len(strip.retiming_keys) > 0
    return Placement(timing.left / fps, timing.right / fps, origin, retimed, strip.sound.filepath if strip.sound else "")


def frames_of(placement: Placement, fps: float) -> Span:
    """The scene frames a strip covers; the frame of its right handle belongs to the next strip."""
    first = math.floor(placement.start * fps + 1e-3)
    return Span(first, max(math.ceil(placement.end * fps - 1e-3) - 1, first))


def add(scene: Any, path: str, frame: float) -> Any:
    """A new sound strip on the first channel that is free there, made the active one."""
    editor = scene.sequence_editor_create()
    strip = editor.strips.new_sound(bpy_name(path), path, 1, round(frame))
    left, right = compat.strip_timing(strip)[2:]
    taken = {
        other.channel
        for other in editor.strips
        if other != strip and compat.strip_timing(other).left < right and compat.strip_timing(other).right > left
    }
    strip.channel = next(channel for channel in range(1, 129) if channel not in taken)
    editor.active_strip = strip
    return strip


def bpy_name(path: str) -> str:
    """The file's name without its folders, as strips are named."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]
