# SPDX-License-Identifier: GPL-3.0-or-later
"""Modifiers of f-curves: what plays over the keys of a curve, such as noise, or instead of them."""

from __future__ import annotations

from typing import Any, Final

HARMLESS: Final = frozenset({"CYCLES", "STEPPED", "NULL"})
"""Those that change nothing between the keys of a line, or only hold them, as for animation on twos."""
GENERATORS: Final = frozenset({"GENERATOR", "FNGENERATOR"})


def acting(curve: Any) -> list[Any]:
    """The modifiers of a curve that play something else than its keys say, in Blender's order."""
    return [each for each in curve.modifiers if not each.mute and each.type not in HARMLESS and _influence(each) > 0]


def plays_instead(modifier: Any) -> bool:
    """Whether nothing of the keys is left: a formula that is not added to them, all the time."""
    whole = _influence(modifier) == 1 and not modifier.use_restricted_range
    return modifier.type in GENERATORS and not modifier.use_additive and whole


def _influence(modifier: Any) -> float:
    return float(modifier.influence) if modifier.use_influence else 1.0
