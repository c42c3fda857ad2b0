# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters with less than the 52 shapes: visemes only, five vowels and a blink, a jaw alone.

What the full face would show is measured in millimetres, and the sources that are there are solved to show the same: a bounded
least squares over lip gap, width, protrusion and chin. Contacts come first: where the full face closes its lips or bites the
lower one, the viseme for it takes over, and for closures everything that opens lets go until the lips meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit, geometry, least_squares
from . import visemes
from .poses import effects

FULL: Final = frozenset({"jawOpen", "mouthClose"})
"""With these, and a shape that rounds the lips, the 52 curves are used as they are."""
ROUNDING: Final = frozenset({"mouthFunnel", "mouthPucker"})
SOLVED: Final = frozenset(
    name for name in geometry.SPEECH_SHAPES if not name.startswith(("mouthSmile", "mouthFrown", "tongue"))
) | {"mouthRollUpper", "mouthShrugUpper"}
"""Shapes of speech, solved for; smiles, frowns and all else keep the values they have."""

_GAP: Final = geometry.INDEX["gap"]
_IMPORTANCE: Final = {"gap": 1.0, "width": 0.45, "upper_protrusion": 0.5, "chin": 0.3, "tongue": 0.5}
_COST: Final = 2.0
_RIDGE: Final = 2.0
_SMOOTHNESS: Final = 4.0
_ROLL: Final = geometry.INDEX["lower_roll"]
_OPEN_GAP: Final = 0.3
_CLOSED_GAP: Final = -0.7
"""Lip gaps of the full face, in mm, at which a closure begins and is complete; the seal goes to -1."""
_SPEAKING_GAP: Final = 2.0
"""Lip gap above rest, in mm, at which a face is not silent any more: the least that sounds other than closures show."""
_REACH: Final = 1.15
_SLIGHT: Final = 0.5
_LOOSE_ROLL: Final = -1.0
_BITTEN_ROLL: Final = -2.5
"""The same for the roll of the lower lip under the teeth; the seal goes to -3."""


def is_full(available: Iterable[str]) -> bool:
    """Whether these sources can show the 52 curves as they are; also where they do not reach the mouth at all."""
    sources = frozenset(available)
    if not any(name in visemes.NAMES or name in SOLVED for name in sources):
        return True
    return sources >= FULL and bool(sources & ROUNDING)


def reduce(
    shapes: NDArray[np.float32],
    available: Iterable[str],
    measured: Mapping[str, NDArray[np.float32]] | None = None,
    *,
    fitted: bool = False,
) -> dict[str, NDArray[np.float32]]:
    """{source: float32[F] 0..1} for the available sources, that together show what the 52 weights float[F, 52] show.

    measured: {source: float32[M]} millimetres of the sources on this character where they were measured, else the reference.
    fitted: whether the widest of them opens as far as it should; else all are taken for sculpts of a larger or smaller mouth.
    """
    sources = sorted(frozenset(available))
    kept = {name: shapes[:, arkit.INDEX[name]] for name in sources if name in arkit.INDEX and name not in SOLVED}
    solved = [name for name in sources if name in SOLVED or (name in visemes.NAMES and name != "viseme_sil")]
    if not solved:
        return kept
    own = measured or {}
    scale = 1.0 if fitted else _scale(solved, own)
    columns = _columns(solved, own, scale)
    still = _columns(list(kept), own, scale)
    full = geometry.measure(shapes)
    held = np.column_stack([*kept.values(), np.zeros((len(shapes), 0), np.float32)]).astype(np.float32)
    found = _solve(columns, full - geometry.REFERENCE.neutral - held @ still, solved)
    bitten = np.clip((_LOOSE_ROLL - full[:, _ROLL]) / (_LOOSE_ROLL - _BITTEN_ROLL), 0.0, 1.0).astype(np.float32)
    closed = np.clip((_OPEN_GAP - full[:, _GAP]) / (_OPEN_GAP - _CLOSED_GAP), 0.0, 1.0).astype(np.float32)
    found = _taken_over(found, solved, visemes.BITING, bitten * (1.0 - closed))
    found = _taken_over(found, solved, visemes.CLOSING, closed)
    together, effects_of_all = np.concatenate([found, held], 1), np.concatenate([columns, still])
    for measure in (_GAP, geometry.INDEX["width"]):
        together = _within_reach(together, effects_of_all[:, measure])
    gaps = effects_of_all[:, _GAP]
    if visemes.BITING in solved:  # its own gap is what the bite shows; a jaw beside it would take the lip from the teeth
        beside = np.where(np.arange(len(gaps)) == solved.index(visemes.BITING), np.float32(0.0), gaps)
        together = _let_go(together, beside, bitten * (1.0 - closed))
    together = _let_go(together, gaps, closed)
    result = {name: np.ascontiguousarray(together[:, i]) for i, name in enumerate((*solved, *kept))}
    if "viseme_sil" in sources:
        result["viseme_sil"] = _silence(together, [*solved, *kept], effects_of_all[:, _GAP])
    return result


