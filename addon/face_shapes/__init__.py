# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes for faces that have none: made on the artist's own meshes, kept apart from the artist's keys, taken away again."""

from __future__ import annotations

from typing import Final

from ..registering import in_order

MODULES: Final = ("operators", "panel")
"""Registered in this order, unregistered in reverse."""

register, unregister = in_order(__name__, MODULES)
