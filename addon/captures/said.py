# SPDX-License-Identifier: GPL-3.0-or-later
"""What is heard in the selected strip, and what the selected face shows at the same frames."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference.errors import ParlanceError
from ...inference.performance import Performance
from ..animation import stored
from ..character import characters, showing
from ..lines import lines
from ..panel import selection
from ..performing import perform
from ..planning import plan
from ..sequencer import strips


@dataclass(frozen=True)
class Said:
    """What the sound says on a character: its plan, the performance, and the frames that it covers."""

    planned: Any
    draft: Any
    frames: NDArray[np.int_]

    @property
    def performance(self) -> Performance:
        """What is heard, with the phones as the artist has edited them."""
        revised: Performance = self.planned.retouching.revised(self.draft.performance)
        return revised

    @property
    def times(self) -> NDArray[np.float64]:
        """Seconds of the performance at each frame."""
        return np.asarray((self.frames - self.planned.first) / self.planned.fps, np.float64)

    def frame(self, seconds: float) -> float:
        """The scene's frame at a time of the performance."""
        return float(self.planned.first + seconds * self.planned.fps)


def in_hand(context: bpy.types.Context) -> tuple[characters.Character, Any]:
    """The selected character and the strip that it speaks. Raises ParlanceError where one of them is missing."""
    character = characters.of(context.view_layer.objects.active)
    if character is None or not character.speaks:
        raise ParlanceError("Select a character whose face is animated; it needs shapes that Parlance recognises.")
    strip = selection.strip_of(character, strips.sequencer(context))
    if strip is None:
        raise ParlanceError("Select the sound strip that this face speaks.")
    return character, strip


def of(context: bpy.types.Context, character: characters.Character, strip: Any, line: Any | None = None) -> Said:
    """Hear a strip for a character, with the mouth alone. Raises ParlanceError as `plan`.

    line: the character's line of it, whose hearing is taken where it is up to date.
    """
    current = line is not None and lines.readable(line) and lines.state(line, strips.sequencer(context)) == "current"
    heard = stored.unpack(line.performance) if line is not None and current else None
    found = plan.plan(context.scene, strips.sequencer(context), character, strip, plan.Request(heard=heard))
    found = replace(found, direction=replace(found.direction, mouth_only=True), output="ACTIVE")
    draft = perform.perform(found)
    return Said(found, draft, np.arange(found.first, found.first + found.count))


def shown(character: characters.Character, frames: NDArray[np.int_]) -> NDArray[np.float32]:
    """float32[F, 52] that the face shows. Raises ParlanceError where none of its shapes can be read."""
    shapes, keyed = showing.shapes(character, frames, np.zeros((len(frames), 52), np.float32))
    if not keyed:
        raise ParlanceError("This face has no shape that can be read by itself, so it cannot be compared with the sound.")
    return shapes
