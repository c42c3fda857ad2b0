# SPDX-License-Identifier: GPL-3.0-or-later
"""Hearing: Audio → Performance."""

from .engines import Engine, engine
from .listener import hear
from .segment import align, decode

__all__ = ["Engine", "align", "decode", "engine", "hear"]
