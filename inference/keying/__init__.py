# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves to sparse keys, and what happens to keys an artist has touched."""

from .edit import Edit, Keep
from .evaluate import evaluate
from .fit import dense, fit, fit_all
from .keys import Keys
from .merge import Merged, Record, gathered, held, merge, noticed, regenerate, with_edits, without
from .ranges import Ranges, Span

__all__ = [
    "Edit",
    "Keep",
    "Keys",
    "Merged",
    "Ranges",
    "Record",
    "Span",
    "dense",
    "evaluate",
    "fit",
    "fit_all",
    "gathered",
    "held",
    "merge",
    "noticed",
    "regenerate",
    "with_edits",
    "without",
]
