# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that speaks along with a microphone, a growing file or a Live Link sender."""

from __future__ import annotations

from typing import Final

from ..registering import in_order

MODULES: Final = ("settings", "operators", "handlers", "panel")
"""Registered in this order, unregistered in reverse."""

register, unregister = in_order(__name__, MODULES)
