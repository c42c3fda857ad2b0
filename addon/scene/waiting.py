# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of sounds that a line does not reach now: stored as text in the file, and read back."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, Final

from ...inference import phones as inventory
from ...inference.performance import VOCAL_KINDS, Event, Phone
from ...inference.retouch.retouching import Waiting

MOST: Final = 100_000
"""Phones or sounds; more are in no line."""


def text_of(waiting: Waiting) -> str:
    """The text that is kept with a line; empty where nothing waits."""
    if waiting == Waiting():
        return ""
    phones = [[each.symbol, each.start, each.end, each.confidence, each.strength] for each in waiting.phones]
    vocals, silenced = (
        [[each.kind, each.time, each.duration, each.strength, each.confidence] for each in lane]
        for lane in (waiting.vocals, waiting.silenced)
    )
    return json.dumps({"phones": phones, "vocals": vocals, "silenced": silenced}, ensure_ascii=False)


def read(text: str) -> Waiting:
    """Read what waits; nothing where it is damaged: then it is as if it had been cut off for good."""
    try:
        found = json.loads(text) if text else {}
        rows = found.get("phones", ())[:MOST]
        phones = tuple(Phone(_one_of(inventory.SYMBOLS, symbol), *_numbers(rest)) for symbol, *rest in rows)
        vocals, silenced = (
            tuple(Event(_one_of(VOCAL_KINDS, kind), *_numbers(rest)) for kind, *rest in found.get(name, ())[:MOST])
            for name in ("vocals", "silenced")
        )
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return Waiting()
    return Waiting(phones, vocals, silenced)


def _one_of(known: Sequence[Any], name: str) -> Any:
    if name not in known:
        raise ValueError("no sound that is known")
    return name


def _numbers(values: Sequence[Any]) -> tuple[float, float, float, float]:
    one, two, three, four = map(float, values)
    if not all(map(math.isfinite, (one, two, three, four))):
        raise ValueError("no times")
    return one, two, three, four
