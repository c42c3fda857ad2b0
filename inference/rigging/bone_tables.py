# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the bones of public rigs: bones.json by their names, controls/*.json rig by rig, and how they spell sides."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def control_rigs() -> tuple[dict[str, Any], ...]:
    """controls/*.json: rigs whose controls are known one by one.

    Each has a `fingerprint`, names of which it has most, what was `tested` of it, and `bones` as bones.json has them, where also
    `aim` are the degrees up and to the left that a target in front of an eye is moved by.
    """
    files = sorted((Path(__file__).parent / "controls").glob("*.json"))
    return tuple(json.loads(file.read_text(encoding="utf-8")) for file in files)


@lru_cache(maxsize=1)
def bone_table() -> dict[str, Any]:
    """The contents of bones.json: names of facial bones and how far each goes; its first entry says how to read it."""
    table: dict[str, Any] = json.loads(Path(__file__).with_name("bones.json").read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def side_spellings() -> tuple[tuple[str, str], ...]:
    """Left and right as names of bones spell them: letters behind a separator, words anywhere, both with and without capitals."""
    spelled: list[tuple[str, str]] = []
    for left, right in bone_table()["sides"]:
        for one, other in dict.fromkeys([(left, right), (left.lower(), right.lower())]):
            behind = "._ " if one in {"L", "l"} else ("",)
            spelled += [(before + one, before + other) for before in behind]
    return tuple(spelled)
