# SPDX-License-Identifier: GPL-3.0-or-later
"""The ARKit names as characters spell them, and names that are no expression at all: what recognition is measured on."""

from __future__ import annotations

import re
from collections.abc import Callable

from parlance.inference import arkit


def parted(name: str) -> tuple[str, str]:
    """A shape's name and its side, L, R or none."""
    if name.endswith("Left") and name not in {"jawLeft", "mouthLeft"}:
        return name[:-4], "L"
    if name.endswith("Right") and name not in {"jawRight", "mouthRight"}:
        return name[:-5], "R"
    return name, ""


def capital(text: str) -> str:
    """The same with a capital first letter."""
    return text[0].upper() + text[1:]


def sided(form: Callable[[str, str], str]) -> Callable[[str], str]:
    """A spelling that writes sides its own way."""

    def spell(name: str) -> str:
        stem, side = parted(name)
        return form(stem, side) if side else stem

    return spell


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as is": lambda name: name,
    "PascalCase": capital,
    "_L": sided(lambda stem, side: f"{stem}_{side}"),
    ".L": sided(lambda stem, side: f"{stem}.{side}"),
    "L": sided(lambda stem, side: f"{stem}{side}"),
    "_Left": sided(lambda stem, side: f"{stem}_{'Left' if side == 'L' else 'Right'}"),
    "Left first": sided(lambda stem, side: ("Left" if side == "L" else "Right") + capital(stem)),
    "L first": sided(lambda stem, side: f"{side}_{stem}"),
    "spaces": lambda name: re.sub("([A-Z])", r" \1", name).title(),
    "snake_case": lambda name: re.sub("([A-Z])", r"_\1", name).lower(),
    "lower case": str.lower,
    "upper case": str.upper,
    "exporter": lambda name: f"blendShape1.{name}",
    "namespace": lambda name: f"Hero:Face_{name}",
    "catalogue": lambda name: f"A{1 + arkit.INDEX[name]:02d}_{re.sub('([A-Z])', r'_' + chr(92) + '1', capital(name)).strip('_')}",
    "rocketbox": lambda name: f"AK_{1 + arkit.INDEX[name]:02d}_{capital(name)}",
    "Daz": lambda name: f"facs_bs_{capital(name)}_div2",
}


DECOYS = (
    "Basis", "Body_Fat", "Breast_L", "LegUp_R", "muscle", "Key 1", "hair_length", "waist.narrow", "Mouth_Wide",
    "Lip_Thickness", "Nose_Bridge", "Eye_Size", "Eyes_Closer", "Brow_Height", "Jaw_Width", "Chin_Forward", "Cheek_Bones",
    "Tongue_Long", "Smile_Lines", "Eyelid_Fold", "jawOpen_mouthSmileLeft_combo", "Happy", "Angry", "Surprised", "Joy",
)  # fmt: skip
"""Shapes of bodies and of whole expressions, that speech must leave alone."""
