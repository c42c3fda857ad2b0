# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouth cues: which of a few drawn mouths shows when, for cut-out and 2-D characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..audio import LONGEST
from ..errors import ParlanceError
from ..performance import Phone

SHORTEST: Final = 0.07
"""Seconds; a drawn mouth that changes faster flickers. Rhubarb keeps the same limit."""


@dataclass(frozen=True)
class MouthCue:
    """One mouth shape, by its name in the set of drawings, from start to end in seconds."""

    start: float
    end: float
    shape: str


def unhurried(mouth: Sequence[MouthCue], must_show: frozenset[str]) -> list[MouthCue]:
    """Cues shorter than SHORTEST give their time away; those that must show take time from their neighbours instead."""
    kept: list[MouthCue] = []
    for cue in mouth:
        short = cue.end - cue.start < SHORTEST
        if kept and short and cue.shape in must_show:
            start = max(cue.end - SHORTEST, kept[-1].start)
            kept[-1] = replace(kept[-1], end=start)
            kept.append(replace(cue, start=start))
        elif kept and short:
            kept[-1] = replace(kept[-1], end=cue.end)
        else:
            kept.append(cue)
    return kept


def joined(mouth: Sequence[MouthCue]) -> tuple[MouthCue, ...]:
    """Without empty cues, and neighbours of the same shape as one."""
    whole: list[MouthCue] = []
    for cue in mouth:
        if whole and whole[-1].shape == cue.shape:
            whole[-1] = replace(whole[-1], end=cue.end)
        elif cue.end > cue.start:
            whole.append(cue)
    return tuple(whole)


def checked(mouth: Sequence[MouthCue], shapes: frozenset[str], described: str) -> tuple[MouthCue, ...]:
    """The cues that last, in order and without overlap. Raises ParlanceError where there are none, or they are not.

    shapes: the names that there are.   described: what they are, for people.
    """
    found = tuple(cue for cue in mouth if cue.start != cue.end)
    if not found or any(cue.shape not in shapes for cue in found):
        raise ParlanceError(f"This file has no mouth cues of {described} in it.")
    ends = [0.0, *(cue.end for cue in found)]
    following = zip(found, ends, strict=False)
    broken = next((cue for cue, before in following if not (before - 1e-6 <= cue.start < cue.end > before)), None)
    if broken is not None or ends[-1] > LONGEST:
        at = ends[-1] if broken is None else broken.start
        raise ParlanceError(f"The mouth cues of this file overlap or run backwards at {at:g} s.")
    return found


def shown_by(mouth: Sequence[MouthCue], typical: Mapping[str, str]) -> tuple[Phone, ...]:
    """Phones that show each cue, half sure, for a few shapes say little; gaps are silent. typical: a phone for each shape."""
    phones: list[Phone] = []
    now = 0.0
    for cue in mouth:
        if cue.start > now + 1e-6:
            phones.append(Phone("sil", now, cue.start, 0.5))
            now = cue.start
        phones.append(Phone(typical[cue.shape], now, cue.end, 0.5))
        now = cue.end
    return tuple(phones)
