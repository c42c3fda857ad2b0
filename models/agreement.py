# SPDX-License-Identifier: GPL-3.0-or-later
"""What one or several networks hear in sounds as they are: the answer that a network at work on disturbed copies should give too.

With several it is an ensemble's, whose members err apart: taught to one network it costs no more than that network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from ..inference.phones import INDEX
from .network import Network

SILENT: Final = 0.5
"""Probability of silence from which networks are not believed where somebody speaks, or sings."""


@dataclass(frozen=True)
class Agreed:
    """The mean answer to B sounds. phones: probabilities float32[B, P, T].  curves: weights float32[B, C, T], NaN where it is not
    worth teaching.  believed: float32[B, T] 1 where it is."""

    phones: Tensor
    curves: Tensor
    believed: Tensor


@torch.no_grad()
def agreed(networks: Sequence[Network], log_mel: Tensor, labels: Tensor, half: bool) -> Agreed:
    """What the networks hear in log mel [B, MELS, M]: not believed where labels [B, T] say silence, which each must learn
    from them, nor where it is silence to the networks alone. half: compute in bfloat16."""
    answers = []
    for network in networks:
        with torch.autocast(log_mel.device.type, torch.bfloat16, enabled=half):
            answers.append(network.eval()(log_mel))
    phones = torch.stack([torch.softmax(answer.phones.float(), dim=1) for answer in answers]).mean(dim=0)
    curves = torch.stack([answer.curves.float() for answer in answers]).mean(dim=0)
    believed = (labels != 0) & (phones[:, INDEX["sil"]] < SILENT)
    return Agreed(phones, curves.masked_fill(~believed[:, None], torch.nan), believed.float())


def disagreement(logits: Tensor, wanted: Agreed) -> Tensor:
    """How far phones [B, P, T] are from what is agreed, over believed frames: Kullback–Leibler, 0 where they are the same."""
    log = functional.log_softmax(logits, dim=1)
    far = (wanted.phones * (torch.log(wanted.phones.clamp(min=1e-6)) - log)).sum(dim=1)
    return (far * wanted.believed).sum() / wanted.believed.sum().clamp(min=1.0)
