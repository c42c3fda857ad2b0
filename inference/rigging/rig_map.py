# SPDX-License-Identifier: GPL-3.0-or-later
"""Rig map: how a character's own shape keys answer to the 52 shapes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Drive:
    """One of the 52 curves driving one of the character's shapes: value = clamp(gain * curve + offset, low, high).

    Several drives on one target add up before the clamp; one curve may have many drives.
    confidence: 0..1, how sure the recognition is; 1 for a name spelled as in the standard or set by the artist.
    """

    source: str
    target: str
    gain: float = 1.0
    offset: float = 0.0
    low: float = 0.0
    high: float = 1.0
    muted: bool = False
    confidence: float = 1.0


@dataclass(frozen=True)
class RigMap:
    """All drives of one set of shape names, and the naming convention they were recognised by."""

    convention: str
    drives: tuple[Drive, ...]
