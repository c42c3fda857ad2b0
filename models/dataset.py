# SPDX-License-Identifier: GPL-3.0-or-later
"""The one door to everything there is to learn from: filmed, labelled, synthetic and aligned speech, by corpus.

`python -m parlance.models.dataset` makes whatever is not made yet and prints what there is.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..inference.audio import SAMPLE_RATE
from ..inference.performance import FRAME_RATE
from . import alignment, corpora, synthesis
from .corpora import Utterance, read_audio
from .targets import FaceTargets, filmed
from .targets.teacher import taught

CORPORA: Final = (*corpora.CORPORA, synthesis.CORPUS)
SAMPLES_PER_FRAME: Final = round(SAMPLE_RATE / FRAME_RATE)


def utterances(corpus: str) -> tuple[Utterance, ...]:
    """All utterances of a corpus, with phones wherever somebody, or our own aligner, has labelled them.

    "synthetic" is spoken on the first call. Empty when a corpus is not in the data folder.
    """
    if corpus == synthesis.CORPUS:
        return synthesis.synthetic()
    if corpus not in corpora.available():
        return ()
    return alignment.with_alignments(corpus, corpora.read(corpus))


def frames_of(wave: NDArray[np.float32]) -> int:
    """How many frames at 50 Hz a waveform has: the last one may be cut short."""
    return -(-len(wave) // SAMPLES_PER_FRAME)


def targets(utterance: Utterance, wave: NDArray[np.float32]) -> tuple[FaceTargets | None, bool]:
    """What the face does in an utterance, and whether it was seen (True) or taught by rule (False); None where nobody knows."""
    frames = frames_of(wave)
    seen = filmed(utterance, frames)
    if seen is not None:
        return seen, True
    if utterance.phones:
        return taught(utterance.phones, wave, frames), False
    return None, False


def summary() -> str:
    """Minutes, speakers and label coverage of each corpus, and how often each phone is heard."""
    lines = [f"{'corpus':12} {'train':>6} {'valid':>6} {'test':>6}  minutes labelled speakers languages"]
    heard: Counter[str] = Counter()
    for corpus in CORPORA:
        spoken = utterances(corpus)
        seconds = dict.fromkeys(("train", "valid", "test"), 0.0)
        labelled = 0.0
        for utterance in spoken:
            length = len(read_audio(utterance.path)) / SAMPLE_RATE
            seconds[utterance.split] += length
            labelled += length if utterance.phones else 0.0
            heard.update(phone.symbol for phone in utterance.phones or ())
        total = sum(seconds.values()) or 1.0
        speakers, languages = ({getattr(u, name) for u in spoken} for name in ("speaker", "language"))
        minutes = " ".join(f"{seconds[split] / 60:6.1f}" for split in seconds)
        lines.append(f"{corpus:12} {minutes}  {total / 60:7.1f} {labelled / total:8.0%} {len(speakers):8} {len(languages):9}")
    lines.append(" ".join(f"{symbol} {count}" for symbol, count in heard.most_common()))
    return "\n".join(lines)


if __name__ == "__main__":
    print(summary())
