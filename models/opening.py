# SPDX-License-Identifier: GPL-3.0-or-later
"""Lips that no p, b or m asks for do not touch: the counterpart of inference/seal.py, inside the exported graph.

The curves follow the acoustics, and on an unknown voice a short vowel may come out shut although the phones are known better.
Where speech is sure and a bilabial is unlikely, the jaw gives the lips back a small gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..inference import arkit, geometry, phones

ABOVE_REST: Final = 1.5
"""mm beyond rest that lips are apart while anything but p, b, m, f, v is said: less does not look open."""
UNLIKELY: Final = (0.03, 0.12)
"""Posterior of p/b/m up to which the gap is kept, and from which on it no longer is: the pair with the best recall less
false closures on validation speakers."""
SPEAKING: Final = (0.4, 0.7)
"""Posterior of silence up to which somebody surely speaks, and from which on the lips may rest as they are."""


class Opening(nn.Module):
    """curves [1, C, T] and phone probabilities [1, P, T] → curves with the jaw a little lower where the lips are wrongly shut."""

    effect: Tensor
    bilabial: Tensor
    labiodental: Tensor
    jaw: Tensor

    def __init__(self, curves: Sequence[str]) -> None:
        super().__init__()
        reference = geometry.REFERENCE
        rows = [arkit.INDEX[name] for name in curves]
        gap = torch.from_numpy(reference.jacobian[rows, geometry.INDEX["gap"]].copy())
        self.rest = float(reference.neutral[geometry.INDEX["gap"]])
        jaw = torch.zeros(len(curves))
        jaw[list(curves).index("jawOpen")] = 1.0 / reference.effect("jawOpen", "gap")
        bilabial, labiodental = torch.zeros(phones.COUNT), torch.zeros(phones.COUNT)
        bilabial[list(phones.indices(phones.BILABIAL))] = 1.0
        labiodental[list(phones.indices(phones.LABIODENTAL))] = 1.0
        self.register_buffer("effect", gap[None, :, None], persistent=False)
        self.register_buffer("bilabial", bilabial[None, :, None], persistent=False)
        self.register_buffer("labiodental", labiodental[None, :, None], persistent=False)
        self.register_buffer("jaw", jaw[None, :, None], persistent=False)

    def forward(self, curves: Tensor, probabilities: Tensor) -> Tensor:
        """Both with frames last."""
        gap = functional.conv1d(curves, self.effect) + self.rest
        closing = functional.conv1d(probabilities, self.bilabial)
        silence = probabilities[:, :1]
        free = 1.0 - functional.conv1d(probabilities, self.labiodental)
        keep = _falling(closing, *UNLIKELY) * _falling(silence, *SPEAKING)
        missing = functional.relu(self.rest + ABOVE_REST * free - gap) * keep
        return curves + self.jaw * missing


def _falling(x: Tensor, low: float, high: float) -> Tensor:
    """1 up to low, 0 from high on."""
    return ((high - x) / (high - low)).clamp(0.0, 1.0)
