# SPDX-License-Identifier: GPL-3.0-or-later
"""From phones to the movement of lips and jaw in millimetres, and edits of phones back into curves."""

from .coarticulation import Style, articulate, closures, to_weights
from .revision import revise
from .shaping import reshape, shape
from .targets import TARGETS, PhoneTarget

__all__ = ["TARGETS", "PhoneTarget", "Style", "articulate", "closures", "reshape", "revise", "shape", "to_weights"]
