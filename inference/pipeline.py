# SPDX-License-Identifier: GPL-3.0-or-later
"""From a file to curves: the steps that the commands, batches and the library share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Final

import numpy as np

from . import files, moods, outputs, presets
from .animation import Animation
from .audio import Audio
from .direction import Control, Direction, controls
from .errors import ParlanceError
from .formats import audio2face, livelink_csv, performance_file, phone_files, plain_csv
from .formats.untrusted import MOST_BYTES, read_text
from .from_phones import performance_from
from .hearing import ModelFile, hear
from .performance import Performance
from .progress import Progress
from .retouch import vocal_track
from .retouch.retouching import Retouching
from .text import tagging
from .tracks import Tracks

WRITERS: Final[dict[str, Callable[[Animation], Iterator[str]]]] = {
    "plain": plain_csv.lines,
    "livelink": livelink_csv.lines,
    "ace": audio2face.csv_lines,
    "audio2face": audio2face.json_lines,
}
"""Curve formats by their name on the command line: the text in pieces."""
SUFFIXES: Final = {"audio2face": ".a2f.json"}
"""How files of curves are called that are no CSV."""
LATEST: Final = 1e6
"""Seconds, eleven days: scene times beyond are a slip of the keyboard."""
DEFAULT: Final = Direction()


def hear_file(
    path: Path,
    *,
    channel: int | None = None,
    progress: Progress | None = None,
    model: ModelFile | None = None,
    incomplete: Callable[[str], None] | None = None,
) -> Performance:
    """What is heard in a sound file, was heard in a stored performance (.npz), or is written in phone times.

    model: a network of the user's own to hear sounds with.   incomplete: is told that a sound was cut short, of which the rest
    is heard; None refuses it.

    Phone times are a TextGrid, the JSON of `parlance listen`, the TSV, XML or JSON of Rhubarb Lip Sync, or switch data of
    Moho at 24 frames a second. Raises ParlanceError.
    """
    kind = path.suffix.lower()
    if kind == ".npz":
        return performance_file.from_bytes(_bytes(path))
    if kind in {suffix.lower() for suffix in phone_files.SUFFIXES.values()}:
        return performance_from(phone_files.read(read_text(path)))
    return hear(sound_of(path, channel=channel, incomplete=incomplete), progress=progress, model=model)


def sound_of(path: Path, *, channel: int | None = None, incomplete: Callable[[str], None] | None = None) -> Audio:
    """What is in a sound file; `incomplete` as in hear_file. Raises ParlanceError."""
    try:
        return files.read(path, channel=channel)
    except files.IncompleteError as error:
        if incomplete is None or error.audio.duration < files.SHORTEST:
            raise
        incomplete(f"“{path.name}” is incomplete; what is left of it is heard")
        return error.audio


def text_of(given: str) -> str:
    """The text itself, or the content of the text file that it names. Raises ParlanceError when that cannot be read."""
    path = Path(given)
    return read_text(path) if path.suffix.lower() == ".txt" else given


def animate(performance: Performance, direction: Direction, *, fps: float, start: float, text: str | None = None) -> Animation:
    """The Animation of a whole performance. text: what is said, whose directions in brackets are followed."""
    if not (1 <= fps <= 1000 and -LATEST <= start <= LATEST):
        raise ParlanceError(f"Frames per second lie between 1 and 1000, and the start within {LATEST:.0f} seconds.")
    from .acting import act

    if text is None or "[" not in text:
        return act(performance, direction, fps=fps, start=start)
    return _directed(performance, direction, text, fps=fps, start=start)


def _directed(performance: Performance, direction: Direction, text: str, *, fps: float, start: float) -> Animation:
    """The Animation with what the directions of a text ask for."""
    from .acting import Extent, act, span

    asked = tagging.written(tagging.in_text(text, performance), direction, performance)
    for sound in asked.vocals.values():
        performance = vocal_track.replaced(performance, vocal_track.added(vocal_track.of(performance), sound))
    first, count = span(performance.duration, fps=fps, start=start)
    looked = tagging.target(asked.looks, (first + np.arange(count)) / fps - start)
    passages = tuple(sorted(asked.passages.values(), key=lambda passage: passage.start))
    return Retouching(passages=passages).acted(
        lambda each, shown: act(
            performance,
            each,
            fps=fps,
            start=start,
            extent=Extent(shown=shown),
            tracks=Tracks(target=looked),
            cues=tuple(asked.cues.values()),
        ),
        direction,
    )


def direction(preset: str | None, changes: Mapping[str, Any], base: Direction = DEFAULT) -> Direction:
    """The base, or a preset instead of it, with changes on top. Raises ParlanceError for what no control can be set to."""
    chosen = base if preset is None else _preset(preset)
    known = {control.name: control for control in controls()}
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name == "mood":
            if not isinstance(value, str):
                raise ParlanceError(f"“mood” must be the name of a mood or a file, not {value!r}.")
            values[name] = moods.mood_named(value)
        elif name in known:
            values[name] = _checked(known[name], value)
        else:
            raise ParlanceError(f"There is no setting called “{name}”.")
    return dataclasses.replace(chosen, **values)


def _checked(control: Control, value: Any) -> float | bool:
    """The value as Python's own number, for scripts give those of NumPy too. Raises ParlanceError where it does not fit."""
    if isinstance(control.default, bool):
        if not isinstance(value, bool | np.bool_):
            raise ParlanceError(f"“{control.name}” must be true or false, not {value!r}.")
        return bool(value)
    whole = isinstance(control.default, int)
    fits = isinstance(value, Integral if whole else Real) and not isinstance(value, bool)
    if not fits or not control.low <= value <= control.high:
        kind = "whole number" if whole else "number"
        raise ParlanceError(f"“{control.name}” must be a {kind} from {control.low:g} to {control.high:g}, not {value!r}.")
    return int(value) if whole or isinstance(value, int) else float(value)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ParlanceError(f"“{path.name}” is too large to be a performance; choose another file.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{outputs.shown(path)}” cannot be read ({outputs.reason(error)}).") from error


def _preset(name: str) -> Direction:
    path = Path(name)
    if path.suffix.lower() == ".json":
        return presets.read_preset(path).direction
    return presets.load_preset(name.replace("-", "_")).direction
