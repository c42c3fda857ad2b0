# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound strips: which one is meant, and where its sound sits in the scene."""

from __future__ import annotations

import hashlib
import json
import math
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import bpy

from ...inference.errors import ParlanceError
from ...inference.keying.ranges import Span
from .. import compat

SAME: Final = 1e-4
"""Seconds within which two times are the same."""
SAMPLED: Final = 1 << 20
"""Bytes of a sound that are looked at, from its start, its middle and its end, to know it again."""
TOKEN: Final = "parlance_token"
"""The custom property that a strip or scene carries; Blender copies it when a strip is cut or duplicated."""


@dataclass(frozen=True)
class Placement:
    """Where a strip plays its sound, in scene seconds.

    start, end: the audible part. origin: where the sound's own beginning would be, trimmed away or not.
    retimed: the speed changes inside the strip, so that origin says nothing.
    sound: what it plays, by content (`sound_id`); empty where the sound could not be read, which is taken for any sound.
    pace: where its retiming keys stand, in frames from its content's start; empty where it has none, or nobody wrote it down.
    """

    start: float
    end: float
    origin: float
    retimed: bool
    sound: str
    pace: str = ""

    @property
    def duration(self) -> float:
        """Seconds of sound that are heard."""
        return self.end - self.start

    def seconds_from(self, time: float) -> float:
        """How far a time is from what is heard; 0 within it."""
        return max(self.start - time, time - self.end, 0.0)

    def to_json(self) -> str:
        """The text stored with the animation made from it."""
        return json.dumps(asdict(self))

    @staticmethod
    @lru_cache(maxsize=256)
    def from_json(text: str) -> Placement:
        """Read a placement back. Raises ParlanceError where it is damaged or from a newer Parlance."""
        try:
            stored = json.loads(text)
            start, end, origin = (float(stored[name]) for name in ("start", "end", "origin"))
            found = Placement(start, end, origin, bool(stored["retimed"]), str(stored["sound"]), str(stored.get("pace", "")))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ParlanceError("The place of this line is damaged or from a newer Parlance; clear the line.") from error
        numbers = (start, end, origin)
        if not all(math.isfinite(number) and abs(number) < LATEST for number in numbers) or end < start:
            raise ParlanceError("The place of this line makes no sense; clear the line.")
        # The first release stored the path of the sound: it says nothing about the content.
        return found if found.sound.startswith(CONTENT) else replace(found, sound="")

    def plays_same(self, now: Placement) -> bool:
        """Whether it is the same sound, as far as that is known."""
        same_pace = self.retimed == now.retimed and (not self.pace or not now.pace or self.pace == now.pace)
        return same_pace and (not self.sound or not now.sound or self.sound == now.sound)

    def moved(self, now: Placement) -> float | None:
        """Seconds the strip was moved since; None when more than its place changed."""
        shift = now.start - self.start
        same = (now.end - self.end, now.origin - self.origin)
        return shift if self.plays_same(now) and all(abs(delta - shift) < SAME for delta in same) else None

    def paces(self, now: Placement) -> bool:
        """Whether the same sound is played at another speed now."""
        if not self.sound or self.sound != now.sound or not (self.retimed or now.retimed):
            return False
        keys_moved = bool(self.pace and now.pace and self.pace != now.pace)
        return self.retimed != now.retimed or keys_moved or abs(self.duration - now.duration) > SAME

    def hears_same(self, now: Placement) -> bool:
        """Whether what was heard here is what is heard there, moved or not."""
        return self.moved(now) is not None


CONTENT: Final = "sound:"
LATEST: Final = 1e6
"""Seconds; a scene that is longer than eleven days is damaged."""


def sound_id(sound: Any) -> str:
    """What a sound is, whatever its file is called and wherever it lies; empty where it cannot be read."""
    if sound is None:
        return ""
    if sound.packed_file is not None:
        return _packed_id(sound.packed_file.size, sound.session_uid, sound)
    path = Path(bpy.path.abspath(sound.filepath, library=sound.library))
    try:
        state = path.stat()
        return _file_id(path, state.st_mtime_ns, state.st_size) if path.is_file() else ""
    except (OSError, ValueError):
        return ""


@lru_cache(maxsize=256)
def _file_id(path: Path, _changed: int, size: int) -> str:
    with path.open("rb") as file:
        digest = hashlib.blake2b(str(size).encode(), digest_size=16)
        for start in _samples(size):
            file.seek(start)
            digest.update(file.read(SAMPLED))
    return CONTENT + digest.hexdigest()


def _packed_id(size: int, uid: int, sound: Any) -> str:
    if (uid, size) not in _packed:
        data = sound.packed_file.data
        digest = hashlib.blake2b(str(size).encode(), digest_size=16)
        for start in _samples(size):
            digest.update(data[start : start + SAMPLED])
        _packed[uid, size] = CONTENT + digest.hexdigest()
    return _packed[uid, size]


