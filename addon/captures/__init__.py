# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures: performed and finished faces beside their sound: checked, put in time, repaired, and learned from."""

from __future__ import annotations

from typing import Final

from ..registering import in_order

MODULES: Final = ("repair_operators", "style_operators", "check_operator")
"""Registered in this order, unregistered in reverse."""

register, unregister = in_order(__name__, MODULES)
