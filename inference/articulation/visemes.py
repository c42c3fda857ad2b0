# SPDX-License-Identifier: GPL-3.0-or-later
"""What each phone looks like as ARKit weights, and how far it keeps the lips apart.

Millimetres alone do not say which shapes to use: an open mouth may be a dropped jaw or lips drawn back from the teeth. These
weights are the other half of the answer: teeth bared on s, t, d, n; rounding shared by funnel and pucker; corners drawn up and
back by smile in bright vowels, level by stretch in consonants, and by both where i, ɪ and j are widest; the upper lip lifted off
a bitten lower one. They are this project's own, in the range of what artists sculpt for visemes (the MakeHuman viseme targets,
CC0, written as ARKit weights by least squares) and of how far an actor who was captured with a phone moved each shape. A width
is shared by how much more one of smile and stretch is asked for than the other: what goes beyond that, both share alike.

Silent in speech on purpose: jawLeft, jawRight, mouthLeft and mouthRight (speech is symmetric; the Lopsided slider and contempt
move them), and everything above the cheeks, which expressions, blinks and gaze move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import phones
from ..pose import weights_of


@dataclass(frozen=True)
class Viseme:
    """One phone as it is seen.

    apart: mm beyond rest that the lips are at least apart, about the lower quartile of filmed speech; 0 where they may meet.
    weights: ARKit weights beside jaw and mouthClose, which follow the millimetres; a name without its side stands for both.
    by_lips: share of the jaw's drop that is left to the lips instead, so that teeth and rounding show.
    """

    apart: float
    weights: Mapping[str, float] = field(default_factory=dict)
    by_lips: float = 0.0


_TEETH: Final = {"mouthLowerDown": 0.40, "mouthUpperUp": 0.34}
_F: Final = Viseme(0.0, {
    "mouthRollLower": 0.42, "mouthUpperUp": 0.34, "mouthShrugUpper": 0.14, "mouthStretch": 0.12, "mouthDimple": 0.12,
    "jawForward": 0.05,
}, 0.45)  # fmt: skip
_TH: Final = Viseme(2.2, {
    "mouthLowerDown": 0.42, "mouthUpperUp": 0.28, "mouthShrugUpper": 0.10, "mouthStretch": 0.10, "tongueOut": 0.42,
}, 0.22)  # fmt: skip
_T: Final = Viseme(2.8, {**_TEETH, "mouthStretch": 0.30, "tongueOut": 0.06}, 0.3)
_S: Final = Viseme(3.2, {"mouthLowerDown": 0.56, "mouthUpperUp": 0.34, "mouthSmile": 0.33, "mouthStretch": 0.44}, 0.4)
_SH: Final = Viseme(3.7, {
    "mouthFunnel": 0.75, "mouthPucker": 0.20, "mouthLowerDown": 0.26, "mouthUpperUp": 0.20, "mouthShrugUpper": 0.10,
    "jawForward": 0.14,
}, 0.6)  # fmt: skip
_K: Final = Viseme(2.6, {
    "mouthLowerDown": 0.30, "mouthUpperUp": 0.26, "mouthDimple": 0.20, "mouthStretch": 0.28, "mouthShrugUpper": 0.08,
}, 0.2)  # fmt: skip
_R: Final = {"mouthFunnel": 0.40, "mouthUpperUp": 0.34, "mouthLowerDown": 0.26, "mouthPucker": 0.10}
_A: Final = {"mouthLowerDown": 0.28, "mouthUpperUp": 0.10}
_AE: Final = {"mouthLowerDown": 0.34, "mouthUpperUp": 0.28, "mouthSmile": 0.95}
_BRIGHT: Final = {"mouthLowerDown": 0.30, "mouthUpperUp": 0.24, "mouthDimple": 0.14}
_I: Final = Viseme(3.0, {**_BRIGHT, "mouthSmile": 0.80, "mouthStretch": 0.35}, 0.2)
_IH: Final = Viseme(3.2, {**_BRIGHT, "mouthSmile": 0.70, "mouthStretch": 0.42}, 0.2)
_J: Final = Viseme(3.0, {**_BRIGHT, "mouthSmile": 0.60, "mouthStretch": 0.50}, 0.2)
_O: Final = {"mouthFunnel": 0.62, "mouthPucker": 0.40, "mouthLowerDown": 0.06}
_U: Final = {"mouthPucker": 0.70, "mouthFunnel": 0.46, "mouthLowerDown": 0.04}
_NEUTRAL: Final = {"mouthLowerDown": 0.24, "mouthUpperUp": 0.10}
_PRESSED: Final = {"mouthPress": 0.12, "mouthRollLower": 0.10, "mouthRollUpper": 0.08, "mouthStretch": 0.14}

VISEMES: Final[dict[str, Viseme]] = {
    "sil": Viseme(0.0),
    "p": Viseme(0.0, _PRESSED), "b": Viseme(0.0, _PRESSED), "m": Viseme(0.0, {**_PRESSED, "mouthShrugLower": 0.05}),
    "f": _F, "v": _F, "θ": _TH, "ð": _TH,
    "t": _T, "d": _T, "ɾ": _T, "n": Viseme(2.6, {
        "mouthLowerDown": 0.42, "mouthUpperUp": 0.30, "mouthStretch": 0.34, "mouthFunnel": 0.10, "tongueOut": 0.06,
    }, 0.3),
    "l": Viseme(3.6, {"mouthLowerDown": 0.44, "mouthUpperUp": 0.30, "mouthStretch": 0.34, "tongueOut": 0.14}, 0.27),
    "r": Viseme(2.6, {**_TEETH, "mouthStretch": 0.30}, 0.27),
    "s": _S, "z": _S, "ʃ": _SH, "ʒ": _SH, "tʃ": _SH, "dʒ": _SH,
    "ɹ": Viseme(1.8, _R, 0.42), "ɝ": Viseme(2.2, _R, 0.42),
    "k": _K, "g": _K, "ŋ": _K, "x": _K, "h": Viseme(2.2, _NEUTRAL, 0.15), "ʔ": Viseme(2.2, _NEUTRAL, 0.15),
    "ç": _I, "j": _J, "w": Viseme(1.2, _U, 0.75), "i": _I, "ɪ": _IH, "y": Viseme(1.5, _U, 0.75), "e": Viseme(4.5, {
        "mouthUpperUp": 0.30, "mouthLowerDown": 0.32, "mouthSmile": 0.95, "mouthDimple": 0.06,
    }, 0.15),
    "ɛ": Viseme(4.5, _AE, 0.1), "æ": Viseme(5.0, _AE, 0.1), "a": Viseme(5.2, _A), "ɑ": Viseme(5.2, _A), "ʌ": Viseme(4.2, _A),
    "ə": Viseme(2.8, _NEUTRAL, 0.2), "ø": Viseme(2.6, _O, 0.5), "ɔ": Viseme(2.8, _O, 0.5), "o": Viseme(2.6, _O, 0.5),
    "ʊ": Viseme(2.0, _U, 0.55), "u": Viseme(1.5, _U, 0.75),
}  # fmt: skip
if set(VISEMES) != set(phones.SYMBOLS):
    raise AssertionError("every phone class needs a viseme")

WEIGHTS: Final[NDArray[np.float32]] = np.stack([weights_of(VISEMES[symbol].weights) for symbol in phones.SYMBOLS])
"""float32[P, 52] in phones.SYMBOLS order."""
APART: Final[NDArray[np.float32]] = np.array([VISEMES[symbol].apart for symbol in phones.SYMBOLS], np.float32)
"""float32[P] mm beyond rest."""
BY_LIPS: Final[NDArray[np.float32]] = np.array([VISEMES[symbol].by_lips for symbol in phones.SYMBOLS], np.float32)
"""float32[P] share of the jaw's drop."""

_ALIKE: Final = (
    ("sil",), ("p", "b", "m"), ("f", "v"), ("θ", "ð"), ("t", "d", "n", "l", "ɾ", "r"), ("s", "z"), ("ʃ", "ʒ", "tʃ", "dʒ"),
    ("ɹ", "ɝ"), ("k", "g", "ŋ", "x", "h", "ʔ", "ə"), ("w", "y", "ø", "ɔ", "o", "ʊ", "u"), ("ç", "j", "i", "ɪ"), ("e", "ɛ", "æ"),
    ("a", "ɑ", "ʌ"),
)  # fmt: skip
LOOKS: Final[NDArray[np.float32]] = np.array([[symbol in group for group in _ALIKE] for symbol in phones.SYMBOLS], np.float32)
"""float32[P, K] 1 where a sound belongs to a group that looks alike."""
LOOK_GAINS: Final[NDArray[np.float32]] = np.array([{"θ": 2.5, "w": 1.5}.get(group[0], 1.0) for group in _ALIKE], np.float32)
"""float32[K] what makes up for the sounds that networks hear too rarely: a tongue between the teeth, and round lips."""
if not (LOOKS.sum(axis=1) == 1).all():
    raise AssertionError("every phone class needs one group of those that look like it")
