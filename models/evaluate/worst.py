# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of where the model is worst: waveform, phones and lip gap, heard against labelled or filmed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...inference import geometry
from ...inference.phones import BILABIAL
from .faces import target_of
from .metrics import closures, correlation, span
from .voices import Heard


def trouble(one: Heard) -> float:
    """How badly an utterance went: closures missed and vowels shut, and what correlation with film is lost."""
    figures = closures([(one.gap, one.utterance.phones or ())])
    lost = (1.0 - figures.recall) * figures.bilabials if figures.bilabials else 0.0
    shut = figures.false * figures.vowels if figures.vowels else 0.0
    face = target_of(one)
    unlike = 0.0
    if face is not None:
        frames = min(len(one.gap), len(face.measures))
        unlike = 1.0 - correlation(one.gap[:frames], face.measures[:frames, geometry.INDEX["gap"]])
    return lost + shut + float(np.nan_to_num(unlike))


def plot(heard: Sequence[Heard], path: Path, count: int = 4) -> None:
    """The worst few of these utterances on one picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    chosen = sorted(heard, key=trouble, reverse=True)[:count]
    figure, axes = pyplot.subplots(len(chosen), 1, figsize=(18, 4.2 * len(chosen)), squeeze=False)
    for axis, one in zip(axes[:, 0], chosen, strict=True):
        times = one.performance.times
        shown = one.wave / max(1e-3, float(np.abs(one.wave).max()))
        axis.plot(np.arange(len(shown)) / 16_000, 20 + 4 * shown, lw=0.3, color="grey")
        axis.plot(times, one.gap, color="tab:blue", label="lip gap heard (mm)")
        face = target_of(one)
        if face is not None:
            frames = min(len(times), len(face.measures))
            axis.plot(times[:frames], face.measures[:frames, geometry.INDEX["gap"]], color="tab:orange", label="filmed (mm)")
        axis.axhline(0.5, color="tab:red", lw=0.5)
        for row, phones in ((-3.0, one.utterance.phones or ()), (-5.5, one.performance.phones)):
            for phone in phones:
                missed = phone.symbol in BILABIAL and span(one.gap, phone.start - 0.02, phone.end + 0.02).min() > 0.5
                colour = "tab:red" if missed else "black"
                axis.text((phone.start + phone.end) / 2, row, phone.symbol, ha="center", fontsize=8, color=colour)
                axis.axvline(phone.start, color="lightgrey", lw=0.4)
        axis.set_title(f"{one.utterance.corpus} {one.utterance.id}: labelled above, heard below")
        axis.set_ylim(-7, 25)
        axis.legend(loc="upper right", fontsize=8)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=60)
    pyplot.close(figure)
