# SPDX-License-Identifier: GPL-3.0-or-later
"""Where speech begins, set on validation voices: python -m parlance.models.quiet RUN --out OUT.pt.

Lips rest exactly where the probability of speech is low (inference/hearing/rest.py). How sure the speech head is drifts from run
to run; its bias is moved until as much labelled speech counts as unlikely as MISSED says, so that noise and music move a face as
little as that allows.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from ..inference.hearing.rest import LIKELY
from .batches import Clip
from .export import load
from .gather import COPIES, evenly
from .network import Network
from .prepare import corpus_clips
from .validate import hear_clip

MISSED: Final = 0.03
"""Share of labelled speech frames below LIKELY: about the first release's (.0245), with a little more for noise."""
CORPORA: Final = ("an4", "picovoice_orders", "kathleen_en", "nathalie_nl", "emodb", "speech_commands")
EACH: Final = 20


def speech_logits(network: Network, clips: list[Clip]) -> NDArray[np.float32]:
    """float32[n] what the speech head says in every frame of labelled speech."""
    return np.concatenate([hear_clip(network, clip).speech[0].numpy()[clip.phones > 0] for clip in clips])


def bias_move(logits: NDArray[np.floating], missed: float = MISSED) -> float:
    """What to add to the logits of speech for a share of them to say less than LIKELY."""
    return float(np.log(LIKELY / (1.0 - LIKELY)) - np.quantile(logits, missed))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Set where speech begins.")
    parser.add_argument("run", type=Path, help="run folder, or a weights.pt")
    parser.add_argument("--out", type=Path, required=True, help="weights.pt to write")
    parser.add_argument("--missed", type=float, default=MISSED, help="share of speech that may count as unlikely")
    parser.add_argument("--cache", type=Path, default=Path(".cache/clips"))
    options = parser.parse_args()
    file = options.run / "weights.pt" if options.run.is_dir() else options.run
    clips: list[Clip] = []
    for corpus in CORPORA:
        clips += evenly(corpus_clips(corpus, options.cache, *COPIES[corpus], splits=("valid",))["valid"])[:EACH]
    logits = speech_logits(load(file)[0], clips)
    move = bias_move(logits, options.missed)
    stored: dict[str, Any] = torch.load(file, weights_only=False, map_location="cpu")
    stored["state"]["speech.bias"] += move
    torch.save(stored, options.out)
    print(f"{options.out}: the speech head's bias moved by {move:+.2f} over {len(logits)} frames")


if __name__ == "__main__":
    main()
