# SPDX-License-Identifier: GPL-3.0-or-later
"""Any character: from its shape names to a Rig map, and from the 52 curves to its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .recognition import CERTAIN, recognise, recognise_as
from .rig_map import Drive, RigMap, from_json, regions_of, to_json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .calibration import Calibration
    from .cue_track import Spoken

__all__ = ["CERTAIN", "Drive", "RigMap", "apply", "from_json", "recognise", "recognise_as", "regions_of", "to_json"]


def apply(
    rig_map: RigMap,
    shapes: NDArray[np.float32],
    *,
    available: Iterable[str] | None = None,
    calibration: Calibration | None = None,
    spoken: Spoken | None = None,
    said: NDArray[np.float32] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """The character's own curves, {target: float32[F]}, from the 52 weights float[F, 52]. See drive.apply."""
    from .drive import apply as applied

    return applied(rig_map, shapes, available=available, calibration=calibration, spoken=spoken, said=said)
