# SPDX-License-Identifier: GPL-3.0-or-later
"""What live hearing costs, and whether one core keeps up: python benchmarks/live_speed.py [--minutes 10] [--real [--trace FILE]]

Speech of the demonstration, again and again, is heard as it would be live, on one thread, faster than it sounds, 20 ms at a time.
For both executors are told: seconds of computing per second of sound, the slowest step, and what an idle core would have made of
it: each step begins when its sound is there and the step before is done, and takes the processor time that it took here. So the
lateness and the frames that would have been passed over can be told on a machine that does much else.

--real takes as long as it says: `parlance live` hears a WAV file that grows as its sound would come, and sends its frames to a
port of this machine; what it tells at its end is told, with its memory, and the end is an error where a frame was passed over.
--trace writes down what held it up (`live_trace.py`).
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parlance.inference import files
from parlance.inference.audio import SAMPLE_RATE
from parlance.inference.command_line.live import STALE
from parlance.inference.hearing import weights
from parlance.inference.hearing.engines import FORCE
from parlance.inference.live.stream import LiveStream

SPEECH: Final = Path(__file__).resolve().parents[1] / "demo/hello.flac"
STEP: Final = SAMPLE_RATE // 50


@dataclass(frozen=True)
class Course:
    """spent: seconds of processor time of each step. late: seconds of each frame behind its sound, on a core of its own."""

    spent: NDArray[np.float64]
    late: NDArray[np.float64]


def course(stream: LiveStream, wave: NDArray[np.float32]) -> Course:
    """Hear a wave at SAMPLE_RATE."""
    spent, late = [], []
    free = 0.0
    for start in range(0, len(wave), STEP):
        began = time.process_time()
        frames = stream.feed(wave[start : start + STEP])
        spent.append(time.process_time() - began)
        free = max(free, min(start + STEP, len(wave)) / SAMPLE_RATE) + spent[-1]
        late += [free - frame.time for frame in frames]
    return Course(np.array(spent), np.array(late))


def in_real_time(minutes: float, speech: NDArray[np.float32], trace: str = "") -> None:
    """trace: a file to write down what held it up. Raises SystemExit where a frame or a block of sound was lost."""
    wave = np.resize(np.round(speech * 32767).astype("<i2"), round(minutes * 60 * SAMPLE_RATE))
    format_ = struct.pack("<4sIHHIIHH4sI", b"fmt ", 16, 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16, b"data", 0xFFFFFFFF)
    with tempfile.TemporaryDirectory() as folder, socket.socket(type=socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        sound, curves = Path(folder) / "growing.wav", Path(folder) / "face.csv"
        with sound.open("wb", buffering=0) as file:
            file.write(b"RIFF\xff\xff\xff\xffWAVE" + format_)
            options = ["-o", str(curves), "--to", f"127.0.0.1:{port.getsockname()[1]}", "--patience", "4"]
            program = [str(Path(__file__).with_name("live_trace.py")), trace] if trace else ["-m", "parlance.inference"]
            command = [sys.executable, *program, "live", str(sound), *options]
            live = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            began, given, most = time.monotonic(), 0, 0
            while given < len(wave):
                time.sleep(STEP / SAMPLE_RATE)
                due = min(len(wave), int((time.monotonic() - began) * SAMPLE_RATE))
                file.write(wave[given:due].tobytes())
                given = due
                if given // (10 * SAMPLE_RATE) != (given - STEP) // (10 * SAMPLE_RATE):
                    most = max(most, _memory(live.pid))
        told = live.communicate(timeout=60 * minutes + 120)[1]
        rows = sum(1 for _ in curves.open(encoding="utf-8")) - 1
    print(f"{told}{rows} frames in the file, {most} MB of memory at most")
    lost = re.search(r"(\d+) dropped, (\d+) blocks", told)
    if lost is None or lost.group(1) != "0" or lost.group(2) != "0":
        raise SystemExit("It did not keep up.")


def _memory(process: int) -> int:
    """Megabytes of a process; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text(encoding="utf-8")) if status.exists() else None
    return int(found.group(1)) // 1024 if found else 0


def main() -> None:
    """Print two lines per executor, or what the command told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--real", action="store_true", help="as long as it sounds, through the command")
    parser.add_argument("--trace", metavar="FILE", default="", help="with --real: write down what held it up")
    options = parser.parse_args()
    minutes = options.minutes
    speech = files.read(SPEECH).samples
    if options.real:
        in_real_time(minutes, speech, options.trace)
        return
    print(f"{weights.find_live().stat().st_size / 1e6:.2f} MB of weights, {minutes:g} minutes of speech")
    for force, seconds in (("", minutes * 60), ("numpy", min(minutes * 60, 60))):
        os.environ[FORCE] = force
        stream = LiveStream()
        found = course(stream, np.resize(speech, round(seconds * SAMPLE_RATE)))
        spent, late = found.spent * 1000, found.late * 1000
        dropped = int((found.late > stream.delay + STALE).sum())
        print(
            f"{stream.engine.name}: {found.spent.sum() / seconds:.3f} s of one core a second of sound; a step of 20 ms takes "
            f"{np.median(spent):.1f} ms, {np.quantile(spent, 0.99):.1f} in 99 %, at most {spent.max():.0f} ms\n"
            f"    on a core of its own: {dropped} of {len(late)} frames passed over, behind the sound {np.median(late):.0f} ms "
            f"in the middle, {np.quantile(late, 0.99):.0f} in 99 %, at most {late.max():.0f} ms (up to "
            f"{1000 * stream.delay:.0f} are the look-ahead)"
        )


if __name__ == "__main__":
    main()
