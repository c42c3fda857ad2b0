# SPDX-License-Identifier: GPL-3.0-or-later
"""Many lines in one go: all are performed on the worker, then written together, so that one undo takes all of it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import bpy

from ...inference.errors import ParlanceError
from ..generate import data, finish, perform
from .casting import Part

Progress: TypeAlias = Callable[[float, str], None]
Attempt: TypeAlias = data.Draft | ParlanceError
"""What came of performing one plan."""


@dataclass(frozen=True)
class Task:
    """One line to make, or why it cannot be planned."""

    part: Part
    plan: data.Plan | None
    trouble: str = ""


def perform_all(tasks: Sequence[Task], progress: Progress) -> list[Attempt]:
    """A draft for each task; what goes wrong with one costs only that one. Any thread."""
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


def write_all(scene: bpy.types.Scene, tasks: Sequence[Task], attempts: Sequence[Attempt], unclaimed: Iterable[Any] = ()) -> str:
    """Write what was performed, put a row for each strip into the scene's report, and give the sum of it as a sentence."""
    scene.parlance_report.clear()
    done = failed = 0
    for task, attempt in zip(tasks, attempts, strict=True):
        try:
            if isinstance(attempt, ParlanceError):
                raise attempt
            assert task.plan is not None
            text, result = finish.finish(task.plan, attempt).sentence, "DONE"
            done += 1
        except ParlanceError as error:
            text, result = str(error), "FAILED"
            failed += 1
        _row(scene, task.part.strip.name, task.part.character.root, text, result)
    left = list(unclaimed)
    for strip in left:
        _row(scene, strip.name, None, "Nobody speaks this strip; name who does in the cast.", "LEFT")
    parts = [f"{done} line{'' if done == 1 else 's'} generated"]
    parts += [f"{failed} failed"] if failed else []
    parts += [f"{len(left)} without a speaker"] if left else []
    return ", ".join(parts) + "."


def _row(scene: bpy.types.Scene, strip: str, root: Any | None, text: str, result: str) -> None:
    row = scene.parlance_report.add()
    row.strip, row.character, row.text, row.result = strip, root, text, result
