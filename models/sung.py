# SPDX-License-Identifier: GPL-3.0-or-later
"""Songs as clips to learn from: what a voice on a note says, and that it is one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..inference.performance import Phone
from .batches import Clip
from .corpora import Utterance
from .prepare import Sound, cached, labelled_clip, sound_of, teach_weights
from .synthesis import songs

GROUP: Final = "songs"
VOICES, MICROPHONES = 1, 1
"""Copies of each song at another pitch, and through a poor microphone."""
Sung = dict[str, tuple[Sound, tuple[Phone, ...]]]
"""By the singer's name and a number: how it sounds, and the phones that are sung."""


def sung(folder: Path) -> Sung:
    """Every song of synthesis.songs, made once. folder: the cache. Empty where no voice that can sing is installed."""

    def make() -> Sung:
        made: Sung = {}
        for voice in songs.singers():
            for number, (take, phones) in enumerate(songs.sung(voice)):
                name = f"{voice.name} {number}"
                made[name] = sound_of(name, take.samples, VOICES, MICROPHONES), phones
        return made

    return cached(folder, f"songs {songs.SINGERS} {songs.EACH} {VOICES} {MICROPHONES}", make)


def sung_clips(folder: Path) -> list[Clip]:
    """The songs with what the rules say of their phones. folder: the cache."""
    clips = []
    for name, (sound, phones) in sung(folder).items():
        singer = name.rpartition(" ")[0]
        song = Utterance(name, GROUP, singer, "", Path(), None, phones, None, "train")
        clips.append(labelled_clip(song, sound))
    return teach_weights(clips)
