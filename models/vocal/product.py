# SPDX-License-Identifier: GPL-3.0-or-later
"""What the product makes of the sounds that judge: the vocal sounds that `hear` lists and that are acted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.hearing import events, prosody, tunes, vocal
from ...inference.performance import VOCAL_KINDS, Event
from .heard import Listened

ACTED: Final = 0.6
"""Confidence from which a sound is acted by half or more."""


def found(sound: Listened) -> list[Event]:
    """The vocal sounds in it, as `hear` lists them."""
    heard, spoken = _heard(sound)
    return vocal.found(events.breaths(sound.phones, heard), sound.phones, sound.voice, heard, spoken)


def rushes(sound: Listened) -> list[Event]:
    """Whatever may be a breath in it."""
    return [*events.breaths(sound.phones, _heard(sound)[0])]


def _heard(sound: Listened) -> tuple[events.Sound, NDArray[np.float32]]:
    """The sound as events see it, and float32[T] how likely somebody speaks."""
    voice = sound.voice
    spoken = tunes.voices(voice.speech, voice.posteriors, voice.passing)
    pitch = prosody.semitones(voice.hertz * (spoken > 0))
    return events.Sound(voice.loudness, voice.air, pitch, voice.voicing * (spoken > 0)), spoken


def tell(sounds: Sequence[Listened], split: str) -> None:
    """Recordings by what they are: in how many of them each kind is acted, and listed; of speech, how many are acted a minute."""
    mine = [sound for sound in sounds if sound.split == split and not sound.made]
    for kind in sorted({sound.kind for sound in mine} - {"speech"}):
        heard = [found(sound) for sound in mine if sound.kind == kind]
        acted = Counter(name for each in heard for name in _kinds(each, ACTED))
        listed = Counter(name for each in heard for name in _kinds(each, 0.0))
        row = ", ".join(f"{name} {acted[name]} ({listed[name]})" for name in VOCAL_KINDS if listed[name])
        print(f"  {len(heard):4} × {kind:7} acted (listed) as {row or 'nothing'}")
    for group in sorted({sound.group for sound in mine if sound.kind == "speech"}):
        some = [sound for sound in mine if sound.kind == "speech" and sound.group == group]
        minutes = sum(sound.seconds for sound in some) / 60
        sure = Counter(event.kind for sound in some for event in found(sound) if event.confidence >= ACTED)
        row = ", ".join(f"{name} {sure[name] / minutes:.2f}" for name in VOCAL_KINDS if sure[name] and name != "breath")
        print(f"  {minutes:4.0f} min of {group}: a minute are acted {row or 'none'}")


def _kinds(some: Iterable[Event], least: float) -> set[str]:
    return {event.kind for event in some if event.confidence >= least}
