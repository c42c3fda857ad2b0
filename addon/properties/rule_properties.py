# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules learned from corrections, as they are kept: a character's on its root, those of all characters on the scene."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import bpy
from bpy.props import CollectionProperty, EnumProperty, FloatProperty, StringProperty
from bpy.types import PropertyGroup

from ...inference.errors import ParlanceError
from .update_callbacks import OVERRIDABLE, UpdateCallbacks

_callbacks: Final = UpdateCallbacks()
"""Kinds: an artist changes the "strength" of a rule."""
on_change, quietly, _notifier = _callbacks.on_change, _callbacks.quietly, _callbacks.notifier
KINDS: Final = (("factor", "Share", "A share more or less of what is there"), ("offset", "Size", "As much more or less anywhere"))


class ParlanceRule(PropertyGroup):
    """How some sounds are said differently; its name says so in words."""

    phones: StringProperty(override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]
    shapes: StringProperty(override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]
    kind: EnumProperty(items=KINDS, override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]
    amount: FloatProperty(override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]
    strength: FloatProperty(  # type: ignore[valid-type]
        name="Strength",
        description="How much of the rule is done: 0 nothing, 1 as learned, 2 twice as much",
        default=1.0,
        min=0.0,
        max=2.0,
        step=5,
        precision=2,
        update=_notifier("strength"),
        override=OVERRIDABLE,
        options=set(),
    )
    spared: StringProperty(override=OVERRIDABLE, options={"HIDDEN"})  # type: ignore[valid-type]


def put(entry: Any, name: str, rule: Any, spared: dict[str, list[float]]) -> None:
    """Fill a new entry. rule: learning.Rule; spared: middles of phones, in seconds, by the token of their line."""
    with quietly():
        entry.name = name
        entry.phones, entry.shapes = " ".join(sorted(rule.phones)), " ".join(rule.shapes)
        entry.kind, entry.amount, entry.strength = rule.kind, rule.amount, rule.strength
        entry.spared = json.dumps(spared)


def spared(entry: Any) -> dict[str, list[float]]:
    """Where the artist has by hand what the rule does. Raises ParlanceError where that is damaged."""
    try:
        found = json.loads(entry.spared or "{}")
        return {str(token): [float(time) for time in times] for token, times in found.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ParlanceError(f"The rule “{entry.name}” is damaged; remove it.") from error


def spare(entry: Any, by_line: dict[str, list[float]]) -> None:
    """Remember anew where the artist has by hand what the rule does."""
    entry.spared = json.dumps(by_line)


def holders(root: Any, scene: Any) -> Iterable[Any]:
    """What has the rules that act on a character's line: the character itself, and the scene it is animated in."""
    return (root, scene)


def register() -> None:
    """Give objects and scenes their rules."""
    bpy.utils.register_class(ParlanceRule)
    bpy.types.Object.parlance_rules = CollectionProperty(type=ParlanceRule, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"})
    bpy.types.Scene.parlance_rules = CollectionProperty(type=ParlanceRule)


def unregister() -> None:
    """Take them away; what is stored in the file stays there."""
    del bpy.types.Scene.parlance_rules
    del bpy.types.Object.parlance_rules
    bpy.utils.unregister_class(ParlanceRule)
