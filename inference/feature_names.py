# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the features that expressions are made of. Without NumPy, so that a menu of moods costs nothing."""

from __future__ import annotations

from typing import Final

PARTS: Final = (
    "inner_brow", "brow", "outer_brow", "brow_in", "upper_lid", "lower_lid", "cheek", "nose", "upper_lip", "lower_lip",
    "corner", "corner_out", "corner_back",
)  # fmt: skip
"""Millimetres upwards, but for brow_in (the inner brow towards the middle), corner_out (away from it) and corner_back (towards
the ear). Each has a left and a right side."""
FEATURES: Final = (*(part + side for side in ("Left", "Right") for part in PARTS), "chin")
"""The order of every array of features. chin: the skin of the chin upwards."""
