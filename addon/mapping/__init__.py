# SPDX-License-Identifier: GPL-3.0-or-later
"""Mapping: how a character's shapes, bones and properties answer to the 52 curves, for artists to see and change."""

from __future__ import annotations


def register() -> None:
    """Nothing yet."""


def unregister() -> None:
    """Nothing yet."""
