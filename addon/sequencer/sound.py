# SPDX-License-Identifier: GPL-3.0-or-later
"""A strip's voice: from whatever Blender can read to the mono 16 kHz that is heard.

Two steps, because Blender's data may only be touched on its main thread: `source` looks the strip up there,
`read` decodes anywhere.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference.audio import LONGEST, SAMPLE_RATE, SURROUNDINGS, Audio, stretches
from ...inference.errors import ParlanceError
from ...inference.text.dialogue import apart, gated
from .. import compat
from . import decoding, strips
from .excerpt import ALL, Excerpt

SHORTEST: Final = 0.02
"""Seconds: one frame of a performance. Nothing shorter is heard at all."""
HEARD: Final = 0.1
"""Seconds that are listened to at least: what is shorter is followed by silence, and the face rests."""
RATES: Final = (4_000, 768_000)
"""Samples per second that a recording of speech may have; a header that says otherwise is damaged."""
SILENCE: Final = 1e-4
"""Peak amplitude (-80 dB of full scale) under which there is nothing to hear, and the face waits."""

STEREO: Final = 2
CANCELLED: Final = 0.1
"""A mix this much quieter than its louder channel means that one is turned round, as a balanced cable soldered wrong makes it."""
PLACE: Final = 5.0
"""Seconds of each place that is looked into."""

Passage: TypeAlias = tuple[str, int, int, float, float]
"""A stretch of a sound: file, when and how large it was last written, seconds trimmed off before, seconds heard."""

Progress: TypeAlias = Callable[[float], None]

_refused: dict[Passage, str] = {}
"""What was found to hold nothing to hear, so that the panel can say so without listening again."""


@dataclass(frozen=True)
class Source:
    """Everything `read` needs to know of a strip.

    path: the sound file; label: its name for people. start: scene seconds of the first sample; duration: seconds wanted.
    skip: seconds of the file before that; may be negative, then silence comes first. passage: what the strip plays.
    excerpt: the part of it that is listened to.
    """

    path: Path
    label: str
    start: float
    duration: float
    skip: float
    passage: Passage
    excerpt: Excerpt = ALL


def source(strip: Any, scene: Any, start: float, excerpt: Excerpt = ALL) -> Source:
    """Look a strip of a scene up, to be heard from `start` seconds to its end. Main thread only.

    Raises ParlanceError when it plays no sound that could be found.
    """
    sound, placement = strip.sound, strips.placement(strip, scene)
    label = _label(strip)
    if placement.retimed:
        path, origin = _mixed_down(strip, scene)
    else:
        path, origin = _unpacked(sound) if sound.packed_file else _path(sound), placement.origin
    return Source(path, label, start, placement.end - start, start - origin, _passage(sound, placement), excerpt)


def check(strip: Any, scene: Any) -> None:
    """Quick. Raises ParlanceError when a strip's file is missing, no sound, too long, or known to hold nothing to hear."""
    _label(strip)
    placement = strips.placement(strip, scene)
    _within_bounds(placement.duration)
    passage = _passage(strip.sound, placement)
    if passage in _refused:
        raise ParlanceError(_refused[passage])


def state_of(strip: Any | None) -> tuple[Any, ...]:
    """What a strip's sound is right now, on disk too; another answer means that `check` must be asked again."""
    if strip is None or strip.sound is None:
        return ()
    path = _path(strip.sound)
    try:
        state = path.stat()
    except (OSError, ValueError):
        return str(path), None, len(_refused)
    return str(path), state.st_mtime_ns, state.st_size, len(_refused)


def _label(strip: Any) -> str:
    """The name of a strip's sound file. Raises ParlanceError when there is no such file or it is not a sound."""
    sound = strip.sound
    if sound is None:
        raise ParlanceError(f"The strip “{strip.name}” has no sound; choose another strip or open a sound file.")
    label = Path(sound.filepath).name or str(sound.name)
    if sound.packed_file is None:
        path = _path(sound)
        if not path.is_file():
            raise ParlanceError(f"The sound file “{label}” is missing; open it again, or put it back where it was.")
        format_of(path, label)
    return label


