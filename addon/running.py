# SPDX-License-Identifier: GPL-3.0-or-later
"""What is being generated right now, and what went wrong last: the only state that is not in the file."""

from __future__ import annotations

from typing import Any

from . import draft, generate, jobs, late

job: jobs.Job[draft.Draft] | None = None
trouble = ""


def start(plan: draft.Plan) -> jobs.Job[draft.Draft]:
    """Work on a plan in the background."""
    global job, trouble  # noqa: PLW0603
    trouble = ""
    late.complete()
    job = jobs.Job(plan.strip)
    job.start(lambda progress: generate.perform(plan, progress))
    return job


def stop() -> None:
    """Cancel what runs, if anything does."""
    global job  # noqa: PLW0603
    if job is not None:
        job.cancel()
        job = None


def redraw(context: Any) -> None:
    """Show progress in every panel that is open."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"VIEW_3D", "SEQUENCE_EDITOR"}:
                area.tag_redraw()
