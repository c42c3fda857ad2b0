# SPDX-License-Identifier: GPL-3.0-or-later
"""Sliders re-shape at once: a line is rebuilt from its stored Performance, without hearing it again."""

from __future__ import annotations

from typing import Any

import bpy

from ...inference.errors import ParlanceError
from ..scene import characters, properties, retouch_properties
from . import data, perform, plan, running, write


def rebuild(scene: Any, root: Any, line: Any) -> data.Result:
    """Act, map, fit and merge a line anew. Raises ParlanceError when the character can no longer be animated."""
    planned = plan.replan(scene, root, line)
    result = write.write(planned, perform.perform(planned))
    running.trouble = ""
    return result


def on_slider(direction: Any) -> None:
    """An artist moved a slider: rebuild the line it belongs to; the settings for lines to come rebuild nothing."""
    root = direction.id_data
    line = next((line for line in root.parlance.lines if line.direction == direction), None)
    line = line or retouch_properties.line_of(direction)
    if line is None or not line.performance:
        return
    try:
        rebuild(bpy.context.scene, root, line)
    except ParlanceError as error:
        running.trouble = str(error)


def on_setting(settings: Any) -> None:
    """An artist chose other meshes, another head or another place for the keys: rebuild every line of the character."""
    root = characters.root_of(settings.id_data)
    for line in list(root.parlance.lines):
        on_slider(line.direction)


def _ignore(_group: Any) -> None:
    """Nobody listens."""


def register() -> None:
    """Listen to the sliders."""
    properties.on_change("direction", on_slider)
    properties.on_change("character", on_setting)


def unregister() -> None:
    """Listen no more."""
    properties.on_change("direction", _ignore)
    properties.on_change("character", _ignore)
