# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of figures as text, as JSON and as a page of Markdown."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

Rows = Mapping[str, Mapping[str, float]]


def number(value: float) -> str:
    """Three significant digits or so, and a dash for what is unknown."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 100 or (value == int(value) and abs(value) >= 1):
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def markdown(title: str, rows: Rows) -> str:
    """A Markdown table, one line per row; columns in the order in which they first appear."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [f"### {title}", "", "| | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
    for name, row in rows.items():
        lines.append(f"| {name} | " + " | ".join(number(row.get(column, math.nan)) for column in columns) + " |")
    return "\n".join(lines) + "\n"


def write(tables: Mapping[str, Rows], folder: Path) -> str:
    """Write table.md and table.json into a folder; returns the Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(markdown(title, rows) for title, rows in tables.items())
    (folder / "table.md").write_text(text, encoding="utf-8")
    (folder / "table.json").write_text(json.dumps(tables, indent=1, ensure_ascii=False), encoding="utf-8")
    return text
