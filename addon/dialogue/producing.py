# SPDX-License-Identifier: GPL-3.0-or-later
"""Many lines in one go: all are performed on the worker, then written together, so that one undo takes all of it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import bpy

from ...inference.errors import ParlanceError
from ...inference.progress import Progress
from ...inference.text import dialogue
from ..generate import data, finish, idle, perform
from ..generate.staged_keys import StagedKeys
from . import script_turns
from .casting import Part

Attempt: TypeAlias = data.Draft | ParlanceError
"""What came of performing one plan."""
LISTENING: Final = 0.4
"""The share of the time that goes into finding the turns of a script."""


@dataclass(frozen=True)
class Task:
    """One line to make, or why it cannot be planned.   speaker: what a script calls the character."""

    part: Part
    plan: data.Plan | None
    trouble: str = ""
    speaker: str = ""


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


def perform_all(work: Work, progress: Progress) -> Performed:
    """A draft for each task; what goes wrong with one costs only that one. Any thread.

    Raises ParlanceError where the script is not what is said.
    """
    if work.script is None:
        return Performed(work.tasks, tuple(_attempts(work.tasks, progress)))

    def listening(fraction: float, message: str) -> None:
        progress(LISTENING * fraction, message)

    def performing(fraction: float, message: str) -> None:
        progress(LISTENING + (1.0 - LISTENING) * fraction, message)

    turns = script_turns.turns(work.script, listening)
    tasks = tuple(_sharing(task, work.script, turns) for task in work.tasks)
    return Performed(tasks, tuple(_attempts(tasks, performing)))


def _sharing(task: Task, script: script_turns.Script, turns: Mapping[str, dialogue.Turns]) -> Task:
    if task.plan is None:
        return task
    return replace(task, plan=script_turns.sharing(task.plan, script, task.speaker, turns[task.speaker]))


def _attempts(tasks: Sequence[Task], progress: Progress) -> list[Attempt]:
    found: list[Attempt] = []
    for number, task in enumerate(tasks):
        if task.plan is None:
            found.append(ParlanceError(task.trouble))
            continue
        before, name = number / len(tasks), task.plan.strip

        def told(fraction: float, message: str, before: float = before, name: str = name) -> None:
            progress(before + fraction / len(tasks), f"{name}: {message}")

        try:
            found.append(perform.perform(task.plan, told))
        except ParlanceError as error:
            found.append(error)
    return found


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
    parts = [f"{done} line{'' if done == 1 else 's'} generated"]
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
