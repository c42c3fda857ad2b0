# SPDX-License-Identifier: GPL-3.0-or-later
"""From the 52 curves to a character's own: gains, offsets and clamps of its Rig map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from . import visemes
from .cue_track import Spoken, track
from .own_visemes import blended
from .reduction import SOLVED, is_full, reduce
from .rig_map import RigMap
from .switch import switch
from .visemes import OWN, SWITCHES

if TYPE_CHECKING:
    from .calibration import Calibration


def apply(
    rig_map: RigMap,
    shapes: NDArray[np.float32],
    *,
    available: Iterable[str] | None = None,
    calibration: Calibration | None = None,
    spoken: Spoken | None = None,
    said: NDArray[np.float32] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """The character's own curves, {target: float32[F]}, from the 52 weights float[F, 52].

    available: the sources of all meshes of the character, so that teeth or a beard with few shapes follow the head that has them
    all; the map's own by default. With less than a full set of mouth shapes among them, the curves are reduced (reduction.py).
    calibration: what was measured on this character, for the reduction.
    spoken: what is said, which tells mouth drawings better than the weights do.
    said: which of the visemes that the artist posed are said at each frame; those take the place of what the curves do to the
    mouth (own_visemes.py).
    """
    shapes = np.asarray(shapes, np.float32)
    wanted = rig_map.sources if available is None else frozenset(available) | rig_map.sources
    everything, posed = wanted - SWITCHES.keys() - OWN.keys(), wanted & OWN.keys()
    own: dict[str, NDArray[np.float32]] = {}
    if posed:
        shapes, own = blended(shapes, wanted, said)
    if is_full(everything):
        curves = {name: shapes[:, arkit.INDEX[name]] for name in everything if name in arkit.INDEX}
        if not rig_map.sources.isdisjoint(visemes.NAMES) and rig_map.sources.isdisjoint(SOLVED):
            # A beard that has visemes alone, on a head that needs none.
            alone = reduce(shapes, rig_map.sources - SWITCHES.keys() - OWN.keys())
            curves |= {name: values for name, values in alone.items() if name in visemes.NAMES}
    else:
        measured, fitted = (calibration.effects, calibration.fitted) if calibration else (None, False)
        curves = reduce(shapes, everything, measured, fitted=fitted)
    for name in rig_map.sources & SWITCHES.keys():
        curves[name] = track(spoken.phones, spoken.times, name) if spoken else switch(shapes, SWITCHES[name])
    curves |= own
    still = np.zeros(len(shapes), np.float32)
    result: dict[str, NDArray[np.float32]] = {}
    limits: dict[str, tuple[float, float]] = {}
    for drive in rig_map.active:
        driven = curves.get(drive.source, still)
        if (drive.gain, drive.offset) != (1.0, 0.0):
            driven = drive.gain * driven + drive.offset
        result[drive.target] = result[drive.target] + driven if drive.target in result else driven
        low, high = limits.get(drive.target, (drive.low, drive.high))
        limits[drive.target] = (min(low, drive.low), max(high, drive.high))
    for target, values in result.items():
        low, high = limits[target]
        result[target] = np.minimum(np.maximum(values, low), high).astype(np.float32, copy=False)
    return result
