# SPDX-License-Identifier: GPL-3.0-or-later
"""Many lines at once: resumable, reported line by line, and never over work that somebody edited.

Each line gives `<id>.csv` with its curves and `<id>.json`, which says what they were made from. A line whose sound, settings and
model are as they were is not done again; curves that differ from what was written are somebody's, and stay.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from . import files, transcript, work
from .audio import Audio
from .direction import Direction
from .errors import ParlanceError
from .hearing import engine, hear
from .performance import Performance

Status = Literal["ok", "warned", "cached", "failed"]
STATUSES: Final[tuple[Status, ...]] = ("ok", "warned", "cached", "failed")
_RESERVED: Final = ("batch", "report")
HELP: Final = (
    "Write curves for every line of a CSV with the columns id and audio (paths relative to the CSV). "
    "Optional columns: text and language, channel, preset, settings (a JSON object of controls). "
    "Done lines are skipped when run again."
)


@dataclass(frozen=True)
class Plan:
    """One run: the list, where results go, and what is the same for every line."""

    lines: Path
    out: Path
    direction: Direction
    fps: float
    format: str
    shard: tuple[int, int] = (1, 1)
    force: bool = False

    @property
    def report(self) -> Path:
        """Where the result of each line is listed; each shard has its own."""
        part, parts = self.shard
        return self.out / ("report.csv" if parts == 1 else f"report-{part}-of-{parts}.csv")


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    id: str
    audio: Path
    text: str | None = None
    language: str = "en"
    channel: int | None = None
    preset: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """A row of the report."""

    id: str
    audio: str
    status: Status
    reason: str = ""
    duration: float | None = None
    confidence: float | None = None


def parse_shard(text: str) -> tuple[int, int]:
    """Part and parts of "3/16", counted from 1."""
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise ArgumentTypeError(f"{text} is not a part of a whole such as 3/16")
    return int(match[1]), int(match[2])


def run(plan: Plan, *, jobs: int = 1, progress: Callable[[float, str], None]) -> dict[Status, int]:
    """Do every line of the plan's shard; the report grows line by line. Returns how many lines ended how.

    A line that fails is reported and does not stop the others. Raises ParlanceError when the list itself cannot be used.
    """
    part, parts = plan.shard
    lines = read_lines(plan.lines)[part - 1 :: parts]
    ear = engine()
    arguments = {**asdict(plan), "model": ear.model, "python": sys.version}
    work.write(plan.out / "batch.json", json.dumps(arguments, indent=2, default=str).encode())
    counts: Counter[Status] = Counter()
    with plan.report.open("w", newline="", encoding="utf-8") as report:
        rows = csv.DictWriter(report, [item.name for item in fields(Result)])
        rows.writeheader()
        for number, result in enumerate(_results(plan, lines, jobs), 1):
            rows.writerow(asdict(result))
            report.flush()
            counts[result.status] += 1
            progress(number / len(lines), f"{result.id} {result.status}")
    return {status: counts[status] for status in STATUSES}


def read_lines(path: Path) -> list[Line]:
    """The list of lines; sound paths are relative to it. Raises ParlanceError when it is missing or makes no sense."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ParlanceError(f"“{path}” cannot be read as a list of lines ({_why(error)}).") from error
    rows = csv.DictReader(io.StringIO(text))
    header = [name.strip().lower() for name in rows.fieldnames or ()]
    if not {"id", "audio"} <= set(header):
        raise ParlanceError(f"“{path.name}” must have the columns id and audio in its first row.")
    rows.fieldnames = header
    lines = [_line(row, number, path) for number, row in enumerate(rows, 2)]
    twice = [name for name, count in Counter(line.id for line in lines).items() if count > 1]
    if twice:
        raise ParlanceError(f"The id “{twice[0]}” appears more than once in “{path.name}”.")
    return lines


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8 text"


