# SPDX-License-Identifier: GPL-3.0-or-later
"""What is being generated right now, and what went wrong last: the only state that is not in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import bpy

from ..inference import background
from ..inference.errors import ParlanceError
from ..inference.progress import Progress
from . import lazy_modules

Piece = TypeVar("Piece")
Outcome = TypeVar("Outcome")
MANY: Final = 200_000
"""Keys that take longer to write than anybody would wait for without a word: those of ten minutes."""

job: background.Job[Any] | None = None
trouble = ""


def start(label: str, work: Callable[[Progress], Outcome]) -> background.Job[Outcome]:
    """Work in the background; the label is shown with its progress."""
    global job, trouble  # noqa: PLW0603
    trouble = ""
    lazy_modules.complete()
    started: background.Job[Outcome] = background.Job(label)
    started.start(work)
    job = started
    return started


def stop() -> None:
    """Cancel what runs, if anything does."""
    global job  # noqa: PLW0603
    if job is not None:
        job.cancel()
        job = None


@contextmanager
def trouble_in_panel() -> Iterator[None]:
    """For a change that nobody waits for: what goes wrong is told in the panel."""
    global trouble  # noqa: PLW0603
    try:
        yield
    except ParlanceError as error:
        trouble = str(error)


def is_stopped(context: bpy.types.Context, event: bpy.types.Event) -> bool:
    """Whether an event is Escape, as it stops Blender's own long work; while the scene plays, it is meant for that."""
    plays = context.screen is not None and context.screen.is_animation_playing
    return event.type == "ESC" and event.value == "PRESS" and not plays


def counted(pieces: Sequence[Piece], size: Callable[[Piece], int]) -> Iterator[Piece]:
    """The pieces of a long piece of work on the main thread, one after the other; the cursor counts how far it is."""
    total, done = sum(map(size, pieces)), 0
    if total < MANY:
        yield from pieces
        return
    manager = bpy.context.window_manager
    manager.progress_begin(0, total)
    try:
        for piece in pieces:
            yield piece
            done += size(piece)
            manager.progress_update(done)
    finally:
        manager.progress_end()


def redraw(context: bpy.types.Context) -> None:
    """Show progress in every open panel; nothing else of the editors is drawn anew."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions:
                if region.type == "UI" and region.width > 1:
                    region.tag_redraw()
