# SPDX-License-Identifier: GPL-3.0-or-later
"""Direction: the artist's choices, every slider with its range, default and meaning.

This is the only place where a control is declared: the panel, the presets, the command line and the documentation are made from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, dataclass, field, fields
from typing import Any, Final

SECTIONS: Final = ("speech", "emotion", "blink", "gaze", "brows", "head", "timing", "keys")
"""The panel's sections, in order."""


@dataclass(frozen=True)
class Control:
    """What a slider needs to know of a field. low..high bound the value; unit is "" for a plain factor."""

    name: str
    label: str
    default: Any
    low: float
    high: float
    meaning: str
    section: str
    unit: str


def control(default: float, low: float, high: float, meaning: str, section: str, label: str = "", unit: str = "") -> Any:
    """A numeric (or, with bounds 0..1 and a bool default, on/off) field of Direction."""
    metadata = {"low": low, "high": high, "meaning": meaning, "section": section, "label": label, "unit": unit}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Direction:
    """Every artist choice. Immutable; `dataclasses.replace` makes a changed one."""

    jaw: float = control(1.0, 0.0, 2.0, "How far the jaw opens", "speech")
    lips: float = control(1.0, 0.0, 2.0, "How strongly the lips shape sounds", "speech")
    blink_rate: float = control(24.0, 0.0, 60.0, "Blinks a minute while speaking", "blink", unit="per minute")
    seed: int = control(0, 0, 9999, "The take: everything the voice does not decide", "timing", label="Take")


def controls() -> Iterator[Control]:
    """Every control of Direction in declaration order."""
    for item in fields(Direction):
        yield _control_of(item)


def _control_of(item: Field[Any]) -> Control:
    label = item.metadata["label"] or item.name.replace("_", " ").capitalize()
    return Control(
        item.name,
        label,
        item.default,
        item.metadata["low"],
        item.metadata["high"],
        item.metadata["meaning"],
        item.metadata["section"],
        item.metadata["unit"],
    )
