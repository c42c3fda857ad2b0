# SPDX-License-Identifier: GPL-3.0-or-later
"""A network that its user owns, and how its phones may be called: docs/model-format.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PHONE_SETS: Final = {
    "parlance": "the 46 classes of Parlance themselves",
    "ipa": "the International Phonetic Alphabet",
    "arpabet": "ARPAbet: AA, SH, TH",
    "x-sampa": "X-SAMPA: A, S, T",
}
"""Phone sets by name; anything else is a file of two columns: the network's phone, and what it is in IPA."""


@dataclass(frozen=True)
class ModelFile:
    """A network that its user owns.

    path: an ONNX file; of Audio2Face-3D also its folder, or the model.json in it.
    phone_set: how its phones are called, a name of PHONE_SETS or a file of two columns; empty for what the file itself says.
    face: which of its faces, where it knows several; the first by default.
    """

    path: Path
    phone_set: str = ""
    face: str = ""
