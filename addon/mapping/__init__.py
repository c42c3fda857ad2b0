# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping: how a character's shapes answer to the 52 curves, for artists to see and change."""

from __future__ import annotations

from typing import Final

from ..registering import in_order

MODULES: Final = (
    *("mapping_rows", "operators", "choosing", "transfer", "panel"),
    *("viseme_operators", "viseme_files", "viseme_panel", "preset_operators"),
)
"""Registered in this order, unregistered in reverse."""

register, unregister = in_order(__name__, MODULES)
