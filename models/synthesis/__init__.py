# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech with exact phone times from free voices, made once and kept: `python -m parlance.models.synthesis`."""

from __future__ import annotations

from .make import CORPUS, synthetic
from .voices import Voice, all_voices, installed, missing

__all__ = ["CORPUS", "Voice", "all_voices", "installed", "missing", "synthetic"]
