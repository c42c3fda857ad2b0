# SPDX-License-Identifier: GPL-3.0-or-later
"""The handle on the syllable at the playhead: how far it opens, and what that makes of the line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import bpy

from ...inference.learning import Placed
from ...inference.learning.syllables import openings, syllable_at
from ...inference.retouch.retouching import Retouching
from .. import preferences
from ..lines import lines, retouching
from ..properties import retouch_properties
from ..sequencer import strips

SAME: Final = 0.05
"""Seconds by which a vowel may have moved and still be the one that was opened."""


def placed(retouched: Retouching) -> tuple[Placed, ...]:
    """What opens the syllables of a line otherwise."""
    if not retouched.openings:
        return ()
    shift = retouched.shift
    phones = [replace(phone, start=phone.start - shift, end=phone.end - shift) for phone in retouched.phones]
    return openings(phones, retouched.openings)


def here(entry: Any) -> tuple[float, str] | None:
    """The syllable at the playhead: the middle of its first vowel, and its sounds for people. None where nobody speaks."""
    line = retouch_properties.line_of(entry)
    if line is None or not lines.readable(line):
        return None
    scene = bpy.context.scene
    first, rate = lines.span_of(line, strips.rate(scene)).first, strips.rate(scene)
    phones = retouching.phones_of(entry)
    found = syllable_at(phones, (scene.frame_current_final - first) / rate + line.direction.lead)
    if found is None:
        return None
    vowel = phones[found[0]]
    around = phones[max(found[0] - 1, 0) : found[1] + 2]
    sounds = (preferences.phone_name(phone.symbol) for phone in around if phone.symbol != "sil")
    return (vowel.start + vowel.end) / 2, " ".join(sounds)


def amount_here(entry: Any) -> float:
    """How far the syllable at the playhead opens, 1 as heard."""
    found = here(entry)
    known = _at(entry, found[0]) if found is not None else None
    return float(known.amount) if known is not None else 1.0


def open_here(entry: Any, amount: float) -> bool:
    """Open the syllable at the playhead otherwise; False where there is none."""
    found = here(entry)
    if found is None:
        return False
    known = _at(entry, found[0])
    if abs(amount - 1.0) < 1e-4:
        if known is not None:
            entry.openings.remove(list(entry.openings).index(known))
        return True
    known = known or entry.openings.add()
    known.time, known.amount = found[0], amount
    return True


def _at(entry: Any, time: float) -> Any | None:
    return next((each for each in entry.openings if abs(each.time - time) < SAME), None)
