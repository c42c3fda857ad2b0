# SPDX-License-Identifier: GPL-3.0-or-later
"""The speech head fitted again, with songs: python -m parlance.models.speech_head RUN --out OUT.pt.

A trunk that has learnt to keep still under tunes takes a voice on a note for one of them. What it hears is left as it is; only
the one layer that tells speech from everything else is fitted on it again, on speech, speech in noise and music, songs and sounds
without speech, and moved a share of the way there. `python -m parlance.models.quiet` then sets where speech begins.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from .batches import QUIET, Clip
from .export import load
from .gather import COPIES, evenly
from .mel_augment import mix
from .network import Network
from .prepare import corpus_clips, negatives
from .sung import sung_clips
from .validate import PADDING

SHARE: Final = 0.7
"""How far the head moves: on validation, songs are heard as well as before the trunk learnt tunes, and tunes hardly more."""
CORPORA: Final = ("an4", "picovoice_orders", "kathleen_en", "nathalie_nl", "emodb", "speech_commands", "grid_s1", "synthetic")
NOISE: Final = (0.0, 4.0)
SONG_NOISE: Final = (1.0, 5.0)
"""Nats that speech and songs are louder than what is mixed under them."""
SONG: Final = 2.0
"""What a frame of a song counts beside one of anything else."""
EPOCHS: Final = 6
RATE: Final = 2e-3
BATCH: Final = 4096
Labelled = tuple[NDArray[np.floating[Any]], NDArray[np.bool_], float]
"""Log mel [MELS, M], where somebody speaks bool[T], and what its frames count."""


@torch.no_grad()
def heard(network: Network, mel: NDArray[np.floating[Any]], frames: int) -> NDArray[np.float16]:
    """float16[frames, width] what the trunk makes of a sound between silences: in half the memory of float32."""
    given = torch.from_numpy(mel[:, : 2 * frames].astype(np.float32))[None]
    given = functional.pad(given, (2 * PADDING, 2 * PADDING + 2 * frames - given.shape[2]), value=QUIET)
    found = network.trunk(network.stem(network.level(given)))[0, :, PADDING : PADDING + frames]
    return np.asarray(found.T.numpy(), np.float16)


def material(folder: Path, generator: np.random.Generator) -> Iterator[Labelled]:
    """Everything the head is fitted on: training clips alone."""
    still = [clip for number, clip in enumerate(negatives(folder)) if number % 10]
    for clip in still:
        yield clip.log_mels[0], np.zeros(len(clip.phones), bool), 1.0
    for corpus in CORPORA:
        for clip in evenly(corpus_clips(corpus, folder, *COPIES[corpus], splits=("train",))["train"]):
            if (clip.phones >= 0).all():
                copy = clip.log_mels[int(generator.integers(len(clip.log_mels)))]
                yield copy, clip.phones > 0, 1.0
                yield _under(clip.log_mels[0], still, generator, NOISE), clip.phones > 0, 1.0
    for clip in sung_clips(folder):
        mel, where = clip.log_mels[0], clip.phones > 0
        yield mel, where, SONG
        yield _under(mel, still, generator, SONG_NOISE), where, 1.0


def _under(
    mel: NDArray[np.floating[Any]], still: Sequence[Clip], generator: np.random.Generator, louder: tuple[float, float]
) -> NDArray[np.float32]:
    """The sound with another, that is no speech, under it."""
    other = still[int(generator.integers(len(still)))].log_mels[0].astype(np.float32)
    other = np.tile(other, (1, 1 + mel.shape[1] // other.shape[1]))[:, : mel.shape[1]]
    own, added = (torch.from_numpy(np.asarray(sound, np.float32))[None] for sound in (mel, other))
    return np.asarray(mix(own, added, torch.tensor([generator.uniform(*louder)]))[0].numpy(), np.float32)


def fit(trunk: Tensor, labels: Tensor, weight: Tensor, head: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Weights [width] and bias of a logistic regression on trunk [n, width], begun from a head's own. labels and weight: [n]."""
    mean, spread = trunk[::50].float().mean(0), trunk[::50].float().std(0) + 1e-3
    slope = (head[0] * spread).clone().requires_grad_()
    offset = (head[1] + (head[0] * mean).sum()).clone().requires_grad_()
    optimiser = torch.optim.Adam([slope, offset], RATE)
    generator = torch.Generator().manual_seed(0)
    for _ in range(EPOCHS):
        for part in torch.split(torch.randperm(len(trunk), generator=generator), BATCH):
            logits = ((trunk[part].float() - mean) / spread) @ slope + offset
            each = functional.binary_cross_entropy_with_logits(logits, labels[part], reduction="none")
            optimiser.zero_grad()
            (each * weight[part]).mean().backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    weights = (slope / spread).detach()
    return weights, (offset - (weights * mean).sum()).detach()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Fit the speech head again, with songs.")
    parser.add_argument("run", type=Path, help="run folder, or a weights.pt")
    parser.add_argument("--out", type=Path, required=True, help="weights.pt to write")
    parser.add_argument("--share", type=float, default=SHARE, help="how far to move, 0 to 1")
    parser.add_argument("--cache", type=Path, default=Path(".cache/clips"))
    options = parser.parse_args()
    file = options.run / "weights.pt" if options.run.is_dir() else options.run
    network = load(file)[0]
    parts = [
        (heard(network, mel, len(speaks)), speaks, np.full(len(speaks), counts, np.float32))
        for mel, speaks, counts in material(options.cache, np.random.default_rng(0))
    ]
    trunk, labels, weight = (torch.from_numpy(np.concatenate(column)) for column in zip(*parts, strict=True))
    stored: dict[str, Any] = torch.load(file, weights_only=False, map_location="cpu")
    state = stored["state"]
    slope, offset = fit(trunk, labels.float(), weight, (state["speech.weight"][0, :, 0], state["speech.bias"]))
    state["speech.weight"][0, :, 0] += options.share * (slope - state["speech.weight"][0, :, 0])
    state["speech.bias"] += options.share * (offset - state["speech.bias"])
    torch.save(stored, options.out)
    print(f"{options.out}: the speech head moved over {len(labels)} frames, {int(labels.sum())} of them speech or song")


if __name__ == "__main__":
    main()
