# SPDX-License-Identifier: GPL-3.0-or-later
"""A number with what is counted, as people read it: the same in panels, reports and results."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """“1 shape”, “1,200 shapes”, “2 meshes”."""
    plural = "es" if noun.lower().endswith("sh") else "s"
    return f"{count:,} {noun}{plural * (count != 1)}"
