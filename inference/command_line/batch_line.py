# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of a batch: what is made of it, and whether that is done already, or somebody's.

Each line gives `<id>.csv` with its curves and `<id>.json`, a note of what they were made from; with a template also `<id>.blend`,
in which a character speaks it. A line whose sound, settings and model are as they were is not done again. Files that differ from
what the note says are somebody's, and stay; so do files without a note. The note is written first, with what it will replace, so
that a run may be killed at any moment.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from .. import files, outputs, pipeline
from ..checking import scorecard
from ..direction import Direction
from ..errors import ParlanceError
from ..hearing import ModelFile, engine, hear
from ..outputs import Output
from ..text import transcript
from . import blender, concerns, thumbnails
from .line_list import BadLine, Line

Status = Literal["ok", "warned", "cached", "failed"]
STATUSES: Final[tuple[Status, ...]] = ("ok", "warned", "cached", "failed")
MAKER: Final = "parlance batch"


@dataclass(frozen=True)
class Plan:
    """One run: the list, where results go, and what is the same for every line.

    scheduler: of Dask, where it shares the work: an address, or "local".   model: to hear with, the one that ships by default.
    blend, character: the template in which lines are keyed that name none themselves, and who speaks. blender: the program.
    incomplete: whether sounds that were cut short are heard as far as they go.
    """

    lines: Path
    out: Path
    direction: Direction
    fps: float
    format: str
    shard: tuple[int, int] = (1, 1)
    force: bool = False
    scheduler: str = ""
    blend: Path | None = None
    character: str = ""
    blender: str = blender.PROGRAM
    model: ModelFile | None = None
    incomplete: bool = False

    @property
    def report(self) -> Path:
        """Where the result of each line is listed; each shard has its own."""
        return report_path(self.out, self.shard)


@dataclass(frozen=True)
class Result:
    """A row of the report."""

    id: str
    audio: str
    status: Status
    reason: str = ""
    duration: float | None = None
    confidence: float | None = None
    card: str = ""


def report_path(out: Path, shard: tuple[int, int] = (1, 1)) -> Path:
    """The report of a shard; of the whole list where it is the only one."""
    part, parts = shard
    return out / ("report.csv" if parts == 1 else f"report-{part}-of-{parts}.csv")


def result_of(plan: Plan, line: Line | BadLine, threads: int | None = None) -> Result:
    """What came of a line, whatever happens: one that cannot be done is failed, and says why."""
    if isinstance(line, BadLine):
        return Result(line.id, line.audio, "failed", line.reason)
    try:
        return _done(plan, line, threads)
    except ParlanceError as error:
        return Result(line.id, str(line.audio), "failed", str(error))
    except Exception as error:  # noqa: BLE001  (one line in a million must not end the others; what it was is in the report)
        return Result(line.id, str(line.audio), "failed", f"A fault of Parlance, please report it: {error!r}")


@dataclass(frozen=True)
class _Files:
    """What a line gives, and what of it is there already.

    curves, note, scene: where they go; the scene only with a template, in which the line is keyed.
    noted: what an earlier run noted of them.
    there: digests of the curves and the scene as they are now, None where they are not.
    """

    curves: Output
    note: Output
    scene: Output | None
    template: Path | None
    noted: dict[str, Any]
    there: tuple[str | None, ...]

    @property
    def known(self) -> list[dict[str, Any]]:
        """What was noted of the curves, and of the scene."""
        return [self.noted, *([self.noted.get("blend") or {}] if self.scene else [])]


def _done(plan: Plan, line: Line, threads: int | None) -> Result:
    """Raises ParlanceError where the line cannot be done."""
    found = _files(plan, line)
    chosen = pipeline.direction(line.preset, line.settings, base=plan.direction)
    key = _key(plan, line, chosen, threads)
    if not plan.force and (settled := _settled(line, found, key)):
        return settled
    if line.text:
        transcript.check(line.text, line.language)
    cut: list[str] = []
    audio = pipeline.sound_of(line.audio, channel=line.channel, incomplete=cut.append if plan.incomplete else None)
    heard = hear(audio, threads=threads, model=plan.model)
    performance = transcript.align_text(heard, line.text, line.language) if line.text else heard
    animation = pipeline.animate(performance, chosen, fps=plan.fps, start=0.0, text=line.text)
    data = "".join(pipeline.WRITERS[plan.format](animation)).encode()
    reason = "; ".join([*cut, *concerns.of(line, audio, performance)])
    confidence = concerns.confidence(performance)
    card = scorecard.summary(performance, animation.shapes, animation.times)
    facts = {
        "made_by": MAKER,
        "key": key,
        "written": hashlib.blake2b(data, digest_size=16).hexdigest(),
        "replaces": found.there[0],
        "duration": round(audio.duration, 3),
        "confidence": confidence,
        "reason": reason,
        "card": card,
        "model": performance.model,
        **thumbnails.noted(audio, animation),
    }
    with ExitStack() as opened:
        keyed = None
        if found.template:
            who = line.character or plan.character
            made = blender.keyed(line, found.template, who, heard, chosen, program=plan.blender, folder=plan.out)
            keyed = opened.enter_context(made)
        _write(found, facts, data, keyed)
    return Result(line.id, str(line.audio), "warned" if reason else "ok", reason, round(audio.duration, 3), confidence, card)


