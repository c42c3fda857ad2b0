# SPDX-License-Identifier: GPL-3.0-or-later
"""Festival and Flite: batches of texts through their command lines, which tell where each segment ends."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .spoken import RawSegment, Spoken, at_rate
from .voices import Voice

TIMEOUT = 600.0
"""Seconds for all of one voice's texts."""


@dataclass(frozen=True)
class Line:
    """A text to speak. pace: duration relative to the voice's own. size: above 1 a larger, deeper and slower speaker."""

    text: str
    pace: float = 1.0
    size: float = 1.0


def speak(voice: Voice, lines: Sequence[Line], folder: Path) -> list[Spoken | None]:
    """Speak the lines with a Festival or Flite voice; None where the voice failed. folder: an existing, empty one to work in."""
    if voice.engine == "flite":
        return [_flite(voice, line, folder) for line in lines]
    _festival(voice, lines, folder)
    return [_read(folder / f"{number}.wav", folder / f"{number}.txt", line) for number, line in enumerate(lines)]


def _festival(voice: Voice, lines: Sequence[Line], folder: Path) -> None:
    script = [f"(voice_{voice.name})"]
    for number, line in enumerate(lines):
        quoted = line.text.replace("\\", " ").replace('"', " ")
        script += [
            f"(Parameter.set 'Duration_Stretch {line.pace:.3f})",
            f'(set! spoken (SynthText "{quoted}"))',
            f'(utt.save.wave spoken "{folder / f"{number}.wav"}" \'riff)',
            f'(set! labels (fopen "{folder / f"{number}.txt"}" "w"))',
            '(mapcar (lambda (s) (format labels "%s %f\\n" (item.name s) (item.feat s \'segment_end)))'
            " (utt.relation.items spoken 'Segment))",
            "(fclose labels)",
        ]
    source = folder / "lines.scm"
    source.write_bytes("\n".join(script).encode(voice.encoding, errors="ignore"))
    # A text that a voice chokes on ends the batch; what was spoken before it is kept.
    subprocess.run(["festival", "--batch", str(source)], check=False, capture_output=True, timeout=TIMEOUT)


def _flite(voice: Voice, line: Line, folder: Path) -> Spoken | None:
    wave, labels = folder / "flite.wav", folder / "flite.txt"
    pace = f"duration_stretch={line.pace:.3f}"
    command = ["flite", "-voice", voice.name, "--setf", pace, "-psdur", "-t", line.text, "-o", str(wave)]
    run = subprocess.run(command, check=False, capture_output=True, timeout=TIMEOUT, text=True)
    pairs = [pair.split(":") for pair in run.stdout.split() if ":" in pair]
    labels.write_text("\n".join(f"{symbol} {end}" for symbol, end in pairs), encoding="utf-8")
    return _read(wave, labels, line)


def _read(wave: Path, labels: Path, line: Line) -> Spoken | None:
    import soundfile

    if not (wave.exists() and labels.exists()):
        return None
    samples, rate = soundfile.read(wave, dtype="float32")
    rows = [row.split() for row in labels.read_bytes().decode("latin-1").splitlines() if row.strip()]
    segments: list[RawSegment] = []
    start = 0.0
    for symbol, text in rows:
        end = float(text) * line.size
        segments.append((symbol, start, end))
        start = end
    if len(segments) < 2 or np.abs(samples).max(initial=0.0) < 1e-3:
        return None
    # Flite may leave out part of the last pause.
    length = len(samples) / rate * line.size
    heard = tuple((symbol, begin, min(end, length)) for symbol, begin, end in segments if begin < length)
    return Spoken(at_rate(samples, rate, line.size), heard)
