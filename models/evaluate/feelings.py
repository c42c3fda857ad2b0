# SPDX-License-Identifier: GPL-3.0-or-later
"""Emotion and arousal on speakers held out. Acted German; other corpora do much worse (the model card says how much)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ...inference.performance import EMOTIONS
from ..prepare import AROUSAL
from ..prepare import EMOTIONS as KNOWN
from .metrics import auc, unweighted_recall
from .voices import Heard

Row = dict[str, float]
TENSE: Final = 0.5
CALM: Final = -0.2


def feelings(heard: Sequence[Heard]) -> Row:
    """UAR over neutral and the known categories (boredom counts as neutral); AUC and UAR of tense against calm acting."""
    truth, guess, arousal, label = [], [], [], []
    for one in heard:
        emotion = one.utterance.emotion
        if emotion is None:
            continue
        weight = one.performance.speech + 1e-3
        mean = (one.performance.emotion * weight[:, None]).sum(axis=0) / weight.sum()
        scores = {name: float(mean[EMOTIONS.index(name)]) for name in KNOWN} | {"neutral": 1.0 - float(mean.sum())}
        guess.append(max(scores, key=lambda name: scores[name]))
        truth.append(emotion if emotion in KNOWN else "neutral")
        arousal.append(float((one.performance.arousal * weight).sum() / weight.sum()))
        label.append(AROUSAL[emotion])
    levels, wanted = np.array(arousal), np.array(label)
    tense, calm = levels[wanted >= TENSE], levels[wanted <= CALM]
    sure = (wanted >= TENSE) | (wanted <= CALM)
    return {
        "emotion UAR (6)": unweighted_recall(guess, truth),
        "arousal AUC": auc(tense, calm),
        "arousal UAR (2)": unweighted_recall(levels[sure] > 0, wanted[sure] > 0),
        "utterances": float(len(truth)),
    }
