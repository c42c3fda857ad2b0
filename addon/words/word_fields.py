# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of the chosen word: nothing is stored in them, they show and change the phones of the current line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import FloatProperty, StringProperty

from ...inference.retouch import word_track
from .. import running
from ..lines import retouching
from ..preferences import spelled
from ..retouch.phone_operators import put, track_here
from .word_operators import chosen_span, symbols_of

if TYPE_CHECKING:
    from ...inference.retouch.word_track import Span


def _here() -> tuple[Any, Span] | None:
    """The track in hand, and where its chosen word is."""
    found = track_here(bpy.context)
    span = chosen_span(found.entry) if found is not None else None
    return (found, span) if span is not None else None


def _edit(change: Callable[[Any, Span], Any]) -> None:
    """An artist changed a field of the chosen word."""
    found = _here()
    if found is None:
        return
    track, span = found
    with running.trouble_in_panel():
        put(track.root, track.line, change(retouching.phones_of(track.entry), span))


def _emphasis(_scene: Any) -> float:
    found = _here()
    if found is None:
        return 1.0
    track, span = found
    strengths = [phone.strength for phone in track.phones[span.first : span.stop]]
    return float(sum(strengths)) / len(strengths)


def _emphasise(_scene: Any, value: float) -> None:
    _edit(lambda track, span: word_track.emphasised(track, span, value))


def _sounds(_scene: Any) -> str:
    found = _here()
    return spelled(symbols_of(found[0].entry, found[1])) if found is not None else ""


def _say(_scene: Any, text: str) -> None:
    from ...inference.pronunciation import spoken

    def said(track: Any, span: Span) -> Any:
        symbols = spoken.bare(spoken.sounds(text))
        return word_track.pronounced(track, span, symbols, [1.0] * len(symbols))

    _edit(said)


def register() -> None:
    """Give scenes the fields: no override has them there (docs/architecture.md)."""
    bpy.types.Scene.parlance_word_emphasis = FloatProperty(
        name="Emphasis",
        description="How strongly the mouth shapes this word: 0 mutes it, 1 is as heard",
        min=0.0,
        max=2.0,
        step=5,
        precision=2,
        get=_emphasis,
        set=_emphasise,
        options=set(),
    )
    bpy.types.Scene.parlance_word_sounds = StringProperty(
        name="Sounds",
        description="How this word is said, in IPA (bɑθ) or ARPAbet (B AA TH); what you write here replaces it in this place",
        get=_sounds,
        set=_say,
        options=set(),
    )


def unregister() -> None:
    """Take them away."""
    del bpy.types.Scene.parlance_word_sounds
    del bpy.types.Scene.parlance_word_emphasis
