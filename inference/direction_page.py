# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual's page on Direction, made from its controls. `python -m parlance.inference.direction_page` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .direction import SECTION_MEANINGS, SECTIONS, Control, controls
from .presets import load_preset, preset_names


def page() -> str:
    """The whole page, Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Direction: every slider"
    yield ""
    yield "Made from the code by `python -m parlance.inference.direction_page`. Every slider acts at once; nothing is heard anew."
    for section in SECTIONS:
        yield from ("", f"## {section.capitalize()}", "", f"{SECTION_MEANINGS[section]}.", "")
        yield from ("| slider | name | default | range | what it does |", "|---|---|---|---|---|")
        for item in controls():
            if item.section == section:
                yield f"| {item.label} | `{item.name}` | {_value(item, item.default)} | {_range(item)} | {item.meaning} |"
    yield from ("", "## Presets", "", "| preset | name | for |", "|---|---|---|")
    for name in preset_names():
        preset = load_preset(name)
        yield f"| {preset.name} | `{name}` | {preset.about} |"
    yield ""
    yield "A preset is a JSON file that says only what differs from the defaults; values beyond a slider's range become its"
    yield "nearest bound, and a name that does not exist is an error. Save your own from the panel, or read them in a script with"
    yield "`inference.presets.read_preset`."


def _value(item: Control, value: float) -> str:
    if isinstance(item.default, bool):
        return "on" if value else "off"
    return f"{value:g} {item.unit}".strip().replace(" °", "°")


def _range(item: Control) -> str:
    return "off, on" if isinstance(item.default, bool) else f"{item.low:g} … {item.high:g}"


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[1] / "docs/direction.md"
    target.write_text(page(), encoding="utf-8")