def _line(row: dict[str, str], number: int, path: Path) -> Line:
    name, audio = (row["id"] or "").strip(), (row["audio"] or "").strip()
    if not name or not audio or name != Path(name).name or name in _RESERVED:
        raise ParlanceError(f"Row {number} of “{path.name}” needs an id that can be a file name, and the path of a sound.")
    try:
        settings = json.loads(row.get("settings") or "{}")
        channel = int(row["channel"]) if row.get("channel") else None
    except ValueError as error:
        raise ParlanceError(f"Row {number} of “{path.name}” has a channel or settings that cannot be read ({error}).") from error
    if not isinstance(settings, dict):
        raise ParlanceError(f'Row {number} of “{path.name}” needs settings of the form {{"jaw": 1.2}}.')
    return Line(
        name,
        path.parent / audio,
        (row.get("text") or "").strip() or None,
        row.get("language") or "en",
        channel,
        row.get("preset") or None,
        settings,
    )


def _results(plan: Plan, lines: list[Line], jobs: int) -> Iterator[Result]:
    if jobs <= 1:
        yield from map(partial(_do, plan), lines)
        return
    # A forked copy of a loaded onnxruntime can hang; fresh processes cannot.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(_do, plan, threads=1), lines, chunksize=4)


def _do(plan: Plan, line: Line, threads: int | None = None) -> Result:
    try:
        return _done(plan, line, threads)
    except ParlanceError as error:
        return Result(line.id, str(line.audio), "failed", str(error))


def _done(plan: Plan, line: Line, threads: int | None) -> Result:
    curves, sidecar = plan.out / f"{line.id}.csv", plan.out / f"{line.id}.json"
    chosen = work.direction(line.preset, line.settings, base=plan.direction)
    key = _key(plan, line, chosen, threads)
    before = _sidecar(sidecar)
    if before and curves.is_file() and not plan.force:
        if _digest(curves.read_bytes()) != before.get("written"):
            return Result(line.id, str(line.audio), "warned", "edited since, kept; --force replaces it")
        if before.get("key") == key:
            return Result(line.id, str(line.audio), "cached", "", before.get("duration"), before.get("confidence"))
    audio = files.read(line.audio, channel=line.channel)
    performance = hear(audio, threads=threads)
    if line.text:
        performance = transcript.heed(performance, line.text, line.language)
    data = work.WRITERS[plan.format](work.animate(performance, chosen, fps=plan.fps, start=0.0)).encode()
    concerns = "; ".join(_concerns(line, audio, performance))
    confidence = _confidence(performance)
    work.write(curves, data)
    facts = {
        "key": key,
        "written": _digest(data),
        "duration": round(audio.duration, 3),
        "confidence": confidence,
        "model": performance.model,
    }
    work.write(sidecar, json.dumps(facts, indent=2).encode())
    return Result(line.id, str(line.audio), "warned" if concerns else "ok", concerns, round(audio.duration, 3), confidence)


def _key(plan: Plan, line: Line, chosen: Direction, threads: int | None) -> str:
    """Changes with everything that the curves depend on."""
    try:
        sound = _digest(line.audio.read_bytes())
    except OSError as error:
        raise ParlanceError(f"“{line.audio}” cannot be read ({error.strerror}).") from error
    parts = [sound, asdict(chosen), line.text, line.language, line.channel, plan.fps, plan.format, engine(threads).model]
    return _digest(json.dumps(parts, sort_keys=True, default=str).encode())


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _sidecar(path: Path) -> dict[str, Any]:
    """What is known of an earlier run; nothing where the note is missing or damaged."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _confidence(performance: Performance) -> float:
    """Mean posterior of the spoken phones, weighted by their length."""
    spoken = [phone for phone in performance.phones if phone.symbol != "sil"]
    lengths = np.array([phone.end - phone.start for phone in spoken])
    return round(float(np.average([phone.confidence for phone in spoken], weights=lengths)), 3) if lengths.sum() > 0 else 0.0


def _concerns(line: Line, audio: Audio, performance: Performance) -> Iterator[str]:
    """What a person should look at, though there is a result."""
    if audio.duration < 0.5:
        yield "shorter than half a second"
    if performance.loudness.max() < -45:
        yield "very quiet"
    if np.mean(np.abs(audio.samples) > 0.999) > 1e-3:
        yield "clipped"
    if performance.speech.max() < 0.5:
        yield "no speech found"
    elif line.text and transcript.is_doubtful(performance):
        yield "the text does not seem to be what is said"
    elif _confidence(performance) < 0.4:
        yield "sounds uncertain (noise, music or several voices)"
