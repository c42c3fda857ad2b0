# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones and controllers driven as far as the face needs: by what each of them was seen to do to it.

Tables of bones only know how far a bone usually goes. Weights, constraints and limits decide what that does to a face, so every
source is set once, the face looked at (addon/character/probing.py), and its drives are made stronger or weaker, turned round or
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..geometry import INDEX, REFERENCE
from . import lid_fit
from .calibration import Calibration, calibrated
from .face_frame import Known
from .parts import Part, united
from .rig_map import Drive, RigMap, name_in
from .sliders import OVERLAP
from .survey import Survey, library, surveyed

Measure: TypeAlias = Callable[[NDArray[np.float32]], np.float32]
SHARES: Final = (0.25, 0.5, 0.75, 1.5, 2.0)
"""Of the usual way that jaw and lids are seen at beside the whole of it: limits, and turning, are no straight line."""
BLINKS: Final = ("eyeBlinkLeft", "eyeBlinkRight")
STEPPED: Final = ("jawOpen", *BLINKS)
SPOKEN: Final = 0.4
"""How far jaws open in speech, of all the way: there a jaw that turns, which opens less and less, is to open as others do."""
_HELD: Final = 0.6
"""Share of its usual effect below which a control is held by a limit."""
_DOES_IT: Final = 0.35
"""Cosine with what a source typically does from which a control is taken to do that."""
_DOES_THE_OPPOSITE: Final = -0.6
_SOFTEST: Final = 0.5
_STRONGEST: Final = 2.0
_WEAKEST_BLINK: Final = 0.3


@dataclass(frozen=True, eq=False)
class Fitted:
    """A map of controls as far as this face needs them, and what they then do. calibration: None where no mouth was found."""

    rig_map: RigMap
    calibration: Calibration | None


@dataclass(frozen=True)
class Probe:
    """One pose in which the rig is measured: `share` 0..1 of the drives of a source, on one of its controls or on all."""

    source: str
    share: float = 1.0
    control: str = ""


def probes(rig_map: RigMap) -> dict[str, Probe]:
    """All that is to be looked at, by name: every source, some in steps, and the controls of a lid one by one."""
    found = {source: Probe(source) for source in sorted(rig_map.sources)}
    found |= {_stepped(source, share): Probe(source, share) for source in STEPPED if source in found for share in SHARES}
    for blink in BLINKS:
        controls = _controls(rig_map, blink)
        if len(controls) > 1:
            found |= {name: Probe(blink, 1.0, control) for control, name in controls.items()}
    return found


def _controls(rig_map: RigMap, source: str) -> dict[str, str]:
    """The controls that a source drives, {control: name of its probe}."""
    return {name: f"{source} of {name}" for drive in rig_map.active if drive.source == source for name in [name_in(drive.target)]}


def _stepped(source: str, share: float) -> str:
    return source if share == 1.0 else f"{source} × {share:g}"


def fitted(rig_map: RigMap, parts: Sequence[Part], shapes: RigMap, known: Known | None = None, *, adjust: bool = True) -> Fitted:
    """The map with gains that do on this face what its sources should.

    parts: meshes whose moves are those of `probes`, and of shape keys beside them.   shapes: which shape key is which.
    known: where the rig has its eyes.   adjust: False for a map that an artist made, which is only measured.
    """
    looked_at = probes(rig_map)
    named: dict[str, dict[str, float]] = {drive.target: {} for drive in shapes.active}
    for drive in shapes.active:
        named[drive.target][drive.source] = drive.gain
    face = united(parts)
    found = surveyed(face, {**{name: {name: 1.0} for name in rig_map.sources}, **named}, known)
    if found is None:
        return Fitted(rig_map, None)
    strengths = {source: _strength(source, found) if adjust else 1.0 for source in rig_map.sources}
    rows = {source: _row(source, strength, found) for source, strength in strengths.items()}
    uneven = {
        (blink, control): share
        for blink in BLINKS
        if adjust and strengths.get(blink)
        for control, share in lid_fit.shares(face, found, blink, _controls(rig_map, blink)).items()
    }
    drives = tuple(
        _scaled(drive, strengths[drive.source] * uneven.get((drive.source, name_in(drive.target)), 1.0))
        for drive in rig_map.active
        if strengths[drive.source]
    )
    seen = _replaced(found, rows, strengths, [name for name, probe in looked_at.items() if probe != Probe(probe.source)])
    used = tuple(Drive(source, source) for source, strength in strengths.items() if strength)
    together = RigMap(rig_map.convention, (*shapes.active, *used))
    return Fitted(RigMap(rig_map.convention, _in_range(drives)), replace(calibrated(seen, together), fitted=adjust))


