# SPDX-License-Identifier: GPL-3.0-or-later
"""What is selected: the character, the strip it speaks, and its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy

from ...inference.errors import ParlanceError
from ..character import characters, hierarchy
from ..lines import lines
from ..sequencer import strips


@dataclass(frozen=True)
class Here:
    """What the artist has in hand: a character's root, the strip it speaks, and its line where that has been generated."""

    selected: bpy.types.Object | None
    root: Any | None
    strip: Any | None
    line: Any | None
    before: Any | None = None
    """Where there is no line yet: the one that a new one will go on from."""

    @property
    def character(self) -> characters.Character | None:
        """The whole character: all its meshes are looked for, which takes milliseconds among thousands of objects."""
        return characters.of(self.selected)

    @property
    def direction(self) -> Any | None:
        """The sliders to show: those of the line, else those that a new line will start with."""
        if (line := self.line or self.before) is not None:
            return line.direction
        return self.root.parlance.direction if self.root is not None else None


def here(context: bpy.types.Context) -> Here:
    """What is in hand now. Quick: panels and buttons ask many times a redraw."""
    sequencer = strips.sequencer(context)
    selected, root = context.view_layer.objects.active, root_here(context)
    strip = strip_of_root(root, sequencer)
    line = lines.of_strip(root, strip, sequencer) if root is not None and strip is not None else None
    if line is None and root is not None:
        line = _written(root, strip, sequencer)
    if line is not None or root is None or strip is None:
        return Here(selected, root, strip, line)
    return Here(selected, root, strip, None, lines.preceding(root, strip, strips.placement(strip, sequencer), sequencer))


def root_here(context: bpy.types.Context) -> Any | None:
    """The character's root alone, which takes no look at strips and lines."""
    selected = context.view_layer.objects.active
    return hierarchy.root_of(selected) if selected is not None else None


def take_in_hand(root: Any, line: Any, strip: Any | None) -> None:
    """Let a line that has no strip be the one in hand, until another strip is selected."""
    root.parlance.in_hand = f"{line.token} {strip.name if strip is not None else ''}"


def _written(root: Any, strip: Any | None, sequencer: Any) -> Any | None:
    """The line without a strip that is in hand: the one that was chosen last, else the one that the strip is a recording of."""
    if not any(line.written for line in root.parlance.lines):
        return None
    token, _, name = root.parlance.in_hand.partition(" ")
    chosen = lines.with_token(root, token) if token and name == (strip.name if strip is not None else "") else None
    if chosen is not None and chosen.written:
        return chosen
    return lines.awaiting(root, strips.placement(strip, sequencer)) if strip is not None else None


def strip_of(character: characters.Character | None, sequencer: Any) -> Any | None:
    """The strip a character speaks."""
    return strip_of_root(character.root if character is not None else None, sequencer)


def strip_of_root(root: Any | None, sequencer: Any) -> Any | None:
    """The strip that was chosen for a character, else the one that is at the playhead."""
    found = chosen(root, sequencer)
    if found is not None or root is None or _written(root, None, sequencer) is not None:
        return found
    return _at_playhead(root, sequencer)


def chosen(root: Any | None, sequencer: Any) -> Any | None:
    """The strip that is pinned to a character while that exists, else the active or only one."""
    return pinned(root, sequencer) or strips.default(sequencer)


def _at_playhead(root: Any, sequencer: Any) -> Any | None:
    """Of the strips under the playhead the one that a character speaks, else the only one; where none is, its nearest line's."""
    under = strips.under_playhead(sequencer)
    own = [strip for strip in under if lines.of_strip(root, strip, sequencer) is not None]
    if own:
        return max(own, key=lambda strip: strip.channel)
    if under:
        return under[0] if len(under) == 1 else None
    time = sequencer.frame_current / strips.rate(sequencer)
    spoken = [line for line in root.parlance.lines if not line.idle and not line.written and lines.readable(line)]
    here = [line for line in spoken if lines.sequencer_of(line, sequencer) == sequencer]
    nearest = min(here, key=lambda line: lines.placement_of(line).seconds_from(time), default=None)
    return lines.strip_of(nearest, sequencer) if nearest is not None else None


def pinned(root: Any | None, sequencer: Any) -> Any | None:
    """The strip that a character speaks whatever else is selected; None where the selection decides."""
    name = root.parlance.strip if root is not None else ""
    return strips.named(sequencer, name) if name else None


def choose(root: Any | None, strip: Any, sequencer: Any) -> None:
    """Let a character speak a strip: it becomes the active one, and the pin goes along where there is one."""
    for each in strips.sound_strips(sequencer):
        each.select = each == strip
    sequencer.sequence_editor.active_strip = strip
    if root is not None and root.is_editable and root.parlance.strip:
        root.parlance.strip = strip.name


def line_here(context: bpy.types.Context) -> tuple[Any, Any] | None:
    """The selected character's root and the line of its strip, None where there is none."""
    found = here(context)
    return (found.root, found.line) if found.root is not None and found.line is not None else None


def needed_line(context: bpy.types.Context) -> tuple[Any, Any]:
    """What `line_here` finds. Raises ParlanceError where there is none."""
    found = line_here(context)
    if found is None:
        raise ParlanceError("Nothing has been generated for this strip yet.")
    return found


def direction_here(context: bpy.types.Context) -> Any | None:
    """The sliders that the panel shows."""
    return here(context).direction
