# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchange: curves, phones and mouth cues to and from files of other programs, and keys on every frame."""

from __future__ import annotations

from typing import Final

from ..registering import in_order

MODULES: Final = ("export_operators", "import_operators", "bake_operator", "menus")
"""Registered in this order, unregistered in reverse."""

register, unregister = in_order(__name__, MODULES)
