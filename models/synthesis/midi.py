# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes → sound: a Standard MIDI File, played by FluidSynth (Debian main) with one of Debian's General MIDI sound fonts."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ...inference.errors import ParlanceError

SOUND_FONTS: Final = tuple(Path("/usr/share/sounds/sf2") / name for name in ("FluidR3_GM.sf2", "TimGM6mb.sf2"))
PACKAGES: Final = "fluidsynth fluid-soundfont-gm timgm6mb-soundfont"
TICKS: Final = 480
"""Ticks a second: a quarter note at the file's 60 beats a minute."""
POLYPHONY: Final = 48
NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, BEND = 0x80, 0x90, 0xB0, 0xC0, 0xE0
DRUMS: Final = 9
"""The channel that General MIDI keeps for percussion."""


class Event(NamedTuple):
    """What happens at a time in seconds. data: the one or two bytes after the status."""

    time: float
    status: int
    channel: int
    data: tuple[int, ...]


def installed() -> tuple[Path, ...]:
    """The sound fonts that are there; none without FluidSynth."""
    return tuple(path for path in SOUND_FONTS if path.exists()) if shutil.which("fluidsynth") else ()


def file_of(events: Sequence[Event]) -> bytes:
    """A Standard MIDI File of format 0 at 60 beats a minute; of events at one time, notes end before others begin."""
    track = bytearray()
    now = 0
    for event in sorted(events, key=lambda event: (round(event.time * TICKS), event.status == NOTE_ON)):
        at = round(event.time * TICKS)
        track += _length(at - now) + bytes((event.status | event.channel, *event.data))
        now = at
    tempo = bytes((0x00, 0xFF, 0x51, 0x03)) + (1_000_000).to_bytes(3, "big")
    body = tempo + bytes(track) + bytes((0x00, 0xFF, 0x2F, 0x00))
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + struct.pack(">I", len(body)) + body


def _length(value: int) -> bytes:
    """A variable-length number: seven bits a byte, all but the last with the top bit set."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.insert(0, value & 0x7F | 0x80)
    return bytes(parts)


def play(events: Sequence[Event], font: Path, *, wet: bool = True) -> NDArray[np.float32]:
    """float32[n] at 16 kHz, mono. wet: with FluidSynth's reverberation and chorus. Raises ParlanceError where it cannot play."""
    import soundfile

    with tempfile.TemporaryDirectory() as scratch:
        score, sound = Path(scratch) / "score.mid", Path(scratch) / "sound.wav"
        score.write_bytes(file_of(events))
        effects = "yes" if wet else "no"
        options = ["-n", "-i", "-q", "-g", "0.4", "-R", effects, "-C", effects, "-r", str(SAMPLE_RATE), "-F", str(sound)]
        options += ["-o", f"synth.polyphony={POLYPHONY}"]
        try:
            subprocess.run(["fluidsynth", *options, str(font), str(score)], check=True, capture_output=True)
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            raise ParlanceError(f"FluidSynth is needed to play music; run: apt-get install {PACKAGES}") from error
        stereo, _ = soundfile.read(sound, dtype="float32", always_2d=True)
    return np.asarray(stereo.mean(axis=1), np.float32)
