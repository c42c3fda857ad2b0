# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones of `parlance listen --format json`, for scripts: written with what else was heard, and read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from ..audio import LONGEST
from ..errors import ParlanceError
from ..performance import Event, Phone
from ..phones import INDEX
from .untrusted import number

_BROKEN: Final = (
    "Every phone in a JSON file of phones has “phone”, “start” and “end” in seconds, and may have “confidence” from 0 to 1."
)


def write(phones: Sequence[Phone], events: Sequence[Event], sound: str) -> str:
    """One line of JSON: "audio", "phones" and "events", times in seconds.   sound: the file they were heard in."""
    spoken = [
        {"phone": each.symbol, "start": each.start, "end": each.end, "confidence": round(each.confidence, 3)} for each in phones
    ]
    heard = [
        {"kind": each.kind, "time": each.time, "duration": each.duration, "strength": round(each.strength, 3)} for each in events
    ]
    return json.dumps({"audio": sound, "phones": spoken, "events": heard}, ensure_ascii=False) + "\n"


def read(listed: Any) -> tuple[Phone, ...]:
    """The phones that are listed under "phones"; gaps between them are silence. Events are found anew from phones.

    Raises ParlanceError for a phone that is none of Parlance's classes, times that run backwards, and whatever else is wrong.
    """
    try:
        found = [(str(each["phone"]), number(each["start"]), number(each["end"]), _sure(each)) for each in listed]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParlanceError(_BROKEN) from error
    phones: list[Phone] = []
    now = 0.0
    for symbol, start, end, sure in found:
        if symbol not in INDEX:
            raise ParlanceError(f"“{symbol[:20]}” at {start:g} s is none of the phones that Parlance knows: {' '.join(INDEX)}.")
        if not now - 1e-6 <= start < end <= LONGEST:
            raise ParlanceError(f"The phones of this file are empty, overlap or run backwards at {start:g} s.")
        if start - now > 1e-6:
            phones.append(Phone("sil", now, start))
        phones.append(Phone(symbol, max(start, now), end, sure))
        now = end
    if not phones:
        raise ParlanceError("This JSON file has no phones in it.")
    return tuple(phones)


def _sure(each: dict[str, Any]) -> float:
    sure = number(each.get("confidence", 1.0))
    if not 0 <= sure <= 1:
        raise ValueError("a confidence that is none")
    return sure
