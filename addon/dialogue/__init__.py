# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogue: many strips and several characters at once. Who speaks what, generating it all, and what came of it."""

from __future__ import annotations

from typing import Final

from ..registering import in_order

MODULES: Final = ("cast_properties", "cast_operators", "all_operators", "cast_panel")
"""Registered in this order, unregistered in reverse."""

register, unregister = in_order(__name__, MODULES)
