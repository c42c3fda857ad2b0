# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that speaks along with a file, pictured while it does, recorded, and put back."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import aud
import bpy
from stage import head_added, looked_at
from window import AUDIO, OUT, keyed, picture, pressed, show_tab, unfold, waited


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw, and the timer show."""
    unfold("direct", "live")
    yield from head_added()
    bpy.ops.wm.save_as_mainfile(filepath=str(Path(OUT) / "live.blend"))
    yield
    area = looked_at(scale=0.6)
    yield
    show_tab(area)
    yield
    chosen = bpy.context.window_manager.parlance_live
    chosen.source, chosen.path, chosen.record = "FILE", str(_voice()), True
    yield from picture("l1_ready")
    pressed("live_start", "EXEC_DEFAULT")
    for number in range(3):
        for _ in range(3):
            yield
        yield from picture(f"l2_speaks_{number}")
    yield from waited(keyed)
    yield from picture("l3_recorded_and_generated")


def _voice() -> Path:
    """The sound as a WAV file that claims to grow."""
    sound = aud.Sound(AUDIO).rechannel(1).resample(16000, 3)
    path = Path(OUT) / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes((sound.data()[:, 0].clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path
