# SPDX-License-Identifier: GPL-3.0-or-later
"""Strips are moved, cut, trimmed, muted, replaced, renamed."""

from __future__ import annotations

import bpy

from .lip_sync import generate
from .operations import operation


def one_of(day, number):
    strips = day.strips()
    return strips[number % len(strips)] if strips else None


def _shift(strip, by: int) -> None:
    strips = bpy.context.scene.sequence_editor.strips
    taken = {other.channel for other in strips if other != strip}
    if strip.channel in taken:
        strip.channel = next(channel for channel in range(1, 129) if channel not in taken)
    if hasattr(strip, "content_start"):
        strip.content_start += by
    else:
        strip.frame_start += by


def _remove(strip) -> None:
    (strip.parent_meta() or bpy.context.scene.sequence_editor).strips.remove(strip)


@operation(6)
def move_strip(day, which, by, _):
    strip = one_of(day, which)
    if strip is not None:
        _shift(strip, by % 41 - 20)


@operation(3)
def move_all(day, _, by, __):
    for strip in day.strips():
        _shift(strip, by % 41 - 20)


@operation(3)
def overlap(day, which, other, by):
    one, two = one_of(day, which), one_of(day, other)
    if one is not None and one != two:
        timing = day.room("addon.compat").strip_timing
        _shift(one, round(timing(two).left - timing(one).left) + by % 9 - 4)


@operation(3)
def cut(day, which, where, _):
    strip = one_of(day, which)
    if strip is None or len(day.strips()) > 6:
        return
    timing = day.room("addon.compat").strip_timing(strip)
    left, right = round(timing.left), round(timing.right)
    if right - left > 4:
        strip.split(left + 2 + where % (right - left - 3), "SOFT")


@operation(3)
def trim(day, which, by, side):
    strip = one_of(day, which)
    if strip is None:
        return
    by = by % 5 - 1
    if side % 2:
        strip.frame_offset_end = max(strip.frame_offset_end + by, 0)
    else:
        strip.frame_offset_start = max(strip.frame_offset_start + by, 0)


@operation(3)
def mute(day, which, *_):
    strip = one_of(day, which)
    if strip is not None:
        strip.mute = not strip.mute


@operation(1)
def mute_channel(day, which, *_):
    strip = one_of(day, which)
    if strip is not None:
        channel = bpy.context.scene.sequence_editor.channels[strip.channel]
        channel.mute = not channel.mute


@operation(1)
def remove_strip(day, which, *_):
    if len(day.strips()) > 1:
        _remove(one_of(day, which))


@operation(2)
def add_strip(day, sound, frame, _):
    if len(day.strips()) < 5:
        day.add_strip(sound, 1 + frame % 100)


@operation(4)
def replace_take(day, character, strip, how):
    """Another recording in the place of a strip, which is muted or deleted; and Generate."""
    old = one_of(day, strip)
    if old is None or len(day.strips()) > 6:
        return
    left = round(day.room("addon.compat").strip_timing(old).left)
    if how % 2:
        old.mute = True
    else:
        _remove(old)
    new = day.add_strip(how, left)
    generate(day, character, day.strips().index(new), 0)


@operation(2)
def duplicate_strip(day, which, by, _):
    strip = one_of(day, which)
    if strip is not None and strip.sound is not None and len(day.strips()) < 5:
        twin = day.add_strip(0, 1 + by % 100)
        twin.sound = strip.sound
        for name in list(strip.keys()):
            twin[name] = strip[name]


@operation(2)
def rename_strip(day, which, name, swap):
    strip, other = one_of(day, which), one_of(day, which + 1)
    if strip is None:
        return
    if swap % 2 and other != strip:
        first, second = strip.name, other.name
        strip.name = "between"
        other.name, strip.name = first, second
    else:
        strip.name = f"Line {name % 5}"
