# SPDX-License-Identifier: GPL-3.0-or-later
"""Retouching a line by hand: its phones, passages with a direction of their own, pinned keys, and what the artist has changed."""

from __future__ import annotations

from typing import Final

from ..registering import in_order

MODULES: Final = (
    "phone_operators",
    "overlay",
    "phone_pointer",
    "syllable_handle",
    "vocal_operators",
    "vocal_row",
    "phone_panel",
    "vocal_panel",
    "passage_borders",
    "passages",
    "passage_panel",
    "cue_panel",
    "change_panel",
    "rule_operators",
    "rule_panel",
    "pins",
    "takes",
)
"""Registered in this order, unregistered in reverse."""

register, unregister = in_order(__name__, MODULES)
