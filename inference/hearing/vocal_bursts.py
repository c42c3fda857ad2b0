# SPDX-License-Identifier: GPL-3.0-or-later
"""Vocal bursts: efforts, coughs, sighs and gasps, which a voice makes between two silences and which are like no word.

Grunts and cries of effort are voiced; a cough is mostly air; a sigh is air that dies away, a gasp air that is torn in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import FRAME_RATE, Event, Phone, VocalKind
from .events import Sound
from .vocal_cues import OF_BURSTS, of_burst
from .vocal_evidence import learned
from .voice import Voice, runs

KINDS: Final[tuple[VocalKind, ...]] = ("effort", "cough", "sigh", "breath")
DEEPEST: Final = 28.0
"""Decibels below the loudest in which a voice is looked for."""
ABOVE_ROOM: Final = 12.0
GAP: Final = 10
"""Frames of silence that end a burst."""
SHORT_GAP: Final = 5
"""The same within a fit of coughing that goes on for long."""
LENGTHS: Final = (0.1, 2.5)
"""Seconds that one lasts."""
SIGH: Final = (0.6, 2.0)
"""Seconds that a sigh lasts."""
SIGHED: Final = 0.6
"""Confidence of the surest of them."""
GASP: Final = (0.15, 1.8)
"""Seconds that a gasp lasts, with what is let out of it again."""
VOICED: Final = OF_BURSTS.index("voiced")
PEAKS: Final = OF_BURSTS.index("bursts")
TWICE: Final = 2
"""Bursts of a cough at least, as its glottis opens and closes: one with fewer is as likely anything else, as an oof."""
LEAST_VOICE: Final = 0.2
"""Share of an effort that has a pitch, at least: without, it is a knock."""
BEFORE_SPEECH: Final = 0.3
"""Seconds before a word in which air is drawn in for it."""
DYING: Final = 4.0
"""Decibels by which the second half of a sigh is weaker than the first."""


def vocal_bursts(phones: Sequence[Phone], voice: Voice) -> Iterator[Event]:
    """Efforts, coughs, sighs and gasps in time order: whatever sounds is one of them, more or less surely."""
    for first, last, cues in between_silences(phones, voice):
        seconds = (last - first) / FRAME_RATE
        near = float(voice.loudness[first:last].max()) - float(np.percentile(voice.loudness, 98))
        strength = float(np.clip(0.65 + near / 15 + 0.1 * seconds, 0.3, 1))
        able = {"effort": cues[VOICED] >= LEAST_VOICE, "cough": True, "sigh": SIGH[0] <= seconds <= SIGH[1]}
        able["breath"] = GASP[0] <= seconds <= GASP[1]
        # Confidences end at what may be trusted: of two that reach it, the odds still tell the likelier.
        odds = {kind: float(learned()[kind].odds(learned()[kind].scores(cues[None]))[0]) for kind in KINDS if able[kind]}
        if cues[PEAKS] < TWICE:
            odds["cough"] = min(odds["cough"], 0.0)
        kind = max(odds, key=odds.__getitem__)
        yield Event(kind, first / FRAME_RATE, seconds, strength, learned()[kind].confidence(odds[kind]))


def sighs(breaths: Sequence[Event], phones: Sequence[Phone], sound: Sound) -> Iterator[Event]:
    """Of the breaths those that are let out: long, dying away, and with no word after them."""
    starts = np.array([phone.start for phone in phones if phone.symbol != "sil"])
    for breath in breaths:
        following = starts[starts > breath.time + 0.1]
        until_word = float(following.min()) - breath.end if len(following) else np.inf
        first, last = round(breath.time * FRAME_RATE), round(breath.end * FRAME_RATE)
        middle = (first + last) // 2
        if not SIGH[0] <= breath.duration <= SIGH[1] or until_word < BEFORE_SPEECH:
            continue
        dies = float(sound.air[first:middle].mean() - sound.air[middle:last].mean())
        if dies >= DYING:
            # It is no surer a sigh than it is breath.
            confidence = float(np.clip(0.5 + 0.03 * (dies - DYING) + 0.2 * (breath.duration - SIGH[0]), 0, breath.confidence))
            yield Event("sigh", breath.time, breath.duration, max(breath.strength, 0.4), min(confidence, SIGHED))


def between_silences(phones: Sequence[Phone], voice: Voice) -> Iterator[tuple[int, int, NDArray[np.float64]]]:
    """First frame, end and cues of everything between silences that is as long as a vocal sound."""
    loud = voice.loudness
    if len(loud) < GAP:
        return
    top = float(np.percentile(loud, 98))
    heard = loud > max(top - DEEPEST, float(np.percentile(loud, 5)) + ABOVE_ROOM)
    spoken = [phone for phone in phones if phone.symbol != "sil"]
    for first, last in _stretches(heard):
        if LENGTHS[0] <= (last - first) / FRAME_RATE <= LENGTHS[1]:
            begin, end = first / FRAME_RATE - 0.02, last / FRAME_RATE + 0.02
            within = [phone for phone in spoken if phone.end > begin and phone.start < end]
            yield first, last, of_burst(voice, first, last, top, within)


def _stretches(heard: NDArray[np.bool_], gap: int = GAP) -> Iterator[tuple[int, int]]:
    """First frame and end of what is heard between silences of `gap` frames and more; of less where that lasts too long."""
    parts = runs(heard)
    begun = None
    for at, (first, last) in enumerate(parts):
        begun = first if begun is None else begun
        if at + 1 < len(parts) and parts[at + 1][0] - last < gap:
            continue
        if gap > SHORT_GAP and last - begun > LENGTHS[1] * FRAME_RATE:
            yield from ((begun + start, begun + end) for start, end in _stretches(heard[begun:last], SHORT_GAP))
        else:
            yield begun, last
        begun = None
