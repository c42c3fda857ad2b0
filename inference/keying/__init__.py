# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves to sparse keys, and what happens to keys an artist has touched."""

from .evaluate import evaluate
from .fit import dense, fit, fit_all
from .keys import Keys

__all__ = ["Keys", "dense", "evaluate", "fit", "fit_all"]