def _files(plan: Plan, line: Line) -> _Files:
    """Raises ParlanceError where a result would replace what it is made from."""
    template = line.blend or plan.blend
    curves = Output(plan.out / (line.id + pipeline.SUFFIXES.get(plan.format, ".csv")), plan.format)
    note = Output(plan.out / f"{line.id}.json", "note")
    scene = Output(plan.out / f"{line.id}.blend", "blend") if template else None
    results = [curves, scene] if scene else [curves]
    outputs.check([*results, note], [line.audio, plan.lines, *([template] if template else [])], force=True)
    there = tuple(_digest(each.path) if each.path.exists() else None for each in results)
    return _Files(curves, note, scene, template, _noted(note.path), there)


def _settled(line: Line, found: _Files, key: str) -> Result | None:
    """The result of a line that is done already, or whose files are somebody's; None where there is something to do."""
    for digest, facts in zip(found.there, found.known, strict=True):
        if kept := _somebodys(digest, found.note, found.noted, facts):
            return Result(line.id, str(line.audio), "warned", f"{kept}, kept; --force replaces it")
    made = all(digest and digest == facts.get("written") for digest, facts in zip(found.there, found.known, strict=True))
    if not made or found.noted.get("key") != key:
        return None
    known = {name: found.noted[name] for name in ("reason", "duration", "confidence", "card") if name in found.noted}
    return Result(line.id, str(line.audio), "cached", **known)


def _write(found: _Files, facts: dict[str, Any], data: bytes, keyed: Path | None) -> None:
    """The note first, with what it will replace: a run may be killed at any moment."""
    if keyed is not None:
        facts = facts | {"blend": {"written": _digest(keyed), "replaces": found.there[1]}}
    outputs.write(found.note.path, json.dumps(facts, indent=2).encode())
    outputs.write(found.curves.path, data)
    if keyed is not None and found.scene is not None:
        outputs.move(keyed, found.scene.path)


def _somebodys(there: str | None, note: Output, noted: dict[str, Any], before: dict[str, Any]) -> str:
    """Why a file of a line is not the batch's to replace; nothing where it is. before: what the note says of that file."""
    if note.path.exists() and not noted and not outputs.is_ours(note):
        return f"{note.path.name} holds something else"
    if there is None or there in (before.get("written"), before.get("replaces")):
        return ""
    return "edited since" if before else "there already, and not made by a batch"


def _key(plan: Plan, line: Line, chosen: Direction, threads: int | None) -> str:
    """Changes with everything that the curves depend on."""
    files.check_exists(line.audio)
    sound, model = _digest(line.audio), engine(threads, plan.model).model
    parts = [sound, asdict(chosen), line.text, line.language, line.channel, plan.fps, plan.format, model]
    if template := line.blend or plan.blend:
        parts += [_digest_of_template(template), line.character or plan.character]
    return hashlib.blake2b(json.dumps(parts, sort_keys=True, default=str).encode(), digest_size=16).hexdigest()


def _digest(path: Path) -> str:
    """Of a file's content. Raises ParlanceError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{path}” cannot be read ({outputs.reason(error)}).") from error


def _digest_of_template(path: Path) -> str:
    """Read once, for many lines use it. Raises ParlanceError."""
    try:
        return _digest_since(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise ParlanceError(f"The template “{path}” cannot be read ({outputs.reason(error)}); check the path.") from error


@lru_cache(maxsize=64)
def _digest_since(path: Path, _changed: int) -> str:
    return _digest(path)


def _noted(path: Path) -> dict[str, Any]:
    """What is known of an earlier run; nothing where the note is missing, damaged or somebody else's."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) and {"key", "written"} <= found.keys() else {}
