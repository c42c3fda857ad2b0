# SPDX-License-Identifier: GPL-3.0-or-later
"""Performance + Direction → Animation: speech, emotion, blinks, gaze, brows and head."""

from .blink import BlinkEvent
from .head import headless
from .layering import act
from .sampling import span
from .situation import Borders

__all__ = ["BlinkEvent", "Borders", "act", "headless", "span"]