def _passage(sound: Any, placement: strips.Placement) -> Passage:
    path = _path(sound)
    if sound.packed_file:
        written, size = 0, int(sound.packed_file.size)
    else:
        written, size = path.stat().st_mtime_ns, path.stat().st_size
    return str(path), written, size, round(placement.start - placement.origin, 3), round(placement.duration, 3)


def format_of(path: Path, label: str) -> tuple[float, int]:
    """A file's sample rate and number of channels. Raises ParlanceError when it is not a sound that can be heard."""
    state = path.stat()
    rate, channels = _format(path, state.st_mtime_ns, state.st_size)
    if channels == 0:
        raise ParlanceError(f"“{label}” cannot be read as sound: it is empty, damaged or something else. Choose another file.")
    low, high = RATES
    if not low <= rate <= high:
        raise ParlanceError(
            f"“{label}” claims {rate:,.0f} samples a second; save it from a sound editor with {low:,} to {high:,}."
        )
    return rate, channels


def format_of_strip(strip: Any) -> tuple[float, int]:
    """The same of a strip's sound, wherever it is kept."""
    label = _label(strip)
    return format_of(_unpacked(strip.sound) if strip.sound.packed_file else _path(strip.sound), label)


@lru_cache(maxsize=64)
def _format(path: Path, _changed: int, _size: int) -> tuple[float, int]:
    """Rate and channels of a readable file, else no channels.

    Asking a reader for samples aborts Blender 4.5 and 5.0 when the file is unreadable; asking for its format only raises.
    """
    import aud

    try:
        rate, channels = aud.Sound(str(path)).specs
    except aud.error:
        return 0.0, 0
    return float(rate), int(channels) if rate > 0 else 0


def _path(sound: Any) -> Path:
    return Path(bpy.path.abspath(sound.filepath, library=sound.library))


def read(source: Source, progress: Progress | None = None) -> Audio:
    """Decode the audible part of a strip, mono at 16 kHz. Any thread. Raises ParlanceError with what is wrong with it.

    progress: told the fraction done, several times a second; what it raises cancels the work.
    """
    try:
        return _read(source, progress or _untold)
    except ParlanceError as error:
        _refused[source.passage] = str(error)
        raise


def holds_two_voices(source: Source) -> bool:
    """Whether left and right of a sound that is heard mixed are two people: a look into three places of it. Any thread."""
    rate, count = format_of(source.path, source.label)
    return count == STEREO and source.excerpt == ALL and apart(_looked_into(source, rate), rate)


def _looked_into(source: Source, rate: float) -> NDArray[np.float32]:
    """float32[n, channels] three places of a sound."""
    first, last = max(source.skip, 0.0), source.skip + source.duration
    starts = np.linspace(first, max(last - PLACE, first), 3)
    parts = [decoding.channels(source.path, rate, start, min(start + PLACE, last)) for start in dict.fromkeys(starts.tolist())]
    return np.concatenate(parts)


def _louder(source: Source, rate: float) -> int | None:
    """The louder of two channels, counted from 0, that nearly cancel each other out where they are mixed; else None."""
    both = _looked_into(source, rate)
    power, mixed = np.square(both).mean(axis=0), float(np.square(both.mean(axis=1)).mean())
    return int(power.argmax()) if mixed < CANCELLED**2 / STEREO**2 * float(power.max()) else None


def _untold(_fraction: float) -> None:
    """Progress that nobody follows."""


