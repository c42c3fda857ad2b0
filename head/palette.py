# SPDX-License-Identifier: GPL-3.0-or-later
"""The colours of a head, as sRGB hex, and what they become in linear light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .fields import Array


@dataclass(frozen=True)
class Paint:
    """A material: its name, sRGB colour, roughness, subsurface and coat weight, light it gives off, and specular level; 0 … 1."""

    name: str
    colour: str
    roughness: float
    subsurface: float = 0.0
    coat: float = 0.0
    emission: float = 0.0
    specular: float = 0.5

    @property
    def linear(self) -> Array:
        """Linear RGB, float[3]."""
        return linear(self.colour)


def linear(colour: str) -> Array:
    """Linear RGB float[3] of an sRGB hex colour (IEC 61966-2-1)."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


@dataclass(frozen=True)
class Colouring:
    """What differs in colour from head to head; paints carry a material's name, so two heads need two names."""

    skin: Paint = Paint("Skin", "#EBB596", 0.5, subsurface=0.3)
    lips: Paint = Paint("Lips", "#C9776C", 0.36, subsurface=0.25, coat=0.12)
    blush: str = "#DD7D6C"
    shade: str = "#C4876B"
    iris: Paint = Paint("Iris", "#2F7F86", 0.4, coat=0.2, specular=0.2)
    iris_light: str = "#7CC9B4"
    limbus: str = "#123038"
    hair: Paint = Paint("Hair", "#6E3B26", 0.5, coat=0.05)
    brows: Paint = Paint("Brows", "#6E4532", 0.65)
    shirt: Paint = Paint("Shirt", "#2F5D73", 0.85)


MOUTH: Final = Paint("Mouth", "#5A1A20", 0.45, emission=0.3)
SCLERA: Final = Paint("Sclera", "#DCD5CD", 0.25, subsurface=0.1, coat=0.35)
CORNER: Final = Paint("Eye Corner", "#D98C84", 0.25, coat=0.4)
PUPIL: Final = Paint("Pupil", "#070809", 1.0, specular=0.0)
GLINT: Final = Paint("Glint", "#FFFFFF", 0.2, emission=1.2)
TEETH: Final = Paint("Teeth", "#F4EDDF", 0.24, subsurface=0.1, coat=0.3, emission=0.1)  # else grey in the shadow of the lip
GUMS: Final = Paint("Gums", "#C2666A", 0.35, coat=0.2)
TONGUE: Final = Paint("Tongue", "#C8606A", 0.4, subsurface=0.2, emission=0.06)
LASHES: Final = Paint("Lashes", "#2B1915", 0.7)
