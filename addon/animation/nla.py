# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers as NLA tracks: speech, emotion and eyes add up, the head turns on its own."""

from __future__ import annotations

from typing import Any, Final

import bpy

from ...inference.keying.ranges import Span
from . import slots

BLENDING: Final = {"speech": "REPLACE", "emotion": "ADD", "eyes": "ADD", "head": "REPLACE"}
"""The layers from the bottom up, and how each combines with those below."""


def title(layer: str) -> str:
    """What a layer's track is called."""
    return f"Parlance {layer.capitalize()}"


def assign(owner: Any, layer: str, label: str, span: Span, records: slots.Records) -> slots.SlotCurves:
    """The slot of one layer of a datablock; its track, action and slot are made where missing."""
    new_data = owner.animation_data is None
    data = owner.animation_data or owner.animation_data_create()
    track = data.nla_tracks.get(title(layer))
    if track is None:
        track = data.nla_tracks.new()
        track.name = title(layer)
    new = not track.strips
    strip = _strip(track, owner, layer, label, span) if new else track.strips[0]
    first, last = min(strip.action_frame_start, span.first), max(strip.action_frame_end, span.last)
    strip.action_frame_start, strip.action_frame_end = first, last
    strip.frame_start, strip.frame_end = first, last
    strip.scale = 1.0
    curves = slots.SlotCurves(owner, strip.action, strip.action_slot)
    if new:
        records.note_made(curves, slot=True, data=new_data)
    return curves


def _strip(track: Any, owner: Any, layer: str, label: str, span: Span) -> Any:
    action = bpy.data.actions.new(f"{label} {layer.capitalize()}")
    action.parlance_made = True
    slot = action.slots.new(id_type=owner.id_type, name=label)
    strip = track.strips.new(title(layer), int(span.first), action)
    strip.action_slot = slot
    strip.blend_type = BLENDING[layer]
    strip.extrapolation = "NOTHING"
    strip.action_frame_start, strip.action_frame_end = span.first, span.last
    return strip