def _read(source: Source, progress: Progress) -> Audio:
    _within_bounds(source.duration)
    rate, channels = format_of(source.path, source.label)
    channel = source.excerpt.channel
    if channel > channels:
        raise ParlanceError(f"“{source.label}” has {channels} channels, so none is number {channel}; choose another in the cast.")
    heard = channel - 1 if channel else _louder(source, rate) if channels == STEREO else None
    whole, inside = _decode(source, rate, progress, heard)
    if channels > 1 and not channel and _peak(whole[inside]) < SILENCE:  # two channels in opposite phase cancel each other out
        whole, inside = _decode(source, rate, progress, 0)
    whole = gated(whole, source.skip - inside.start / SAMPLE_RATE, source.excerpt.turns)
    samples = whole[inside]
    if len(samples) < SHORTEST * SAMPLE_RATE:
        raise ParlanceError(
            f"“{source.label}” has {1000 * len(samples) / SAMPLE_RATE:.0f} ms of sound under the strip; "
            f"speech needs at least {1000 * SHORTEST:.0f} ms of it."
        )
    if _peak(samples) < SILENCE:
        samples = np.zeros(len(samples), np.float32)
    elif len(samples) >= HEARD * SAMPLE_RATE:
        return Audio.cut_out(whole, inside.start, inside.start + len(samples), source.start)
    return Audio(np.pad(samples, (0, max(round(HEARD * SAMPLE_RATE) - len(samples), 0))), source.start)


def _within_bounds(duration: float) -> None:
    if duration < SHORTEST:
        milliseconds = 1000 * duration
        raise ParlanceError(
            f"The strip holds {milliseconds:.0f} ms of sound; speech needs at least {1000 * SHORTEST:.0f} ms of it."
        )
    if duration > LONGEST:
        hours = duration / 3600
        raise ParlanceError(
            f"The strip is {hours:.1f} hours long; cut it into strips of at most {LONGEST / 3600:.0f} hours and generate each."
        )


def _decode(source: Source, rate: float, progress: Progress, channel: int | None) -> tuple[NDArray[np.float32], slice]:
    """float32[n] what a strip plays with what its file holds around it, and which samples of it are the strip's own."""
    first, last = max(source.skip, 0.0), source.skip + source.duration
    if last <= first:
        return np.zeros(0, np.float32), slice(0, 0)
    before = min(SURROUNDINGS, first)
    samples = decoding.decode(source.path, rate, first - before, last + SURROUNDINGS, channel=channel, progress=progress)
    if source.skip < 0.0:
        samples = np.concatenate([np.zeros(round(-source.skip * SAMPLE_RATE), np.float32), samples])
    begin = round(before * SAMPLE_RATE)
    return samples, slice(begin, begin + round(source.duration * SAMPLE_RATE))


def _peak(samples: NDArray[np.float32]) -> float:
    return max((float(max(part.max(), -part.min())) for part in stretches(samples)), default=0.0)


def _unpacked(sound: Any) -> Path:
    path = _temporary(f"{sound.session_uid}{Path(sound.filepath).suffix}")
    path.write_bytes(sound.packed_file.data)
    return path


def _temporary(name: str) -> Path:
    """A file that lives as long as Blender runs."""
    folder = Path(bpy.app.tempdir or tempfile.gettempdir()) / "parlance"
    folder.mkdir(exist_ok=True)
    return folder / name


def _mixed_down(strip: Any, scene: Any) -> tuple[Path, float]:
    """The strip as Blender plays it, for speed changes that only Blender knows, and the scene second that it begins at.

    Nothing else sounds meanwhile.
    """
    path = _temporary(f"{strip.sound.session_uid}-retimed.wav")
    with _only_audible(strip, scene), bpy.context.temp_override(scene=scene, sequencer_scene=scene):
        bpy.ops.sound.mixdown(filepath=str(path), container="WAV", codec="PCM", format="F32")
    return path, int(compat.strip_timing(strip).left) / strips.rate(scene)


@contextmanager
def _only_audible(strip: Any, scene: Any) -> Iterator[None]:
    timing = compat.strip_timing(strip)
    others = [other for other in strips.sound_strips(scene) if other != strip]
    muted = [(each, each.mute) for each in (strip, *others)]
    span = scene.frame_start, scene.frame_end
    try:
        for each, _ in muted:
            each.mute = each != strip
        scene.frame_start, scene.frame_end = int(timing.left), int(timing.right)
        scene.view_layers[0].update()
        yield
    finally:
        for each, was in muted:
            each.mute = was
        scene.frame_start, scene.frame_end = span