def _silence(weights: NDArray[np.float32], names: list[str], gaps: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[F] the share of the silent face: what visemes leave, and none of it where a jaw or lips of their own open."""
    viseme = np.array([name in visemes.PHONES for name in names])
    opened = weights[:, ~viseme] @ np.maximum(gaps[~viseme], 0.0) / _SPEAKING_GAP
    return np.asarray(np.clip(1.0 - np.maximum(weights[:, viseme].sum(1), opened), 0.0, 1.0), np.float32)


def _scale(solved: list[str], measured: Mapping[str, NDArray[np.float32]]) -> float:
    """By how much a character's millimetres are multiplied, so that its widest source is as wide as its reference."""
    known = [name for name in solved if name in measured]
    widest = max(known, key=lambda name: float(measured[name][_GAP]), default="")
    if not widest:
        return 1.0
    own, reference = float(measured[widest][_GAP]), float(_reference_effect(widest)[_GAP])
    return reference / own if own > 0.0 and reference > 0.0 else 0.0


def _columns(names: list[str], measured: Mapping[str, NDArray[np.float32]], scale: float) -> NDArray[np.float32]:
    """Millimetres of each source, float32[K, M]; of the reference face where it was not measured, or its mouth not found."""
    rows = [measured[name] * scale if name in measured and scale > 0.0 else _reference_effect(name) for name in names]
    return np.array(rows, np.float32).reshape(len(names), geometry.COUNT)


def _reference_effect(name: str) -> NDArray[np.float32]:
    return geometry.REFERENCE.jacobian[arkit.INDEX[name]] if name in arkit.INDEX else effects()[name]


def _solve(columns: NDArray[np.float32], wanted: NDArray[np.float32], solved: list[str]) -> NDArray[np.float32]:
    importance = np.array([_IMPORTANCE.get(name, 0.0) for name in geometry.MEASURES], np.float32) ** 2
    index = {name: i for i, name in enumerate(solved)}
    groups = dict.fromkeys(tuple(sorted({i, index.get(arkit.mirrored(name), i)})) for name, i in index.items())
    found = least_squares.solve(
        least_squares.Problem(
            columns=columns,
            wanted=wanted,
            importance=importance,
            upper=np.ones((len(wanted), len(solved)), np.float32),
            start=np.zeros((len(wanted), len(solved)), np.float32),
            cost=np.full(len(solved), _COST, np.float32),
            groups=[list(group) for group in groups],
            ridge=_RIDGE,
            smoothness=_SMOOTHNESS,
        )
    )
    whole = [i for i, name in enumerate(solved) if name in visemes.PHONES]
    found[:, whole] /= np.maximum(found[:, whole].sum(1, keepdims=True), 1.0)
    return found


def _taken_over(found: NDArray[np.float32], solved: list[str], viseme: str, amount: NDArray[np.float32]) -> NDArray[np.float32]:
    """One viseme in place of the others, by amount float32[F]; unchanged where the character lacks it."""
    if viseme not in solved:
        return found
    own = solved.index(viseme)
    result = found.copy()
    others = [i for i, name in enumerate(solved) if name in visemes.NAMES and i != own]
    result[:, others] *= (1.0 - amount)[:, None]
    result[:, own] = np.maximum(result[:, own], amount)
    return result


def _within_reach(weights: NDArray[np.float32], effects_of_all: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shapes that were sculpted apart do not add up to more than a little beyond the furthest of them: a smile and a vowel
    both open and widen the mouth, and together would tear it. weights: float32[F, K].   effects_of_all: float32[K] mm."""
    outward = np.maximum(effects_of_all, 0.0)
    reached = weights @ outward
    excess = np.maximum(reached / max(_REACH * float(outward.max(initial=0.0)), 1e-6), 1.0)
    return np.asarray(np.where(outward > _SLIGHT, weights / excess[:, None], weights), np.float32)


def _let_go(weights: NDArray[np.float32], gaps: NDArray[np.float32], closed: NDArray[np.float32]) -> NDArray[np.float32]:
    """Whatever opens the lips gives way, in proportion, until they meet; gaps float32[K] are the millimetres of each source."""
    opening = weights @ np.maximum(gaps, 0.0)
    excess = np.maximum(weights @ gaps, 0.0)
    share = closed * np.clip(excess / np.maximum(opening, 1e-6), 0.0, 1.0)
    return np.asarray(weights * np.where(gaps > 0.0, 1.0 - share[:, None], 1.0), np.float32)
