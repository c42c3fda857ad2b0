# SPDX-License-Identifier: GPL-3.0-or-later
"""What is being generated right now, and what went wrong last: the only state that is not in the file."""

from __future__ import annotations

from typing import Any

import bpy

from ...inference import background
from .. import lazy_modules
from . import data, perform

job: background.Job[Any] | None = None
trouble = ""


def start(plan: data.Plan) -> background.Job[data.Draft]:
    """Work on a plan in the background."""
    global job, trouble  # noqa: PLW0603
    trouble = ""
    lazy_modules.complete()
    job = background.Job(plan.strip)
    job.start(lambda progress: perform.perform(plan, progress))
    return job


def stop() -> None:
    """Cancel what runs, if anything does."""
    global job  # noqa: PLW0603
    if job is not None:
        job.cancel()
        job = None


def redraw(context: bpy.types.Context) -> None:
    """Show progress in every open panel; nothing else of the editors is drawn anew."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions:
                if region.type == "UI" and region.width > 1:
                    region.tag_redraw()
