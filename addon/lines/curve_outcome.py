# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of one curve when a draft is written: left alone, and why, or what is remembered of it from now on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from ...inference.keying import Keys, Record
from ...inference.keying.keys import MANY
from ...inference.keying.ranges import Ranges
from ..animation import slots, stored

Why = Literal["", "yours", "locked", "deleted", "resting"]
"""Why a curve was left alone: the artist keys it, it is locked, the artist has deleted it, it needs none."""


@dataclass(frozen=True)
class Outcome:
    """What becomes of one curve when a draft is written.

    owner: identity of its datablock; layer: the NLA layer it is in; group: what it is filed under.
    curve: the f-curve that was there; before: what was remembered of it.
    record: what is remembered from now on, None where it is left alone, and why it is.
    ranges: the frames written; cleared: the frames whose keys go. touched: the artist has changed it since it was written.
    stands: it holds every bit of the record already.
    standing: all keys on the curve, where they are few enough to be kept until it is written.
    """

    curves: slots.SlotCurves
    place: stored.Place
    owner: int
    layer: str
    group: str
    curve: Any | None
    before: Record | None = None
    record: Record | None = None
    ranges: Ranges = ()
    cleared: Ranges = ()
    touched: bool = False
    stands: bool = False
    standing: Keys | None = None
    why: Why = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """Which property and layer it is, whatever the mesh."""
        return self.place.path, self.place.element, self.layer

    def left(self, why: Why) -> Outcome:
        """The same curve, left alone for this reason."""
        return replace(self, record=None, why=why)

    def with_record(
        self, record: Record, ranges: Ranges, cleared: Ranges, *, touched: bool, stands: bool, standing: Keys
    ) -> Outcome:
        """The same curve, with what is to be written to it."""
        kept = standing if self.curve is not None and len(standing) <= MANY else None
        mine = self.curves, self.place, self.owner, self.layer, self.group, self.curve, self.before
        return Outcome(*mine, record, ranges, cleared, touched, stands, kept)  # `replace` takes ten times as long
