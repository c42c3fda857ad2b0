# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line says: its text, the words in it, and lines that are spoken from their text alone."""

from __future__ import annotations

from typing import Final

from ..registering import in_order

MODULES: Final = ("word_operators", "word_fields", "speak_operators", "importing", "text_panel", "word_row", "word_pointer")
"""Registered in this order, unregistered in reverse."""

register, unregister = in_order(__name__, MODULES)
