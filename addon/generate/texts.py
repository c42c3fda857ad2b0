# SPDX-License-Identifier: GPL-3.0-or-later
"""Speak a text without a sound, and let a line follow its text when that is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...inference.errors import ParlanceError
from ..animation import stored
from ..character import characters
from ..lines import lines, wordings
from ..performing import perform
from ..planning import line_plan, plan
from ..properties import line_text, properties
from . import idle


def speak(scene: Any, root: Any, line: Any | None, wording: wordings.Wording, *, start: float, pace: float) -> str:
    """Let a character speak a text without a sound, from a second of the scene on; the token of its line.

    Main thread. Raises ParlanceError where the text cannot be spoken, or the character not be animated.
    """
    from ...inference.text.speaking import speak as read_out

    character = characters.of(root)
    if character is None:
        raise ParlanceError("Select a character that can speak first.")
    heard = stored.settle(read_out(wording.text, wording.language, rate=pace, dictionary=dict(wording.dictionary)))
    planned = plan.spoken(scene, character, line, heard, start=start, wording=wording)
    idle.write_line(planned, perform.perform(planned))
    made = next(each for each in root.parlance.lines if each.token == planned.line)
    with properties.quietly():
        if not made.text_block and made.text != wording.text:
            made.text = wording.text
        made.pace = pace
    made.text_trouble = ""
    return str(made.token)


def again(root: Any, line: Any) -> None:
    """A line's text was changed: align what was heard anew, or speak it, and rebuild. Raises ParlanceError as `live.rebuild`."""
    wording = wordings.of(line, None)
    if line.written:
        try:
            speak(lines.scene_of(line), root, line, wording, start=lines.placement_of(line).start, pace=line.pace)
        except ParlanceError as error:
            line.text_trouble = str(error)
        return
    alignment = wordings.align(stored.unpack(line.heard or line.performance), wording)
    now = plan.replan(lines.scene_of(line), root, line)
    aligned = stored.settle(alignment.aligned)
    now = line_plan.tagged(now, root, line, line_text.text_of(line), aligned)
    now = replace(now, heard=aligned, alignment=alignment, fresh=True)
    idle.write_line(now, perform.perform(now))