def _strength(source: str, found: Survey) -> float:
    """By how much a source's drives are multiplied; 0 where they move nothing."""
    if source in found.dead:
        return 0.0
    if source.startswith("eyeLook"):
        return 1.0  # an eye turns by an angle, whatever lies around it
    if source == "jawOpen":
        wanted = REFERENCE.effect("jawOpen", "gap")
        whole, spoken = (_reaching(source, found, lambda row: row[INDEX["gap"]], share * wanted) for share in (1.0, SPOKEN))
        return min(whole, spoken / SPOKEN)
    if source in STEPPED:
        lid = INDEX[f"lid_{source.removeprefix('eyeBlink').lower()}"]
        opening = float(found.rest[lid])
        closes = opening > 0.0 and -float(found.measures[found.index[source], lid]) > _WEAKEST_BLINK * opening
        return _reaching(source, found, lambda row: -row[lid], OVERLAP * opening) if closes else 1.0
    return _of_usual_size(source, found)


def _of_usual_size(source: str, found: Survey) -> float:
    """What makes a source move the face as far as it does on others, the other way where it does the opposite."""
    known = source in library().index
    like = found.like(source, source) if known else 0.0
    size = float(np.linalg.norm(found.windows[found.index[source]]))
    if size <= 0.0 or _DOES_THE_OPPOSITE < like < _DOES_IT:
        return 1.0
    strength = min(max(float(library().sizes[library().index[source]]) / size, _SOFTEST), _STRONGEST)
    return strength if like > 0.0 else -strength


def _reaching(source: str, found: Survey, measure: Measure, wanted: float) -> float:
    """The smallest share of a source's drives that does what is wanted, or all that it does before a limit holds it."""
    shares, rows = _steps(source, found)
    reached = np.maximum.accumulate([float(measure(row)) for row in rows])
    slopes = np.diff(reached) / np.diff(shares)
    if slopes[0] <= 0.0:
        return 1.0
    held = slopes < _HELD * np.maximum.accumulate(slopes)
    end = int(np.argmax(held)) if held.any() else len(slopes)
    for i in range(end):
        if reached[i + 1] >= wanted:
            return float(shares[i] + (wanted - reached[i]) / slopes[i])
    if end == len(slopes):
        return shares[-1]
    return float(min(shares[end] + (reached[end + 1] - reached[end]) / slopes[:end].max(), shares[end + 1]))


def _steps(source: str, found: Survey) -> tuple[list[float], NDArray[np.float32]]:
    """The shares at which a source was seen, and its measures there, float32[S, M]; nothing at 0."""
    shares = sorted(share for share in (1.0, *SHARES) if _stepped(source, share) in found.index)
    rows = [found.measures[found.index[_stepped(source, share)]] for share in shares]
    return [0.0, *shares], np.array([np.zeros_like(rows[0]), *rows], np.float32)


def _row(source: str, strength: float, found: Survey) -> NDArray[np.float32]:
    """Measures float32[M] of a source with its drives so much stronger."""
    if source not in STEPPED:
        return np.asarray(np.float32(strength) * found.measures[found.index[source]], np.float32)
    shares, rows = _steps(source, found)
    seen = SPOKEN if source == "jawOpen" else 1.0
    row: NDArray[np.float32] = np.array([np.interp(seen * strength, shares, column) for column in rows.T], np.float32)
    return row / np.float32(seen)


def _replaced(
    found: Survey, rows: Mapping[str, NDArray[np.float32]], strengths: Mapping[str, float], left_out: Sequence[str]
) -> Survey:
    """What was seen, with sources as strong as they will be driven, and without the steps on the way."""
    kept = [i for i, name in enumerate(found.names) if name not in left_out]
    measures, windows = found.measures.copy(), found.windows.copy()
    for source, row in rows.items():
        measures[found.index[source]] = row
        windows[found.index[source]] *= np.float32(strengths[source])
    return replace(
        found,
        names=tuple(found.names[i] for i in kept),
        reach=found.reach[kept],
        measures=measures[kept],
        windows=windows[kept],
        twins=(),
    )


def _scaled(drive: Drive, strength: float) -> Drive:
    gain = drive.gain * strength
    return replace(drive, gain=round(gain, 6), low=min(gain, 0.0) + drive.offset, high=max(gain, 0.0) + drive.offset)


def _in_range(drives: Sequence[Drive]) -> tuple[Drive, ...]:
    """Several sources on one channel share its range."""
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for drive in drives:
        low[drive.target] = min(low.get(drive.target, drive.low), drive.low)
        high[drive.target] = max(high.get(drive.target, drive.high), drive.high)
    return tuple(replace(drive, low=round(low[drive.target], 6), high=round(high[drive.target], 6)) for drive in drives)
