# SPDX-License-Identifier: GPL-3.0-or-later
"""Coarticulation by dominance functions (Cohen & Massaro 1993), one set per articulator.

Each phone pulls jaw, lips and lip shape towards its targets with a strength that falls exponentially before and after it; what
is seen is the weighted mean. Closures and the lower lip under the teeth are laid on top: no neighbour may prevent them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..geometry import INDEX, REFERENCE, Geometry, solve
from ..performance import Phone
from .targets import TARGETS, PhoneTarget

_REACH: Final = 6
"""Phones on either side that can still be felt; further ones have faded below a hundredth."""
_JAW_TIME: Final = 0.060
_LIP_TIME: Final = 0.050
_TONGUE_TIME: Final = 0.040
_SHORTEST_CLOSURE: Final = 0.040
"""Seconds; two frames at 50 or 60 frames a second, so that no closure falls between two frames."""
_CLOSING_TIME: Final = 0.060
_OPENING_TIME: Final = 0.060
_TYPICAL_PHONE: Final = 0.085
_LABIODENTAL_GAP: Final = 2.0
_FAR: Final = 10.0
_AT_ONCE: Final = 32_768
"""Frames that are worked out together: each looks at all phones within reach, which for two hours would fill the memory."""
_Contacts = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
_JAW_OPEN: Final = arkit.INDEX["jawOpen"]


@dataclass(frozen=True)
class Style:
    """How somebody articulates. 1 is normal for every factor.

    jaw, lips: how far the jaw drops, and how strongly the lips shape (the two axes of Edwards et al. 2016, JALI). 0..2.
    hurry: how much fast speech shrinks movement, 0 none.
    vigour: how much louder vowels open the jaw further, 0 none.
    spread_in_time: stretches all coarticulation times; 0.5 crisp, 2 slurred.
    """

    jaw: float = 1.0
    lips: float = 1.0
    hurry: float = 1.0
    vigour: float = 1.0
    spread_in_time: float = 1.0


def articulate(
    phones: Sequence[Phone],
    times: NDArray[np.float64],
    *,
    style: Style | None = None,
    loudness: NDArray[np.float32] | None = None,
    targets: Mapping[str, PhoneTarget] = TARGETS,
    geometry: Geometry | None = None,
) -> NDArray[np.float32]:
    """The face saying these phones: float32[T, M] millimetres in geometry.MEASURES order.

    times: float64[T] ascending seconds.
    phones: in time order, on the same clock; before the first and after the last there is silence.
    loudness: float[T] decibels at `times`, if louder vowels shall open further.
    geometry: whose rest position the movement starts from; the reference face by default.
    """
    style = style or Style()
    geometry = geometry or REFERENCE
    times = np.asarray(times, np.float64)
    wanted = [targets[phone.symbol] for phone in phones]
    effort = _effort(phones, style) * _vigour(phones, times, loudness, style)
    jaw = style.jaw * effort
    lip = style.lips * np.sqrt(effort)
    slur = style.spread_in_time
    contacts = _contacts(phones, wanted, times)
    jaw_pull = np.array([t.jaw_dominance for t in wanted])
    lip_pull = np.array([t.lip_dominance for t in wanted])
    shape_pull = np.array([t.shape_dominance for t in wanted])
    lead, trail = np.array([t.lead for t in wanted]), np.array([t.trail for t in wanted])
    result = np.empty((len(times), len(geometry.neutral)), np.float32)
    for start in range(0, len(times), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        blend = _Blend(phones, times[part])
        chin = blend(np.array([t.chin for t in wanted]) * jaw, jaw_pull, _JAW_TIME * slur, _JAW_TIME * slur)
        lips = blend(np.array([t.lips for t in wanted]) * lip, lip_pull, _LIP_TIME * slur, _LIP_TIME * slur)
        spread = blend(np.array([t.spread for t in wanted]) * lip, shape_pull, lead * slur, trail * slur)
        protrusion = blend(np.array([t.protrusion for t in wanted]) * lip, shape_pull, lead * slur, trail * slur)
        tongue = blend(np.array([t.tongue for t in wanted]), lip_pull, _TONGUE_TIME, _TONGUE_TIME)
        closed, seal_gap, bitten = contacts
        movement = _Movement(chin, lips, spread, protrusion, tongue)
        result[part] = _measures(movement, (closed[part], seal_gap[part], bitten[part]), geometry)
    return result


@dataclass(frozen=True)
class _Movement:
    """The articulators, float64[T] millimetres each, as in PhoneTarget."""

    chin: NDArray[np.float64]
    lips: NDArray[np.float64]
    spread: NDArray[np.float64]
    protrusion: NDArray[np.float64]
    tongue: NDArray[np.float64]


def _measures(movement: _Movement, contacts: _Contacts, geometry: Geometry) -> NDArray[np.float32]:
    """All measures, the lips carried by the jaw as far as the reference jaw carries them."""
    chin, spread, protrusion = movement.chin, movement.spread, movement.protrusion
    closed, seal_gap, bitten = contacts
    carried = REFERENCE.jacobian[_JAW_OPEN] / REFERENCE.jacobian[_JAW_OPEN, INDEX["chin"]]
    gap = float(geometry.neutral[INDEX["gap"]]) + chin * carried[INDEX["gap"]] + movement.lips
    gap = np.maximum(gap, float(geometry.neutral[INDEX["gap"]]) * 0.5)
    gap += bitten * np.minimum(_LABIODENTAL_GAP - gap, 0.0)
    gap += closed * (seal_gap - gap)
    opening = gap - float(geometry.neutral[INDEX["gap"]])
    by_gap = REFERENCE.jacobian[_JAW_OPEN] / REFERENCE.jacobian[_JAW_OPEN, INDEX["gap"]]
    tuck = bitten * TARGETS["f"].tuck
    result = np.tile(geometry.neutral.astype(np.float64), (len(chin), 1))
    result[:, INDEX["gap"]] = gap
    result[:, INDEX["chin"]] = chin
    result[:, INDEX["width"]] += chin * carried[INDEX["width"]] + spread
    result[:, INDEX["upper_protrusion"]] = protrusion - 0.2 * np.maximum(spread, 0.0)
    result[:, INDEX["lower_protrusion"]] = chin * carried[INDEX["lower_protrusion"]] + 0.8 * protrusion
    result[:, INDEX["corner"]] = opening * by_gap[INDEX["corner"]] + 0.15 * np.maximum(spread, 0.0)
    result[:, INDEX["lower_roll"]] = chin * carried[INDEX["lower_roll"]] + 0.47 * protrusion - tuck
    result[:, INDEX["bite"]] += opening - 2.0 * tuck
    result[:, INDEX["tongue"]] = movement.tongue
    return result.astype(np.float32)


def to_weights(millimetres: NDArray[np.float32], geometry: Geometry | None = None) -> NDArray[np.float32]:
    """The weights float32[T, 52] that show a movement in millimetres float[T, M]."""
    return solve(millimetres, geometry)


def closures(phones: Sequence[Phone], times: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How closed the lips must be, and how far the lower lip must be at the teeth: float32[T] each, 0..1."""
    closed, _, bitten = _contacts(phones, [TARGETS[phone.symbol] for phone in phones], np.asarray(times, np.float64))
    return closed.astype(np.float32), bitten.astype(np.float32)


