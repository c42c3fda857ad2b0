# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech without a face: its phones, articulated by rule, with louder vowels wider and hasty ones smaller.

The table of targets lies halfway between the rules and what fits the filmed speaker best: rules alone move too little, and
one person's lips are not everybody's. `python -m parlance.models.targets.teacher` prints how each compares with held-out film.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.articulation import TARGETS, PhoneTarget, Style, articulate
from ...inference.audio import SAMPLE_RATE
from ...inference.geometry import INDEX, REFERENCE
from ...inference.performance import Phone
from ..corpora import Split, available, read, read_audio
from ..labels import frame_phones
from . import grid
from .cache import FOLDER, fingerprint
from .face import FaceTargets
from .resample import centres
from .visemes import shown

STYLE: Final = Style(spread_in_time=1.25)
FITTED: Final = ("chin", "lips", "spread")
"""What film shows of a PhoneTarget: protrusion, seals and the tongue stay as the rules have them."""
SEEN: Final = {"gap": 1.0, "chin": 1.0, "width": 1.0}
"""Measures fitted to, and their importance."""
STEP: Final = 1.0
PRIOR: Final = 60.0
"""Frames of film that outweigh the rules for a phone: what is rare on film stays near them."""
EVERY: Final = 4
"""Of the filmed training clips, each so many-th is used."""
PASSES: Final = 2
OPENING: Final = {"gap": 1.3, "chin": 1.2}
"""How much further a mouth opens on film than by the rules, whose 95th percentile is 8.8 mm where film has 12.5 (and 82 real
faces 13.3 on average): every voice is taught the opening of one average face, size being the character's."""
LOUDNESS_WINDOW: Final = 0.05
LID_MEASURES: Final = ("lid_left", "lid_right")

Table = Mapping[str, PhoneTarget]


@dataclass(frozen=True, eq=False)
class _Clip:
    phones: tuple[Phone, ...]
    loudness: NDArray[np.float32]
    face: FaceTargets


