# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory that the command takes for long sounds: python benchmarks/memory.py [--minutes 120] [--fps 60]

The bundled clip speaks over and over. Printed are the largest memory of the whole process, what of it a single second takes, and
how often the 16 kHz samples themselves (4 bytes each) would fit into the rest. Linux and macOS.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from parlance.inference.audio import SAMPLE_RATE
from parlance.inference.files import read

CLIP = Path(__file__).resolve().parents[1] / "demo/hello.flac"
SHORT = 1.0
"""Seconds of sound that stand for none."""
RUN = """
import resource, sys
from parlance.inference.command_line import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
sys.exit(code)
"""
UNIT = 1e6 if sys.platform == "darwin" else 1e3
"""What the system counts in, per megabyte."""


def main() -> None:
    """Print one line for hearing alone and one for the whole command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--fps", type=float, default=60.0)
    options = parser.parse_args()
    seconds = options.minutes * 60
    sound = 4e-6 * seconds * SAMPLE_RATE
    voice = read(CLIP).samples
    with tempfile.TemporaryDirectory(prefix="parlance-") as folder:
        for name, arguments in (("listen", ["--format", "json"]), ("animate", ["--fps", str(options.fps)])):
            least, _ = _peak(Path(folder), name, arguments, np.resize(voice, round(SHORT * SAMPLE_RATE)))
            most, took = _peak(Path(folder), name, arguments, np.resize(voice, round(seconds * SAMPLE_RATE)))
            print(
                f"{name}: {options.minutes:g} minutes in {took:.0f} s, {most:.0f} MB at most, {least:.0f} for one second; "
                f"the rest is {(most - least) / sound:.2f} times the sound ({sound:.0f} MB)"
            )


def _peak(folder: Path, command: str, arguments: list[str], samples: NDArray[np.float32]) -> tuple[float, float]:
    """Megabytes and seconds of one run of the command in a process of its own."""
    source = folder / "voice.wav"
    soundfile.write(source, samples, SAMPLE_RATE, subtype="PCM_16")
    began = time.perf_counter()
    given = [command, str(source), *arguments, "-o", str(folder / "out.csv"), "--force", "--quiet"]
    done = subprocess.run([sys.executable, "-c", RUN, *given], check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) / UNIT, time.perf_counter() - began


if __name__ == "__main__":
    main()
