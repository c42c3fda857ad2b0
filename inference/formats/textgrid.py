# SPDX-License-Identifier: GPL-3.0-or-later
"""Praat TextGrid of the phones, for phoneticians and for aligners (long text format)."""

from __future__ import annotations

from collections.abc import Sequence

from ..performance import Phone


def write(phones: Sequence[Phone]) -> str:
    """One interval tier named "phones"; silence is an empty label."""
    end = phones[-1].end if phones else 0.0
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {end:.6f}",
        "tiers? <exists>",
        "size = 1",
        "item []:",
        "    item [1]:",
        '        class = "IntervalTier"',
        '        name = "phones"',
        "        xmin = 0",
        f"        xmax = {end:.6f}",
        f"        intervals: size = {len(phones)}",
    ]
    for number, phone in enumerate(phones, 1):
        label = "" if phone.symbol == "sil" else phone.symbol
        lines += [
            f"        intervals [{number}]:",
            f"            xmin = {phone.start:.6f}",
            f"            xmax = {phone.end:.6f}",
            f'            text = "{label}"',
        ]
    return "\n".join([*lines, ""])
