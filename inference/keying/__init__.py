# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves to sparse keys, and what happens to keys an artist has touched."""

from .edit import Edit, Keep
from .evaluate import evaluate
from .fit import dense, fit, fit_all
from .keys import Keys
from .merge import Merged, Record, held, merge, noticed, regenerate, with_edits, without

__all__ = [
    "Edit",
    "Keep",
    "Keys",
    "Merged",
    "Record",
    "dense",
    "evaluate",
    "fit",
    "fit_all",
    "held",
    "merge",
    "noticed",
    "regenerate",
    "with_edits",
    "without",
]
