# SPDX-License-Identifier: GPL-3.0-or-later
"""Parlance in three lines of Python: `parlance.animate`, `parlance.hear`, `parlance.save`."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Final, Literal

from . import outputs, pipeline
from .animation import Animation
from .audio import Audio
from .direction import Direction
from .errors import ParlanceError
from .formats import performance_file
from .hearing import ModelFile
from .hearing import hear as _hear
from .performance import Performance
from .text import speaking, transcript

__all__ = ["Animation", "Audio", "Direction", "ModelFile", "ParlanceError", "Performance", "animate", "hear", "save", "speak"]

Sound = str | PathLike[str] | Audio
Setting = float | bool
Model = str | PathLike[str] | ModelFile
_PATH: Final = "the path of a file"


def hear(
    sound: Sound,
    *,
    channel: int | None = None,
    text: str | None = None,
    language: str = "auto",
    model: Model | None = None,
) -> Performance:
    """What is said in a sound and how; it can be animated again and again.

    sound: a sound file, a stored performance (.npz), phone times (.TextGrid; .json of `parlance listen`; .tsv, .xml or .json of
    Rhubarb; .dat of Moho at 24 frames a second), or an Audio.
    channel: the one to listen to, counted from 1; all are mixed by default. text: what is said, where it is known, with words or
    all of it as IPA between slashes; language: of the text, such as en, de or fr, guessed by default.
    model: a network of your own to hear with: its ONNX file, the folder of one of Audio2Face-3D, or a ModelFile, which also says
    how its phones are called. Raises ParlanceError.
    """
    _expect("sound", sound, (str, PathLike, Audio), f"{_PATH} or an Audio")
    _expect("channel", channel, (Integral, None), "a whole number, counted from 1")
    _expect("text", text, (str, None), "text")
    _expect("language", language, (str,), "text such as “en”")
    _expect("model", model, (str, PathLike, ModelFile, None), f"{_PATH}, or a ModelFile")
    chosen = model if model is None or isinstance(model, ModelFile) else ModelFile(Path(model))
    if isinstance(sound, Audio):
        heard = _hear(sound, model=chosen)
    else:
        heard = pipeline.hear_file(Path(sound), channel=channel, model=chosen)
    return heard if text is None else transcript.align_text(heard, text, language)


def speak(text: str, *, language: str = "auto", pace: float = 1.0, dictionary: Mapping[str, str] | None = None) -> Performance:
    """What would be heard of somebody reading a text: lips without a sound, with natural durations, pauses and accents.

    text: directions in brackets are not said. language: such as en, de or fr, guessed by default. pace: 1 as people read, 2 twice
    as fast. dictionary: words → how they are said, in IPA or ARPAbet. Raises ParlanceError.
    """
    _expect("text", text, (str,), "text")
    _expect("language", language, (str,), "text such as “en”")
    _expect("pace", pace, (Real,), "a number")
    for each in (item for pair in (dictionary or {}).items() for item in pair):
        _expect("dictionary", each, (str,), "words and how each is said, all of it text")
    words = {word.lower(): sounds for word, sounds in (dictionary or {}).items()}
    return speaking.speak(text, language, rate=pace, dictionary=words)


def animate(
    sound: Sound | Performance,
    direction: Direction | None = None,
    *,
    fps: float = 60.0,
    start: float | None = None,
    preset: str | PathLike[str] | None = None,
    channel: int | None = None,
    text: str | None = None,
    language: str = "auto",
    mood: str | PathLike[str] | None = None,
    model: Model | None = None,
    **settings: Setting,
) -> Animation:
    """The 52 ARKit curves, emotion, gaze and head of a face that says what is heard.

    sound: as for `hear`, or what it has given. direction: every slider; or `preset`, the name of one or a JSON file, which
    replaces it; `settings` are single sliders on top, such as jaw=1.2. fps: frames per second, 1 to 1000.
    mood: the name of one or a JSON file, on top of all sliders, as far as mood_amount says.
    start: scene time of the first sample in seconds; by default that of the Audio, else 0.
    channel, text, language, model: as for `hear`; directions in brackets in the text are followed. Raises ParlanceError.
    """
    _expect("sound", sound, (str, PathLike, Audio, Performance), f"{_PATH}, an Audio or a Performance")
    _expect("direction", direction, (Direction, None), "a Direction")
    _expect("fps", fps, (Real,), "a number")
    _expect("start", start, (Real, None), "a number of seconds")
    _expect("preset", preset, (str, PathLike, None), f"the name of a preset, or {_PATH}")
    _expect("mood", mood, (str, PathLike, None), f"the name of a mood, or {_PATH}")
    _expect("text", text, (str, None), "text")
    _expect("language", language, (str,), "text such as “en”")
    if isinstance(sound, Performance):
        performance = sound if text is None else transcript.align_text(sound, text, language)
    else:
        performance = hear(sound, channel=channel, text=text, language=language, model=model)
    given = settings if mood is None else {**settings, "mood": str(mood)}
    chosen = pipeline.direction(preset if preset is None else str(preset), given, base=direction or Direction())
    begins = start if start is not None else sound.start if isinstance(sound, Audio) else 0.0
    return pipeline.animate(performance, chosen, fps=fps, start=begins, text=text)


def save(
    result: Animation | Performance,
    path: str | PathLike[str],
    format: Literal["plain", "livelink", "ace", "audio2face"] = "plain",  # noqa: A002
) -> None:
    """Write curves as CSV or JSON, or a performance to animate again (.npz).

    format: of curves: "plain" has time, shapes and emotion; "livelink" is Apple's Live Link Face; "ace" and "audio2face" are the
    CSV and the JSON of NVIDIA's Audio2Face. A file that is there is replaced, but only when the new one is complete. Raises
    ParlanceError when it cannot be written, or the format is unknown.
    """
    _expect("result", result, (Animation, Performance), "an Animation or a Performance")
    _expect("path", path, (str, PathLike), _PATH)
    if isinstance(result, Performance):
        outputs.write(Path(path), performance_file.to_bytes(result))
        return
    if format not in pipeline.WRITERS:
        raise ParlanceError(f"There is no format “{format}”; choose one of {', '.join(pipeline.WRITERS)}.")
    outputs.write(Path(path), (piece.encode() for piece in pipeline.WRITERS[format](result)))


def _expect(name: str, value: object, kinds: tuple[type | None, ...], meaning: str) -> None:
    """Raise ParlanceError where a caller gave something of another kind; None among the kinds allows None."""
    if value is None and None in kinds:
        return
    if isinstance(value, bool) or not isinstance(value, tuple(kind for kind in kinds if kind is not None)):
        raise ParlanceError(f"“{name}” must be {meaning}, not {'None' if value is None else type(value).__name__}.")