_packed: dict[tuple[int, int], str] = {}


def _samples(size: int) -> tuple[int, ...]:
    """Where the samples of a file of that size start."""
    if size <= 3 * SAMPLED:
        return tuple(range(0, size, SAMPLED))
    return 0, size // 2, size - SAMPLED


def rate(scene: Any) -> float:
    """Frames per second of a scene."""
    return float(scene.render.fps / scene.render.fps_base)


def sequencer(context: Any) -> Any:
    """The scene whose sequencer is meant."""
    return compat.sequencer_scene(context)


def sound_strips(scene: Any) -> list[Any]:
    """Every sound strip of a scene, those inside meta strips too, in time order."""
    return _in_time_order(sounding(scene))


def sounding(scene: Any) -> Iterator[Any]:
    """The same in any order, which takes a quarter of the time: panels look for one of hundreds, many times a redraw."""
    editor = scene.sequence_editor
    return (strip for strip in editor.strips_all if strip.type == "SOUND") if editor else iter(())


def scene_strips(scene: Any) -> Iterator[Any]:
    """The strips of a sequencer that show another scene, those inside meta strips too."""
    editor = scene.sequence_editor
    found: Iterator[Any] = (strip for strip in editor.strips_all if strip.type == "SCENE") if editor else iter(())
    return (strip for strip in found if strip.scene not in (None, scene))


def marked_with(scene: Any, token: str) -> list[Any]:
    """The sound strips that carry a token, in time order; none where it is empty."""
    editor = scene.sequence_editor if token else None
    found = [strip for strip in editor.strips_all if strip.get(TOKEN) == token] if editor else []
    return _in_time_order(strip for strip in found if strip.type == "SOUND")


def by_token(scene: Any) -> dict[str, list[Any]]:
    """What `marked_with` gives for every token, for who asks for many."""
    found: dict[str, list[Any]] = {}
    editor = scene.sequence_editor
    for strip in editor.strips_all if editor else ():
        if isinstance(token := strip.get(TOKEN), str) and strip.type == "SOUND":
            found.setdefault(token, []).append(strip)
    return {token: _in_time_order(strips) for token, strips in found.items()}


def _in_time_order(found: Iterable[Any]) -> list[Any]:
    return sorted(found, key=lambda strip: compat.strip_timing(strip).left)


def named(scene: Any, name: str) -> Any | None:
    """The sound strip of that name."""
    return next((strip for strip in sounding(scene) if strip.name == name), None)


def default(scene: Any) -> Any | None:
    """The active sound strip, else the only one."""
    active = scene.sequence_editor.active_strip if scene.sequence_editor else None
    if active is not None and active.type == "SOUND":
        return active
    first, second = islice(chain(sounding(scene), (None, None)), 2)
    return first if second is None else None


def under_playhead(scene: Any) -> list[Any]:
    """The sound strips that are heard at the current frame."""
    found = []
    for strip in sound_strips(scene):
        timing = compat.strip_timing(strip)
        if timing.left <= scene.frame_current < timing.right and is_heard(strip, scene):
            found.append(strip)
    return found


def placement(strip: Any, scene: Any) -> Placement:
    """Where the strip's sound is heard, with its trim, offset and position, as far as the meta strips around it show it."""
    fps = rate(scene)
    timing = compat.strip_timing(strip)
    origin = (timing.content_start - timing.trim) / fps + strip.sound_offset
    pace = " ".join(str(round(key.timeline_frame - timing.content_start)) for key in strip.retiming_keys)
    shown = [timing, *map(compat.strip_timing, _metas(strip))]
    left, right = max(each.left for each in shown), min(each.right for each in shown)
    return Placement(left / fps, max(left, right) / fps, origin, bool(pace), sound_id(strip.sound), pace)


def _metas(strip: Any) -> Iterator[Any]:
    """The meta strips that a strip is in, the innermost first."""
    while (strip := strip.parent_meta()) is not None:
        yield strip


def token(marked: Any) -> str:
    """What a strip or scene is known by, empty before it was spoken in. Cut or duplicated ones share it."""
    return str(marked.get(TOKEN, ""))


def mark(marked: Any) -> str:
    """Give a strip or scene a token of its own, and tell it; empty where it cannot be written to, as in a linked scene."""
    try:
        marked[TOKEN] = uuid.uuid4().hex
    except (TypeError, AttributeError, RuntimeError):
        return ""
    return token(marked)


def is_heard(strip: Any, scene: Any) -> bool:
    """Whether a strip sounds: neither it, nor its channel, nor a meta strip around it is muted."""
    inside = [strip, *_metas(strip)]
    channels = scene.sequence_editor.channels
    return not any(each.mute for each in inside) and not channels[inside[-1].channel].mute


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
