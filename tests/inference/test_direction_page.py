# SPDX-License-Identifier: GPL-3.0-or-later
"""Sliders as people read of them: their names, the page on them, and their pictures."""

from dataclasses import fields
from pathlib import Path

from parlance.inference.direction import SECTION_MEANINGS, SECTIONS, Direction, controls
from parlance.inference.direction_page import UNSEEN, page, picture


def test_controls_are_declared_for_people():
    labels = set()
    for item in controls():
        assert item.section in SECTIONS
        assert item.low <= item.default <= item.high
        assert item.meaning[0].isupper()
        assert not item.meaning.endswith(".")
        assert (item.section, item.label) not in labels
        labels.add((item.section, item.label))
        assert 2 <= len(item.label) <= 24
    assert {item.section for item in controls()} == set(SECTIONS) == set(SECTION_MEANINGS)
    assert [item.name for item in controls()] == [field.name for field in fields(Direction) if field.name != "mood"]


def test_the_page_on_controls_is_up_to_date():
    written = Path(__file__).resolve().parents[2] / "docs/direction.md"
    assert written.read_text(encoding="utf-8") == page(), "run: python -m parlance.inference.direction_page"


def test_every_slider_has_its_moving_picture_and_all_are_small():
    docs = Path(__file__).resolve().parents[2] / "docs"
    wanted = {docs / picture(item) for item in controls() if item.section != UNSEEN}
    there = set((docs / "images/sliders").iterdir())
    assert there == wanted, "run: python build.py demo --sliders"
    sizes = [path.stat().st_size for path in there]
    assert max(sizes) <= 60_000
    assert sum(sizes) <= 3_000_000
    assert all(path.read_bytes()[:4] == b"RIFF" and b"ANMF" in path.read_bytes() for path in there)  # WebP that moves
