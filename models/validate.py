# SPDX-License-Identifier: GPL-3.0-or-later
"""Quick figures on the validation clips while training runs; the table people read is made by evaluate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..inference import geometry
from .batches import QUIET, Clip
from .evaluate.articulation import BITE_GAP, BITE_ROLL
from .evaluate.metrics import TOUCHING, correlation, spread_ratio
from .labels import BITTEN, SEALED
from .losses import Scale
from .network import FRAME_RATE, Heard, Network

GAP = geometry.INDEX["gap"]
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
    """Figures of each group: "GROUP phones" and so on, as judge() names them."""
    network.eval()
    rest, effect = scale.rest.cpu(), scale.effect.cpu()
    figures: dict[str, float] = {}
    for group, clips in groups.items():
        judged = [judge(clip, hear_clip(network, clip), effect, rest) for clip in clips]
        for name in {name for one in judged for name in one}:
            values = np.concatenate([np.atleast_1d(one[name]) for one in judged if name in one])
            values = values[np.isfinite(values)]
            if len(values):
                figures[f"{group} {name}"] = float(values.mean())
    return dict(sorted(figures.items()))


def judge(clip: Clip, heard: Heard, effect: Tensor, rest: Tensor) -> dict[str, NDArray[np.floating] | float]:
    """What one clip adds: frames rightly heard, bilabial frames sealed, open ones shut, f and v with the lip on the teeth, motion
    per second; on film the correlation of gap and width and their spread."""
    measured = (effect @ heard.curves[0] + rest[:, None]).numpy()
    gap = measured[GAP]
    figures: dict[str, NDArray[np.floating] | float] = {"motion": float(heard.curves[0].diff(dim=1).abs().mean()) * FRAME_RATE}
    labelled = clip.phones >= 0
    if labelled.any() and clip.contact.any():
        roll = measured[geometry.INDEX["lower_roll"]]
        on_teeth = (gap <= BITE_GAP) & (roll <= BITE_ROLL)
        figures["phones"] = (heard.phones[0].argmax(dim=0).numpy() == clip.phones)[labelled].astype(np.float64)
        figures["sealed"] = (gap[clip.contact == SEALED] <= TOUCHING).astype(np.float64)
        figures["shut"] = (gap[clip.contact < 0] <= TOUCHING).astype(np.float64)
        figures["bitten"] = on_teeth[clip.contact == BITTEN].astype(np.float64)
    if clip.measures is not None and clip.trust == 1.0:
        for name in ("gap", "width"):
            truth = clip.measures[geometry.INDEX[name]].astype(np.float64)
            known = np.isfinite(truth)
            if known.sum() > 20:
                mine = measured[geometry.INDEX[name]][known].astype(np.float64)
                figures[f"{name} r"] = correlation(mine, truth[known])
                figures[f"{name} spread"] = spread_ratio(mine, truth[known])
    return figures
