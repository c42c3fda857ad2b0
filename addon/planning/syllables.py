# SPDX-License-Identifier: GPL-3.0-or-later
"""Syllables that the artist opens otherwise, as rules on one line."""

from __future__ import annotations

from dataclasses import replace

from ...inference.learning import Placed
from ...inference.learning.syllables import openings
from ...inference.retouch.retouching import Retouching


def placed(retouched: Retouching) -> tuple[Placed, ...]:
    """What opens the syllables of a line otherwise."""
    if not retouched.openings:
        return ()
    shift = retouched.shift
    phones = [replace(phone, start=phone.start - shift, end=phone.end - shift) for phone in retouched.phones]
    return openings(phones, retouched.openings)
