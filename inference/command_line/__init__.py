# SPDX-License-Identifier: GPL-3.0-or-later
"""The command `parlance`: its options, its commands, and whole scripts at once."""

from .cli import main

__all__ = ["main"]
