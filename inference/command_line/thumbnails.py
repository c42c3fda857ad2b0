# SPDX-License-Identifier: GPL-3.0-or-later
"""A line of a batch at a glance: how loud it is and how far the lips part, noted in few bytes and drawn from them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .. import geometry
from ..animation import Animation
from ..audio import Audio

POINTS: Final = 120
WIDEST: Final = 24.0
"""Millimetres between the lips that fill a drawing's height."""
_QUIET: Final = 5
"""Hundredths of full scale below which a sound is drawn as small as it is."""
_HEIGHT: Final = 36
_GAP: Final = geometry.INDEX["gap"]


def noted(audio: Audio, animation: Animation) -> dict[str, str]:
    """sound: loudest samples in hundredths of full scale; mouth: widest gaps of the reference face, tenths of a millimetre."""
    gaps = geometry.measure(animation.shapes)[:, _GAP]
    return {"sound": _told(_peaks(audio.samples, POINTS), 100.0), "mouth": _told(_peaks(gaps, POINTS), 10.0)}


def drawn(note: Mapping[str, Any]) -> str:
    """SVG of both; empty where the note has none."""
    sound, mouth = (_numbers(note.get(name)) for name in ("sound", "mouth"))
    if not sound or not mouth:
        return ""
    middle = _HEIGHT / 2
    loud = [peak / max(*sound, _QUIET) * middle for peak in sound]
    wave = "".join(f"M{_x(at, sound)} {middle - half:.0f}v{max(2 * half, 1):.0f}" for at, half in enumerate(loud))
    heights = [min(gap / 10.0 / WIDEST, 1.0) * (_HEIGHT - 2) for gap in mouth]
    points = " ".join(f"{_x(at, mouth)},{_HEIGHT - 1 - height:.0f}" for at, height in enumerate(heights))
    return f"<svg width={2 * POINTS} height={_HEIGHT}><path d='{wave}'/><polyline points='{points}'/></svg>"


def _x(at: int, track: list[int]) -> int:
    return round(2 * POINTS * (at + 0.5) / len(track))


def _peaks(track: NDArray[np.float32], points: int) -> list[float]:
    """The largest magnitude in each of so many equal parts, fewer where there are fewer values."""
    edges = np.unique(np.linspace(0, len(track), points + 1).astype(int))
    return [float(np.abs(track[begin:end]).max()) for begin, end in pairwise(edges)]


def _told(values: list[float], scale: float) -> str:
    return " ".join(str(round(min(value * scale, 999))) for value in values)


def _numbers(text: object) -> list[int]:
    """Of a note that anybody may have changed."""
    parts = text.split() if isinstance(text, str) else []
    return [int(part) for part in parts[: 2 * POINTS] if part.isdecimal() and len(part) < 4]
