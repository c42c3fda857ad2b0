# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of sounds that a line does not reach or play now: stored as text in the file, and read back."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, Final

from ...inference import phones as inventory
from ...inference.performance import VOCAL_KINDS, Event, Phone
from ...inference.retouch.retouching import Elsewhere, Waiting

MOST: Final = 100_000
"""Phones or sounds; more are in no line."""
RECORDINGS: Final = 16
"""Other recordings whose changes are kept with a line; the oldest go first."""
DAMAGED: Final = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What reading a text from a file raises that was not written by us."""


def text_of(waiting: Waiting) -> str:
    """The text that is kept with a line; empty where nothing waits."""
    return json.dumps(_columns(waiting), ensure_ascii=False) if waiting != Waiting() else ""


def text_of_elsewhere(kept: Sequence[Elsewhere]) -> str:
    """The text of changes of other recordings; empty where there are none."""
    rows = [{"sound": each.sound, "begins": each.begins, **_columns(each.changes)} for each in kept[-RECORDINGS:]]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def _columns(waiting: Waiting) -> dict[str, Any]:
    phones = [[each.symbol, each.start, each.end, each.confidence, each.strength] for each in waiting.phones]
    vocals, silenced = (
        [[each.kind, each.time, each.duration, each.strength, each.confidence] for each in lane]
        for lane in (waiting.vocals, waiting.silenced)
    )
    return {"phones": phones, "vocals": vocals, "silenced": silenced}


def read(text: str) -> Waiting:
    """Read what waits; nothing where it is damaged: then it is as if it had been cut off for good."""
    try:
        return _waiting(json.loads(text) if text else {})
    except DAMAGED:
        return Waiting()


def read_elsewhere(text: str) -> tuple[Elsewhere, ...]:
    """Read the changes of other recordings; none where they are damaged."""
    try:
        rows = (json.loads(text) if text else [])[-RECORDINGS:]
        return tuple(Elsewhere(str(row["sound"]), _number(row["begins"]), _waiting(row)) for row in rows)
    except DAMAGED:
        return ()


def _waiting(found: Any) -> Waiting:
    rows = found.get("phones", ())[:MOST]
    phones = tuple(Phone(_one_of(inventory.SYMBOLS, symbol), *_numbers(rest)) for symbol, *rest in rows)
    vocals, silenced = (
        tuple(Event(_one_of(VOCAL_KINDS, kind), *_numbers(rest)) for kind, *rest in found.get(name, ())[:MOST])
        for name in ("vocals", "silenced")
    )
    return Waiting(phones, vocals, silenced)


def _one_of(known: Sequence[Any], name: str) -> Any:
    if name not in known:
        raise ValueError("no sound that is known")
    return name


def _numbers(values: Sequence[Any]) -> tuple[float, float, float, float]:
    one, two, three, four = map(_number, values)
    return one, two, three, four


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no time")
    return number
