# SPDX-License-Identifier: GPL-3.0-or-later
"""Quick figures on the validation clips while training runs; the table people read is made by evaluate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch.nn import functional

from ..inference import geometry
from .batches import QUIET, Clip
from .losses import Scale
from .network import Heard, Network

PADDING = 100
"""Frames of silence put around a clip, as the runtime does."""


@torch.no_grad()
def hear_clip(network: Network, clip: Clip) -> Heard:
    """The network's answer for one clip, without the padding."""
    frames = len(clip.phones)
    mel = torch.from_numpy(clip.log_mels[0][:, : 2 * frames].astype(np.float32))[None]
    mel = functional.pad(mel, (2 * PADDING, 2 * PADDING + 2 * frames - mel.shape[2]), value=QUIET)
    heard = network(mel.to(next(network.parameters()).device))
    cut = slice(PADDING, PADDING + frames)
    return Heard(
        heard.phones[..., cut].cpu(),
        heard.curves[..., cut].clamp(0, 1).cpu(),
        heard.rig[..., cut].cpu(),
        heard.speech[..., cut].cpu(),
        heard.emotion[..., cut].cpu(),
        heard.arousal[..., cut].cpu(),
    )


def validate(network: Network, groups: Mapping[str, Sequence[Clip]], scale: Scale) -> dict[str, float]:
    """Per group: phone accuracy, bilabial frames sealed, vowel cores sealed, correlation of gap and width with film, stillness."""
    network.eval()
    figures: dict[str, float] = {}
    rest = scale.rest.cpu()
    effect = scale.effect.cpu()
    for group, clips in groups.items():
        right = known = 0.0
        sealed: list[np.ndarray] = []
        shut: list[np.ndarray] = []
        correlations: dict[str, list[float]] = {"gap": [], "width": []}
        ratios: list[float] = []
        moves: list[float] = []
        for clip in clips:
            heard = hear_clip(network, clip)
            measured = (effect @ heard.curves[0] + rest[:, None]).numpy()
            gap = measured[geometry.INDEX["gap"]]
            labelled = clip.phones >= 0
            right += float((heard.phones[0].argmax(dim=0).numpy() == clip.phones)[labelled].sum())
            known += float(labelled.sum())
            sealed.append(gap[clip.closures > 0] <= 0.5)
            shut.append(gap[clip.closures < 0] <= 0.5)
            moves.append(float(heard.curves[0].diff(dim=1).abs().mean()) * 50)
            if clip.measures is not None and clip.trust == 1.0:
                for name, values in correlations.items():
                    truth = clip.measures[geometry.INDEX[name]].astype(np.float32)
                    keep = np.isfinite(truth)
                    if keep.sum() > 20:
                        values.append(float(np.corrcoef(measured[geometry.INDEX[name]][keep], truth[keep])[0, 1]))
                        if name == "gap":
                            ratios.append(float(measured[0][keep].std() / truth[keep].std()))
        if known and group != "negatives":
            figures[f"{group} phones"] = right / known
        for name, hits in (("sealed", sealed), ("shut", shut)):
            joined = np.concatenate(hits) if hits else np.zeros(0)
            if len(joined):
                figures[f"{group} {name}"] = float(joined.mean())
        for name, values in correlations.items():
            if values:
                figures[f"{group} {name} r"] = float(np.nanmean(values))
        if ratios:
            figures[f"{group} gap spread"] = float(np.mean(ratios))
        if moves:
            figures[f"{group} motion"] = float(np.mean(moves))
    return figures
