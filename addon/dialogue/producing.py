# SPDX-License-Identifier: GPL-3.0-or-later
"""Many lines in one go: all are performed on the worker, then written together, so that one undo takes all of it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import bpy

from ...inference.errors import ParlanceError
from ...inference.idle import is_silent, voice
from ...inference.progress import Progress
from ...inference.text import dialogue
from ..generate import finish, idle
from ..lines import data
from ..performing import perform
from ..planning import company
from ..plurals import counted
from ..writing.staged_keys import StagedKeys
from . import script_turns
from .casting import Part

Attempt: TypeAlias = data.Draft | ParlanceError
"""What came of performing one plan."""
LISTENING: Final = 0.4
"""The share of the time that goes into finding the turns of a script."""
HEARD: Final = 0.9
"""How far a line is when it has been listened to, as `perform` counts."""


@dataclass(frozen=True)
class Task:
    """One line to make, or why it cannot be planned.

    speaker: what a script calls the character.   expected: who talks with whom as far as it is known before listening.
    """

    part: Part
    plan: data.Plan | None
    trouble: str = ""
    speaker: str = ""
    expected: company.Expected | None = None


@dataclass(frozen=True)
class Work:
    """All that one click asks for.   script: what says whose turn it is, where the tasks share one sound."""

    tasks: tuple[Task, ...]
    unclaimed: tuple[Any, ...] = ()
    script: script_turns.Script | None = None


@dataclass(frozen=True)
class Performed:
    """What came of each task, as it was performed: with its turns, once those are known."""

    tasks: tuple[Task, ...]
    attempts: tuple[Attempt, ...]


def together(scene: bpy.types.Scene, tasks: Iterable[Task]) -> tuple[Task, ...]:
    """The tasks, each with those who will talk with its character. Main thread; nothing is changed."""
    found = tuple(tasks)
    plans = [task.plan for task in found if task.plan is not None]
    if len(plans) < 2:
        return found

    def among(task: Task) -> Task:
        if task.plan is None:
            return task
        return replace(task, expected=company.expected(task.part.character, scene, task.plan, plans))

    return tuple(map(among, found))


def perform_all(work: Work, progress: Progress) -> Performed:
    """A draft for each task; what goes wrong with one costs only that one. Any thread.

    Raises ParlanceError where the script is not what is said.
    """
    if work.script is None:
        return _performed(work.tasks, progress)

    def listening(fraction: float, message: str) -> None:
        progress(LISTENING * fraction, message)

    def performing(fraction: float, message: str) -> None:
        progress(LISTENING + (1.0 - LISTENING) * fraction, message)

    turns = script_turns.turns(work.script, listening)
    return _performed(tuple(_sharing(task, work.script, turns) for task in work.tasks), performing)


def _sharing(task: Task, script: script_turns.Script, turns: Mapping[str, dialogue.Turns]) -> Task:
    if task.plan is None:
        return task
    return replace(task, plan=script_turns.sharing(task.plan, script, task.speaker, turns[task.speaker]))


def _performed(tasks: Sequence[Task], progress: Progress) -> Performed:
    """All are listened to before any is acted: at whom somebody looks depends on what the others say."""
    each = 1.0 / max(len(tasks), 1)
    heard = [_listened(task, _within(progress, task, HEARD * number * each, each)) for number, task in enumerate(tasks)]
    tasks = _in_company(tasks, heard)
    attempts: list[Attempt] = []
    for number, (task, found) in enumerate(zip(tasks, heard, strict=True)):
        if isinstance(found, ParlanceError):
            attempts.append(found)
            continue
        assert task.plan is not None
        start = HEARD + (1.0 - HEARD) * number * each - HEARD * each
        try:
            attempts.append(perform.acted(task.plan, found, _within(progress, task, start, each)))
        except ParlanceError as error:
            attempts.append(error)
    return Performed(tuple(tasks), tuple(attempts))


def _within(progress: Progress, task: Task, start: float, share: float) -> Progress:
    """The progress of one task, in its share of the whole."""
    name = task.plan.strip if task.plan is not None else ""
    return lambda fraction, message: progress(start + fraction * share, f"{name}: {message}")


def _listened(task: Task, progress: Progress) -> data.Listened | ParlanceError:
    if task.plan is None:
        return ParlanceError(task.trouble)
    try:
        return perform.listened(task.plan, progress)
    except ParlanceError as error:
        return error


def _in_company(tasks: Sequence[Task], heard: Sequence[data.Listened | ParlanceError]) -> list[Task]:
    """The tasks among those who talk meanwhile, now that it is known who says what when."""
    pairs = zip(tasks, heard, strict=True)
    lines = [(task.plan, each.performance) for task, each in pairs if task.plan is not None and isinstance(each, data.Listened)]
    said = {(plan.root, plan.line): company.in_scene(plan, plan.retouching.revised(known)) for plan, known in lines}

    def among(task: Task, found: data.Listened | ParlanceError) -> Task:
        if task.plan is None or task.expected is None or isinstance(found, ParlanceError):
            return task
        planned = task.expected.when(task.plan, said)
        if is_silent(found.performance):
            others = ((other, known) for other, known in lines if other.root != planned.root and not is_silent(known))
            voices = (voice(known, (other.first - planned.first) / planned.fps) for other, known in others)
            planned = replace(planned, voices=(*planned.voices, *voices))
        return replace(task, plan=planned)

    return list(map(among, tasks, heard))


def write_all(
    scene: bpy.types.Scene, performed: Performed, unclaimed: Iterable[Any] = (), staged: StagedKeys | None = None
) -> str:
    """Write what was performed, put a row for each strip into the scene's report, and give the sum of it as a sentence.

    staged: keys that were set already.
    """
    scene.parlance_report.clear()
    root = next((task.part.character.root for task in performed.tasks if task.part.character.root.is_editable), None)
    with idle.filled_after(root) if root is not None else nullcontext():  # who talks with whom is known when all are written
        done, failed = _written(scene, performed, staged)
    left = list(unclaimed)
    for strip in left:
        _row(scene, strip.name, None, "Nobody speaks this strip; name who does in the cast.", "LEFT")
    parts = [f"{counted(done, 'line')} generated"]
    parts += [f"{failed} failed"] if failed else []
    parts += [f"{len(left)} without a speaker"] if left else []
    return ", ".join(parts) + "."


def _written(scene: bpy.types.Scene, performed: Performed, staged: StagedKeys | None) -> tuple[int, int]:
    """How many lines were written, and how many failed."""
    done = failed = 0
    for task, attempt in zip(performed.tasks, performed.attempts, strict=True):
        try:
            if isinstance(attempt, ParlanceError):
                raise attempt
            assert task.plan is not None
            text, result = finish.finish(task.plan, attempt, staged).sentence, "DONE"
            done += 1
        except ParlanceError as error:
            text, result = str(error), "FAILED"
            failed += 1
        _row(scene, task.part.strip.name, task.part.character.root, text, result)
    return done, failed


def _row(scene: bpy.types.Scene, strip: str, root: Any | None, text: str, result: str) -> None:
    row = scene.parlance_report.add()
    row.strip, row.character, row.text, row.result = strip, root, text, result