class _Blend:
    """Weighs every phone within reach of every frame; made once, used for each articulator."""

    def __init__(self, phones: Sequence[Phone], times: NDArray[np.float64]) -> None:
        starts = np.array([phone.start for phone in phones])
        ends = np.array([phone.end for phone in phones])
        length = np.maximum(ends - starts, 0.0)
        silent = np.array([phone.symbol == "sil" for phone in phones], bool)
        core_start = starts + np.where(silent, np.minimum(0.25 * length, 0.12), 0.15 * length)
        core_end = ends - np.where(silent, np.minimum(0.35 * length, 0.15), 0.30 * length)
        here = np.searchsorted(starts, times, side="right")[:, None] + np.arange(-_REACH - 1, _REACH)
        self._inside = (here >= 0) & (here < len(phones))
        self._phone = np.clip(here, 0, max(len(phones) - 1, 0))
        self._before = np.maximum(core_start[self._phone] - times[:, None], 0.0) if len(phones) else np.zeros(here.shape)
        self._after = np.maximum(times[:, None] - core_end[self._phone], 0.0) if len(phones) else np.zeros(here.shape)
        self._strength = np.array([min(max(phone.strength, 0.0), 1.0) for phone in phones])
        silence_after = times - (ends[-1] + 0.12 if len(phones) else -_FAR)
        silence_before = (starts[0] - 0.15 if len(phones) else -_FAR) - times
        self._edge = np.maximum(-np.maximum(silence_after, silence_before), 0.0)

    def __call__(
        self,
        targets: NDArray[np.float64],
        dominance: NDArray[np.float64],
        lead: float | NDArray[np.float64],
        trail: float | NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """The blended target at every frame. dominance [N]; lead and trail in seconds, one or [N]."""
        rest = TARGETS["sil"]
        weight = rest.jaw_dominance * np.exp(-self._edge / _JAW_TIME)
        if not len(targets):
            return np.zeros(len(weight))
        lead, trail = np.broadcast_to(lead, targets.shape), np.broadcast_to(trail, targets.shape)
        fading = self._before / lead[self._phone] + self._after / trail[self._phone]
        pull = np.where(self._inside, (dominance * self._strength)[self._phone] * np.exp(-fading), 0.0)
        total = pull.sum(1) + weight + 1e-9
        return np.asarray((pull * targets[self._phone]).sum(1) / total)


def _effort(phones: Sequence[Phone], style: Style) -> NDArray[np.float64]:
    """Fast speech shrinks movement (clamp(1.15 - 0.15 rate, 0.7, 1.1)); emphasis enlarges it."""
    lengths = np.array([phone.end - phone.start for phone in phones])
    spoken = np.array([phone.symbol != "sil" for phone in phones], float)
    window = np.ones(5)
    if len(phones) < len(window):
        local = np.full(len(phones), (lengths * spoken).sum() / max(spoken.sum(), 1.0))
    else:
        local = np.convolve(lengths * spoken, window, "same") / np.maximum(np.convolve(spoken, window, "same"), 1.0)
    rate = _TYPICAL_PHONE / np.maximum(local, 0.02)
    shrink = np.where(local > 0, np.clip(1.15 - 0.15 * rate, 0.7, 1.1), 1.0)
    emphasis = np.array([1.0 + 0.4 * max(phone.strength - 1.0, 0.0) for phone in phones])
    return np.asarray((1.0 + style.hurry * (shrink - 1.0)) * emphasis)


def _vigour(
    phones: Sequence[Phone], times: NDArray[np.float64], loudness: NDArray[np.float32] | None, style: Style
) -> NDArray[np.float64]:
    """Jaw by loudness: a vowel one deviation louder than the others opens an eighth further."""
    factor = np.ones(len(phones))
    vowels = [i for i, phone in enumerate(phones) if TARGETS[phone.symbol].chin > 5.0 and phone.symbol != "sil"]
    if loudness is None or not vowels:
        return factor
    level = np.array([np.interp((phones[i].start + phones[i].end) / 2, times, loudness) for i in vowels])
    deviation = (level - level.mean()) / max(float(level.std()), 3.0)
    factor[vowels] = 1.0 + style.vigour * np.clip(0.125 * deviation, -0.25, 0.3)
    return factor


def _contacts(phones: Sequence[Phone], wanted: Sequence[PhoneTarget], times: NDArray[np.float64]) -> _Contacts:
    """How closed (0..1), to which gap in mm, and how bitten (0..1) the lips are at every frame."""
    closed, bitten = np.zeros(len(times)), np.zeros(len(times))
    seal_gap = np.full(len(times), -1.0)
    for phone, target in zip(phones, wanted, strict=True):
        if target.seal is None and not target.tuck:
            continue
        first, last = _contact_interval(phone)
        near = slice(*np.searchsorted(times, [first - _CLOSING_TIME, last + _OPENING_TIME]))
        at = times[near]
        distance = np.maximum((first - at) / _CLOSING_TIME, (at - last) / _OPENING_TIME).clip(0.0, 1.0)
        amount = min(max(phone.strength, 0.0), 1.0) * (0.5 + 0.5 * np.cos(np.pi * distance))
        if target.seal is None:
            bitten[near] = np.maximum(bitten[near], amount)
        else:
            stronger = amount > closed[near]
            seal_gap[near] = np.where(stronger, target.seal, seal_gap[near])
            closed[near] = np.maximum(closed[near], amount)
    return closed, seal_gap, bitten


def _contact_interval(phone: Phone) -> tuple[float, float]:
    """When the lips touch: from the phone's start until a plosive's release, never shorter than two frames."""
    share = 0.9 if phone.symbol in {"m", "f", "v"} else 0.7
    first = phone.start + 0.005
    last = phone.start + share * (phone.end - phone.start)
    if last - first < _SHORTEST_CLOSURE:
        middle = (first + last) / 2
        first, last = middle - _SHORTEST_CLOSURE / 2, middle + _SHORTEST_CLOSURE / 2
    return first, last
