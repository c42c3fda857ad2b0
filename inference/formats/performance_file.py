# SPDX-License-Identifier: GPL-3.0-or-later
"""A Performance as bytes, small enough to live in a .blend: about 120 kB a minute, NumPy and zlib alone.

Tracks change little from frame to frame, so the whole steps between frames are stored, not the values.
Resolution: curves 1/4000, emotion, speech, voicing and arousal 1/1000, loudness 0.05 dB, pitch 0.01 semitones, posteriors 1/255.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import ParlanceError
from ..performance import Event, Performance, Phone

VERSION: Final = 1
STEPS: Final = {
    "curves": 4000,
    "posteriors": 255,
    "emotion": 1000,
    "arousal": 1000,
    "speech": 1000,
    "loudness": 20,
    "pitch": 100,
    "voicing": 1000,
}
"""Whole steps per unit of each track."""


def to_bytes(performance: Performance) -> bytes:
    """Everything in the Performance, quantised to STEPS."""
    values = {name: getattr(performance, name) for name in STEPS}
    values["posteriors"] = _shared(values["posteriors"], STEPS["posteriors"])
    tracks = {name: _packed(values[name], steps) for name, steps in STEPS.items()}
    plain = {
        "version": VERSION,
        "duration": performance.duration,
        "model": performance.model,
        "phones": [asdict(phone) for phone in performance.phones],
        "events": [asdict(event) for event in performance.events],
    }
    text = np.frombuffer(json.dumps(plain, ensure_ascii=False).encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, plain=text, **tracks)  # type: ignore[arg-type]
    return buffer.getvalue()


def from_bytes(data: bytes) -> Performance:
    """Read it back. Raises ParlanceError when the bytes are damaged or come from a newer Parlance."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            plain: dict[str, Any] = json.loads(stored["plain"].tobytes())
            if plain["version"] > VERSION:
                raise ParlanceError("This performance was stored by a newer version of Parlance; update the extension.")
            tracks: dict[str, Any] = {name: _unpacked(stored[name], steps) for name, steps in STEPS.items()}
        phones = tuple(Phone(**phone) for phone in plain["phones"])
        events = tuple(Event(**event) for event in plain["events"])
        duration, model = float(plain["duration"]), str(plain["model"])
    except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
        raise ParlanceError("The stored performance is damaged; generate it again.") from error
    sums = tracks["posteriors"].sum(axis=1, keepdims=True)
    tracks["posteriors"] = tracks["posteriors"] / np.where(sums > 0, sums, 1)
    return Performance(**tracks, phones=phones, events=events, duration=duration, model=model)


def _shared(rows: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """Rows rounded to whole steps that still sum to one (largest remainders): stored again, they do not change."""
    whole = np.floor(rows * steps)
    missing = np.where(rows.sum(axis=1) > 0, steps - whole.sum(axis=1), 0)[:, None]
    rank = np.argsort(np.argsort(whole - rows * steps, axis=1, kind="stable"), axis=1, kind="stable")
    return ((whole + (rank < missing)) / steps).astype(np.float32)


def _packed(track: NDArray[np.float32], steps: int) -> NDArray[np.int16]:
    """int16[..., T]: each channel's whole steps from the frame before, in wrapping arithmetic."""
    whole = np.rint(track.T * steps).astype(np.int16)
    return np.diff(whole, axis=-1, prepend=np.zeros_like(whole[..., :1]))


def _unpacked(differences: NDArray[np.int16], steps: int) -> NDArray[np.float32]:
    whole = np.cumsum(differences, axis=-1, dtype=np.int16)
    return np.ascontiguousarray(whole.T, np.float32) / np.float32(steps)
