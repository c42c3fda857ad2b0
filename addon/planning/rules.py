# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a character and of its scene, as they act on one line."""

from __future__ import annotations

from typing import Any

from ...inference.learning import Placed, Rule
from ..properties import rule_properties


def of(entry: Any) -> Rule:
    """A rule as it is kept."""
    return Rule(frozenset(entry.phones.split()), tuple(entry.shapes.split()), entry.kind, entry.amount, entry.strength)


def entries(root: Any, scene: Any) -> list[Any]:
    """Every rule that acts on a character: its own first, then those of all characters."""
    return [entry for holder in rule_properties.holders(root, scene) for entry in holder.parlance_rules]


def placed(root: Any, line: Any | None, scene: Any) -> tuple[Placed, ...]:
    """The rules as they act on a line; on one that is yet to come nothing is spared. Raises ParlanceError for a damaged rule."""
    token = line.token if line is not None else ""
    return tuple(Placed(of(entry), tuple(rule_properties.spared(entry).get(token, ()))) for entry in entries(root, scene))
