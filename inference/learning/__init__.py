# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning from an artist's corrections: which edits agree, offered as rules, and rules applied to speech."""

from .corrections import Clock, Correction, CurveEdit, corrections
from .offers import Offer, offers
from .rules import Placed, Rule, applied

__all__ = ["Clock", "Correction", "CurveEdit", "Offer", "Placed", "Rule", "applied", "corrections", "offers"]
