# SPDX-License-Identifier: GPL-3.0-or-later
"""Learn what tells laughs, sobs, efforts, coughs and sighs from words, from made sounds and speech, and judge it on recordings.

    python -m parlance.models.vocal PACKAGES            # learn, write the weights, print the tables
    python -m parlance.models.vocal PACKAGES --judge    # the tables of the weights that ship

PACKAGES: a folder in which the packages of `sources.json` lie unpacked; nothing is learned from them. After new weights of the
network: run it again (minutes). The first tables are of the surest moment of each sound: a step. The last are what `hear` lists.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ...inference.arrays import Doubles
from ...inference.hearing import vocal_cues
from ...inference.hearing.vocal_evidence import FILE, Evidence, learned
from . import product, reliability
from .fit import AGAINST, WINDOWED, learn, rows, scored
from .heard import Heard, cues, listened
from .product import ACTED

GROUPS: Final = ("sentences", "single words", "letters", "calls")
SPLITS: Final = {"train": "Sources left out of their fold", "valid": "Recordings that guide", "test": "Recordings that judge"}
BINS: Final = ((0.35, 0.5), (0.5, 0.7), (0.7, 1.0))
LISTED: Final = 0.35
"""Confidence from which a sound is shown at all."""


def main() -> None:
    """Learn or judge, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path)
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args()
    every_sound = listened(options.packages)
    sounds = [cues(sound) for sound in every_sound]
    if options.judge:
        known = learned()
        every = {kind: scored(rows(sounds, kind), known[kind], len(sounds), kind) for kind in AGAINST}
    else:
        found = {kind: learn(sounds, kind) for kind in AGAINST}
        known, every = {kind: each for kind, (each, _) in found.items()}, {kind: scores for kind, (_, scores) in found.items()}
        FILE.write_text(json.dumps({kind: _stored(kind, each) for kind, each in known.items()}, indent=1) + "\n", "utf-8")
    for split, title in SPLITS.items():
        print(title if split != "train" or not options.judge else "What it was learned from")
        _tell(sounds, known, every, split)
    learned.cache_clear()
    for split in ("valid", "test"):
        print(f"{SPLITS[split]}, as the product hears them")
        product.tell(every_sound, split)
        print(f"{SPLITS[split]}: right of those listed, by confidence (and were each as rare as in speech)")
        reliability.tell(every_sound, split)


def _stored(kind: str, evidence: Evidence) -> dict[str, object]:
    names = vocal_cues.OF_WINDOWS if kind in WINDOWED else vocal_cues.OF_BURSTS
    columns = np.column_stack([evidence.mean, evidence.scale, evidence.weight, evidence.bend]).round(4).tolist()
    return {
        "cues": dict(zip(names, columns, strict=True)),
        "bias": round(evidence.bias, 4), "sloped": round(evidence.sloped, 4), "shifted": round(evidence.shifted, 4),
        "most": evidence.most,
    }  # fmt: skip


def _tell(sounds: Sequence[Heard], known: Mapping[str, Evidence], every: Mapping[str, Doubles], split: str) -> None:
    sure = {kind: np.array([known[kind].confidence(float(o)) for o in known[kind].odds(every[kind])]) for kind in known}
    mine = np.array([sound.split == split for sound in sounds])
    seconds = np.array([sound.seconds for sound in sounds])
    for kind, confidence in sure.items():
        right = np.array([sound.kind == kind for sound in sounds])
        shown = confidence >= np.max([other for name, other in sure.items() if name != kind], axis=0)
        recorded = right & mine & ~np.array([sound.made for sound in sounds])
        made = right & mine & ~recorded
        row = [f"heard {int((confidence[recorded] >= ACTED).sum())} surely, {int((confidence[recorded] >= LISTED).sum())} at all"]
        row.append(f"as this {int((shown & (confidence >= ACTED))[recorded].sum())} of {int(recorded.sum())}")
        row.append(f"made {int((shown & (confidence >= ACTED))[made].sum())} of {int(made.sum())}")
        for group in GROUPS:
            speech = mine & np.array([sound.kind == "speech" and sound.group == group for sound in sounds])
            if speech.any():
                rates = [f"{(confidence[speech] >= least).sum() / seconds[speech].sum() * 60:.2f}" for least in (ACTED, LISTED)]
                row.append(f"{group} {' / '.join(rates)} a minute")
        print(f"  {kind:7}{'; '.join(row)}")
        others = {sound.kind for sound in sounds} - {kind, "speech"}
        taken = mine & shown & (confidence >= ACTED)
        wrong = {name: int((taken & np.array([sound.kind == name for sound in sounds])).sum()) for name in sorted(others)}
        bins = []
        for low, high in BINS:
            inside = mine & (confidence >= low) & (confidence < high) & np.array([s.kind in (kind, "speech") for s in sounds])
            bins.append(f"{low}–{high}: {int((right & inside).sum())} of {int(inside.sum())}")
        print(f"         others taken for it {wrong}; right by confidence {'; '.join(bins)}")


if __name__ == "__main__":
    main()
