# SPDX-License-Identifier: GPL-3.0-or-later
"""The speech corpora that Parlance learns from: one reader, since they share one label format."""

from __future__ import annotations

from .reader import CORPORA, available, data_folder, read
from .splits import split_of
from .utterance import Split, Utterance, read_audio

__all__ = ["CORPORA", "Split", "Utterance", "available", "data_folder", "read", "read_audio", "split_of"]
