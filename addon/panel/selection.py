# SPDX-License-Identifier: GPL-3.0-or-later
"""What the artist has in hand: the selected character, the strip it speaks, and its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...inference.errors import ParlanceError
from ..scene import characters, lines, strips


@dataclass(frozen=True)
class Here:
    """What the artist has in hand: the selected character, the strip it speaks, and its line where that has been generated."""

    character: characters.Character | None
    strip: Any | None
    line: Any | None

    @property
    def direction(self) -> Any | None:
        """The sliders to show: those of the line, else those that a new line will start with."""
        if self.line is not None:
            return self.line.direction
        return self.character.root.parlance.direction if self.character is not None else None


def here(context: Any) -> Here:
    """What is in hand now."""
    sequencer = strips.sequencer(context)
    character = characters.of(context.view_layer.objects.active)
    strip = strip_of(character, sequencer)
    line = lines.of_strip(character.root, strip, sequencer) if character is not None and strip is not None else None
    return Here(character, strip, line)


def strip_of(character: characters.Character | None, sequencer: Any) -> Any | None:
    """The strip a character speaks: the one chosen for it while that exists, else the active or only one."""
    chosen = character.root.parlance.strip if character else ""
    return (strips.named(sequencer, chosen) if chosen else None) or strips.default(sequencer)


def needed_line(context: Any) -> tuple[Any, Any]:
    """The selected character's root and the line of its strip. Raises ParlanceError where it has none."""
    found = here(context)
    if found.character is None or found.line is None:
        raise ParlanceError("Nothing has been generated for this strip yet.")
    return found.character.root, found.line


def line_here(context: Any) -> tuple[Any, Any] | None:
    """The same, None where there is none."""
    found = here(context)
    return (found.character.root, found.line) if found.character is not None and found.line is not None else None


def direction_here(context: Any) -> Any | None:
    """The sliders that the panel shows."""
    return here(context).direction
