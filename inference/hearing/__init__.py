# SPDX-License-Identifier: GPL-3.0-or-later
"""Hearing: Audio → Performance."""

from .adapters import ModelFile
from .engines import Engine, engine, release
from .listener import hear
from .segment import align, decode

__all__ = ["Engine", "ModelFile", "align", "decode", "engine", "hear", "release"]
