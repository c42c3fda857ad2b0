# SPDX-License-Identifier: GPL-3.0-or-later
"""Performance + Direction → Animation: speech, emotion, blinks, gaze, brows and head."""

from .blink import BlinkEvent
from .extent import Extent
from .head import headless
from .layering import act
from .performer import Performer
from .sampling import span
from .situation import Borders

__all__ = ["BlinkEvent", "Borders", "Extent", "Performer", "act", "headless", "span"]
