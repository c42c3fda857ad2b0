# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules as a JSON file, to take them to another project."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any, Final

from .. import arkit
from .. import phones as inventory
from ..errors import ParlanceError
from ..learning.rules import MOST, Kind, Rule
from ..saved_json import SavedJson

FILE: Final = SavedJson("list of rules", "parlance rules", 1)
MOST_RULES: Final = 1000
KINDS: Final[dict[str, Kind]] = {"factor": "factor", "offset": "offset"}


def format_rules(rules: Sequence[Rule]) -> str:
    """The JSON text of rules."""
    rows = [
        {
            "phones": [symbol for symbol in inventory.SYMBOLS if symbol in rule.phones],
            "shapes": list(rule.shapes),
            "kind": rule.kind,
            "amount": rule.amount,
            "strength": rule.strength,
        }
        for rule in rules
    ]
    return json.dumps({"format": FILE.format, "version": FILE.version, "rules": rows}, ensure_ascii=False, indent=1) + "\n"


def parse_rules(text: str, name: str = "rules") -> list[Rule]:
    """Rules from JSON text. Raises ParlanceError that names what is wrong with it."""
    raw = FILE.parse(text, name)
    if not isinstance(raw.get("rules"), list):
        raise ParlanceError(f"“{name}” is not a Parlance list of rules; choose a file that was saved by Parlance.")
    return [_rule(row, name) for row in raw["rules"][:MOST_RULES]]


def read_rules(path: Path) -> list[Rule]:
    """Rules from a file. Raises ParlanceError as `parse_rules`, and where it cannot be read."""
    return parse_rules(FILE.read(path), path.stem)


def write_rules(rules: Sequence[Rule], path: Path) -> None:
    """Save rules as JSON, whole or not at all. Raises ParlanceError where the file cannot be written."""
    FILE.write(format_rules(rules), path)


def _rule(row: Any, name: str) -> Rule:
    if not isinstance(row, dict):
        raise ParlanceError(f"A rule in “{name}” is damaged; save the rules again.")
    phones: Any = row.get("phones")
    shapes: Any = row.get("shapes")
    if not _names(phones, inventory.INDEX):
        raise ParlanceError(f"A rule in “{name}” is about a sound that Parlance does not know; remove that rule.")
    if not _names(shapes, arkit.INDEX):
        raise ParlanceError(f"A rule in “{name}” moves a shape that Parlance does not know; remove that rule.")
    amount, strength, kind = _number(row, "amount", name), _number(row, "strength", name), KINDS.get(str(row.get("kind")))
    if kind is None or abs(amount) > MOST or not 0 <= strength <= 2:
        raise ParlanceError(f"A rule in “{name}” asks for more than a face can do; correct its numbers.")
    return Rule(frozenset(phones), tuple(shapes), kind, amount, strength)


def _names(found: Any, known: Container[str]) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(each, str) and each in known for each in found)


def _number(row: dict[str, Any], key: str, name: str) -> float:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
        raise ParlanceError(f"In a rule of “{name}” the number “{key}” is missing or no number; correct it.")
    return float(value)
