# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line says where its strip was cut, trimmed, copied or recorded anew: the words that sound in what is played now.

The whole text waits with each part, so that the words are there again when the part grows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ...inference.text import script, tags
from ...inference.text.tagging import FADES
from ..animation import stored
from ..lines import lines, tag_names
from ..lines.wordings import Wording
from ..properties import dictionary, line_text
from ..sequencer import strips
from . import retouch_plan

LONGEST: Final = 100_000
"""Words; no text has more."""


@dataclass(frozen=True)
class _Whole:
    """A text, and when the middle of each of its words sounds, in seconds on the line's clock."""

    text: str
    middles: tuple[float, ...]


def of_part(before: Any | None, strip: Any, placement: strips.Placement, *, sequencer: Any, fps: float) -> Wording | None:
    """What a strip says that goes on from a line, or plays another part of its sound; None where its own text says it.

    before: the line of the strip, or the one that it goes on from.
    """
    if before is None or before.idle or before.written:
        return None
    own = lines.strip_of(before, sequencer) == strip
    now = lines.placement_of(before)
    if (own and now.moved(placement) is not None) or not _is_its_text(before, strip, sequencer):
        return None
    trimmed = now.plays_same(placement) and not (own and placement.retimed)  # that may have got another speed again
    whole = _whole(before) if trimmed else None
    if whole is None:  # the text stays with a line, and goes on with another take or a copy
        text = "" if own else line_text.text_of(before)
        return Wording(text, before.language, dictionary.entries()) if text.strip() else None
    shift = retouch_plan.begins_later(before, placement, fps)
    middles = tuple(middle - shift for middle in whole.middles)
    heard = [word for word, middle in enumerate(middles) if 0.0 <= middle < placement.duration]
    first, end = (heard[0], heard[-1] + 1) if heard else (0, 0)
    text = whole.text
    if len(heard) < len(middles):
        text = " ".join((*_going_on(whole.text, first), script.portion(whole.text, first, end))) if heard else ""
    kept = json.dumps([whole.text, text, middles], ensure_ascii=False) if text != whole.text else ""
    return Wording(text, before.language, dictionary.entries(), kept)


def _is_its_text(before: Any, strip: Any, sequencer: Any) -> bool:
    """Whether a strip has no other text than the line: its own line, or one that has been cut from its strip."""
    own = lines.strip_of(before, sequencer)
    if own == strip:
        return True
    text = line_text.text_of(strip.parlance)
    return text in {"", line_text.text_of(before), line_text.text_of(own.parlance) if own is not None else ""}


def _whole(line: Any) -> _Whole | None:
    """The text that a line is a part of, else its own; None where its words were not found in the sound."""
    text = line_text.text_of(line)
    kept = _kept(line.whole_text)
    if kept is not None and kept[1] == text:
        return kept[0]
    count = len(script.parse(text).words)
    performance = stored.unpack(line.performance) if count else None
    if performance is None or len(performance.words) != count:
        return None
    starts = script.word_starts(performance.phones, count)
    return _Whole(text, tuple((start + end) / 2 for start, end in pairwise(starts)))


def _kept(text: str) -> tuple[_Whole, str] | None:
    """What waits with a line, and the part of it that the line says; None where that is nothing, or damaged."""
    try:
        whole, part, middles = json.loads(text) if text else ("", "", ())
        times = tuple(map(float, middles[:LONGEST]))
    except (ValueError, TypeError, RecursionError):
        return None
    if not times or len(times) != len(script.parse(str(whole)).words) or not all(map(math.isfinite, times)):
        return None
    return _Whole(str(whole), times), str(part)


def _going_on(text: str, first: int) -> Sequence[str]:
    """Moods and manners of speaking, as directions, that began before a word and are not over there."""
    now: dict[str, str] = {}
    for tag in script.parse(text).tags:
        meant = tags.meaning(tag.text, tag_names.known([tag.text])) if tag.word < first else None
        if meant is not None and meant.does in FADES:
            now.pop(meant.does, None)
            if meant.seconds is None:
                now[meant.does] = f"[{tag.text}]"
        elif meant is not None and meant.does == "end":
            for group in meant.raw["of"]:
                now.pop(group, None)
    return tuple(now.values())
