# SPDX-License-Identifier: GPL-3.0-or-later
"""Rebuild a line when a slider moves, from its stored Performance: nothing is heard again."""

from __future__ import annotations

from typing import Any

import bpy

from ...inference.errors import ParlanceError
from .. import lazy_modules, running
from ..character import hierarchy
from ..character.lookup_cache import unchanging_scene
from ..lines import lines, moving, results
from ..properties import properties, retouch_properties
from ..properties.update_callbacks import registered
from ..sequencer import strips
from . import idle, later, rebuilding


def rebuild(root: Any, line: Any, *, take_over: bool = False) -> results.Result:
    """Act, map, fit and merge a line anew, in its own scene. Raises ParlanceError when the character cannot be animated now.

    take_over: let keys that the artist made give way.
    """
    with unchanging_scene():
        result = idle.write_line(*rebuilding.drafted(root, line, take_over=take_over))
    running.trouble = ""
    return result


def rebuild_or_tell(root: Any, line: Any) -> None:
    """The same for a change that nobody waits for: what goes wrong is told in the panel."""
    with running.trouble_in_panel():
        rebuild(root, line)


def rebuild_soon(root: Any, line: Any) -> None:
    """Rebuild a line now, a long one in the background. Raises ParlanceError as `rebuild`, for what is done now."""
    if later.is_long(line):
        later.request(root, line, idle.write_line)
    else:
        rebuild(root, line)


def rebuild_lacking(root: Any) -> None:
    """Rebuild the lines that have room again where another one was before: it was cleared, or moved away."""
    for token in [line.token for line in root.parlance.lines]:
        line = lines.with_token(root, token)
        if line is not None and line.performance and lines.readable(line) and lines.lacks_frames(line):
            rebuild_or_tell(root, line)
    idle.fill_gaps(root)


def on_slider(direction: Any) -> None:
    """An artist moved a slider: rebuild the line it belongs to; the settings for lines to come rebuild nothing."""
    root = direction.id_data
    line = next((line for line in root.parlance.lines if line.direction == direction), None)
    line = line or retouch_properties.line_of(direction)
    if line is None:
        idle.fill_gaps(root)  # who has no lines yet idles as these settings say
        return
    if not line.performance:
        return
    if line.idle:
        idle.on_slider(root, line)
    elif later.waits(root, line):
        later.request(root, line, idle.write_line)
    else:
        with idle.long_gaps_deferred(), later.timed(root, line):
            rebuild_or_tell(root, line)
        lazy_modules.settle()


def on_setting(settings: Any) -> None:
    """An artist chose other meshes, another head or another place for the keys: rebuild every line of the character."""
    root = hierarchy.root_of(settings.id_data)
    try:
        moving.all_moved(root, strips.sequencer(bpy.context))
    except ParlanceError as error:
        running.trouble = str(error)
        return
    with idle.filled_after(root, force=True):
        for token in [line.token for line in root.parlance.lines]:  # one of them may take the place of another
            line = lines.with_token(root, token)
            if line is not None and line.performance and not line.idle:
                rebuild_or_tell(root, line)


def on_idle(settings: Any) -> None:
    """An artist says where a character idles."""
    idle.on_setting(settings)


register, unregister = registered(
    (),
    properties.on_change,
    {"direction": on_slider, "character": on_setting, "look": on_setting, "idle": on_idle},
)