def loudness(wave: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """float32[frames] decibels re full scale in windows of 50 ms."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(wave.astype(np.float64)))])
    middle = centres(frames) * SAMPLE_RATE
    half = LOUDNESS_WINDOW * SAMPLE_RATE / 2
    first, last = (np.clip(middle + side * half, 0, len(wave)).astype(int) for side in (-1, 1))
    power = (energy[last] - energy[first]) / np.maximum(last - first, 1)
    return np.asarray(10.0 * np.log10(power + 1e-10), dtype=np.float32)


def taught(
    phones: Sequence[Phone], wave: NDArray[np.float32], frames: int, *, style: Style = STYLE, table: Table | None = None
) -> FaceTargets:
    """What the rules make of an utterance's phones: FaceTargets of so many frames, lids unknown."""
    table = halfway() if table is None else table
    measures = opened(articulate(phones, centres(frames), style=style, loudness=loudness(wave, frames), targets=table))
    weights = shown(measures, frame_phones(phones, frames))
    measures[:, [INDEX[name] for name in LID_MEASURES]] = np.nan
    return FaceTargets(weights, measures, np.ones(frames, dtype=bool))


def opened(measures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Millimetres float[T, M] of the rules at the size of film; closures stay."""
    larger = measures.copy()
    for name, gain in OPENING.items():
        rest = REFERENCE.neutral[INDEX[name]]
        larger[:, INDEX[name]] += (gain - 1.0) * np.maximum(measures[:, INDEX[name]] - rest, 0.0)
    return larger


@lru_cache(maxsize=1)
def halfway() -> dict[str, PhoneTarget]:
    """The mean of the rules and the table fitted to film (fitted once, a minute); the rules where there is no film."""
    if grid.CORPUS not in available() or not grid.track().exists():
        return dict(TARGETS)
    sources = ("models/targets/teacher.py", "inference/articulation/targets.py", "inference/articulation/coarticulation.py")
    kept = FOLDER / "faces" / f"teacher-{fingerprint(*sources)}.json"
    if not kept.exists():
        fitted = fit(_clips("train")[::EVERY])
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({symbol: [getattr(target, name) for name in FITTED] for symbol, target in fitted.items()}))
    rows: dict[str, list[float]] = json.loads(kept.read_text())
    return {symbol: _moved(target, np.array(rows.get(symbol, _values(target))), 0.5) for symbol, target in TARGETS.items()}


def fit(clips: Sequence[_Clip], start: Table = TARGETS) -> dict[str, PhoneTarget]:
    """The table whose gap, chin and width come closest to the film: Gauss-Newton steps, held to the start by PRIOR."""
    table = dict(start)
    for _ in range(PASSES):
        table = _improved(table, start, clips)
    return table


def _improved(table: dict[str, PhoneTarget], start: Table, clips: Sequence[_Clip]) -> dict[str, PhoneTarget]:
    unknowns = [(symbol, name) for symbol in _spoken(clips) for name in FITTED]
    place = {unknown: index for index, unknown in enumerate(unknowns)}
    normal = np.eye(len(unknowns)) * PRIOR
    right = np.array([PRIOR * (getattr(start[symbol], name) - getattr(table[symbol], name)) for symbol, name in unknowns])
    for clip in clips:
        here = _seen(clip, table)
        error = _film(clip) - here
        own = [(symbol, name) for symbol in _spoken([clip]) for name in FITTED]
        effect = np.stack([(_seen(clip, _nudged(table, *unknown)) - here) / STEP for unknown in own])
        rows = [place[unknown] for unknown in own]
        normal[np.ix_(rows, rows)] += effect @ effect.T
        right[rows] += effect @ error
    step = np.linalg.solve(normal, right)
    changed = dict(table)
    for (symbol, name), change in zip(unknowns, step, strict=True):
        changed[symbol] = replace(changed[symbol], **{name: float(getattr(changed[symbol], name) + change)})
    return changed


def _spoken(clips: Sequence[_Clip]) -> list[str]:
    return sorted({phone.symbol for clip in clips for phone in clip.phones} - {"sil"})


def _nudged(table: Table, symbol: str, name: str) -> dict[str, PhoneTarget]:
    return {**table, symbol: replace(table[symbol], **{name: getattr(table[symbol], name) + STEP})}


def _seen(clip: _Clip, table: Table) -> NDArray[np.float64]:
    """What film would show of the taught face: weighted measures of the known frames, in one row."""
    measures = articulate(clip.phones, centres(len(clip.face.known)), style=STYLE, loudness=clip.loudness, targets=table)
    return _row(measures, clip)


def _film(clip: _Clip) -> NDArray[np.float64]:
    return _row(clip.face.measures, clip)


def _row(measures: NDArray[np.float32], clip: _Clip) -> NDArray[np.float64]:
    return np.concatenate([weight * measures[clip.face.known, INDEX[name]].astype(np.float64) for name, weight in SEEN.items()])


def _values(target: PhoneTarget) -> NDArray[np.float64]:
    return np.array([getattr(target, name) for name in FITTED])


def _moved(target: PhoneTarget, towards: NDArray[np.float64], share: float) -> PhoneTarget:
    values = _values(target) + share * (towards - _values(target))
    return replace(target, **{name: float(value) for name, value in zip(FITTED, values, strict=True)})


def _clips(split: Split) -> list[_Clip]:
    faces = grid.fitted()
    chosen = [u for u in read(grid.CORPUS) if u.split == split and u.phones and u.id in faces]
    return [_Clip(u.phones or (), loudness(read_audio(u.path), grid.FRAMES), faces[u.id]) for u in chosen]


def compare(tables: Mapping[str, Table], split: Split = "valid") -> str:
    """Mean correlation and amplitude of each table's measures with held-out film, clip by clip."""
    clips = _clips(split)
    lines = []
    for title, table in tables.items():
        taught_rows = [articulate(c.phones, centres(grid.FRAMES), style=STYLE, loudness=c.loudness, targets=table) for c in clips]
        figures = []
        for name in SEEN:
            column = INDEX[name]
            pairs = [
                (made[clip.face.known, column], clip.face.measures[clip.face.known, column])
                for made, clip in zip(taught_rows, clips, strict=True)
            ]
            correlation = np.mean([np.corrcoef(a, b)[0, 1] for a, b in pairs])
            amplitude = np.mean([a.std() / b.std() for a, b in pairs])
            figures.append(f"{name} r {correlation:.3f} × {amplitude:.2f}")
        lines.append(f"{title:8} {'   '.join(figures)}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(compare({"rules": TARGETS, "halfway": halfway(), "film": fit(_clips("train")[::EVERY])}))
