# SPDX-License-Identifier: GPL-3.0-or-later
"""The colours of the demo head, as sRGB hex, and what they become in linear light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .fields import Array


@dataclass(frozen=True)
class Paint:
    """A material: its name, sRGB colour, roughness 0 … 1, subsurface and coat weight 0 … 1, and light it gives off."""

    name: str
    colour: str
    roughness: float
    subsurface: float = 0.0
    coat: float = 0.0
    emission: float = 0.0

    @property
    def linear(self) -> Array:
        """Linear RGB, float[3]."""
        return linear(self.colour)


def linear(colour: str) -> Array:
    """Linear RGB float[3] of an sRGB hex colour (IEC 61966-2-1)."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


SKIN: Final = Paint("Skin", "#EDBB9D", 0.48, subsurface=0.12)
LIPS: Final = Paint("Lips", "#CB7A70", 0.34, subsurface=0.10, coat=0.15)
MOUTH: Final = Paint("Mouth", "#5A1A20", 0.45)
SCLERA: Final = Paint("Sclera", "#F4F1EC", 0.12, coat=0.6)
LIMBUS: Final = Paint("Limbus", "#123038", 0.12, coat=0.6)
IRIS: Final = Paint("Iris", "#2E8B93", 0.12, coat=0.6)
IRIS_GLOW: Final = Paint("Iris Glow", "#69C2B4", 0.12, coat=0.6)
CORNER: Final = Paint("Eye Corner", "#D98C84", 0.25, coat=0.4)
PUPIL: Final = Paint("Pupil", "#070809", 0.08, coat=0.8)
GLINT: Final = Paint("Glint", "#FFFFFF", 0.2, emission=1.6)
TEETH: Final = Paint("Teeth", "#F6F0E4", 0.22, coat=0.3)
GUMS: Final = Paint("Gums", "#C2666A", 0.35, coat=0.2)
TONGUE: Final = Paint("Tongue", "#C8606A", 0.4, subsurface=0.1)
HAIR: Final = Paint("Hair", "#6B3826", 0.5, coat=0.05)
BROWS: Final = Paint("Brows", "#4A251C", 0.6)
LASHES: Final = Paint("Lashes", "#241413", 0.6)
SHIRT: Final = Paint("Shirt", "#2F5D73", 0.8)
