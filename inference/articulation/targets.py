# SPDX-License-Identifier: GPL-3.0-or-later
"""Where lips and jaw go for each phone, in millimetres on the reference face, and how far neighbours may draw them away.

The values are this project's own, in the range of what is published: chin drop 3 mm for close to 13 mm for open vowels, jaw
highest for sibilants and lowest for open vowels (Vatikiotis-Bateson & Ostry 1995; Burnett 1999), lips over-closing by one to two
millimetres at /p b m/ (Löfqvist & Gracco 1997). They are engineering values for normal effort, not a measured corpus.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .. import phones


@dataclass(frozen=True)
class PhoneTarget:
    """What one phone asks of the face.

    chin: chin drop in mm.
    lips: mm that the lips open beyond (or short of) what the jaw alone opens them.
    spread: mm of mouth width beyond what the jaw gives; negative when the corners come together.
    protrusion: mm of the upper lip forward of rest.
    seal: the lip gap wanted while the lips are closed (p b m), or None.
    tuck: mm that the lower lip's edge rolls in under the teeth (f v).
    tongue: mm of tongue forward.
    jaw_dominance, lip_dominance, shape_dominance: how strongly chin, lips, and spread with protrusion insist against neighbours;
    1 is a full vowel (the magnitude in Cohen & Massaro's dominance function).
    lead, trail: seconds over which the shape's dominance falls before and after the phone.
    """

    chin: float
    lips: float = 0.0
    spread: float = 0.0
    protrusion: float = 0.0
    seal: float | None = None
    tuck: float = 0.0
    tongue: float = 0.0
    jaw_dominance: float = 1.0
    lip_dominance: float = 1.0
    shape_dominance: float = 1.0
    lead: float = 0.060
    trail: float = 0.060


def _bilabial(seal: float) -> PhoneTarget:
    return PhoneTarget(4.0, seal=seal, jaw_dominance=0.6, lip_dominance=0.2, shape_dominance=0.25)


def _inheriting(chin: float, lips: float, spread: float = 0.0, tongue: float = 0.0, own: float = 0.25) -> PhoneTarget:
    """A consonant made behind the lips: they keep the neighbours' shape."""
    return PhoneTarget(chin, lips, spread, tongue=tongue, jaw_dominance=0.7, lip_dominance=own, shape_dominance=own)


def _hush() -> PhoneTarget:
    return PhoneTarget(2.5, 2.6, -7.0, 6.0, jaw_dominance=2.5, lip_dominance=1.5, shape_dominance=2.0, lead=0.120, trail=0.090)


def _hiss() -> PhoneTarget:
    return PhoneTarget(1.5, 1.6, 3.3, jaw_dominance=2.0, lip_dominance=1.0, shape_dominance=0.4)


def _rounded(chin: float, lips: float, spread: float, protrusion: float, dominance: float = 1.3) -> PhoneTarget:
    """Rounding starts early and spreads back through the consonants before it."""
    return PhoneTarget(chin, lips, spread, protrusion, lip_dominance=1.2, shape_dominance=dominance, lead=0.120, trail=0.090)


_F: Final = PhoneTarget(3.5, -2.4, tuck=3.0, jaw_dominance=1.0, lip_dominance=1.5, shape_dominance=0.3)
_T: Final = _inheriting(4.5, 0.2, 0.5)
_K: Final = _inheriting(5.5, -0.5, own=0.15)

TARGETS: Final[dict[str, PhoneTarget]] = {
    "sil": PhoneTarget(0.6, 0.0, jaw_dominance=0.7, lip_dominance=0.7, shape_dominance=0.5),
    "p": _bilabial(-1.5), "b": _bilabial(-1.2), "m": _bilabial(-1.0),
    "f": _F, "v": _F,
    "θ": _inheriting(4.5, 0.0, tongue=6.0, own=0.5), "ð": _inheriting(4.5, 0.0, tongue=5.0, own=0.5),
    "t": _T, "d": _T, "n": _T, "l": _inheriting(5.0, 0.2, 0.5), "ɾ": _T,
    "s": _hiss(), "z": _hiss(),
    "ʃ": _hush(), "ʒ": _hush(), "tʃ": _hush(), "dʒ": _hush(),
    "ɹ": _rounded(4.0, 0.0, -3.5, 2.5, 0.9), "r": _inheriting(5.0, 0.0),
    "k": _K, "g": _K, "ŋ": _K,
    "ç": PhoneTarget(3.5, 0.5, 3.0, shape_dominance=0.5), "x": _inheriting(6.0, 0.0, own=0.15),
    "h": _inheriting(5.5, 0.0, own=0.05), "ʔ": _inheriting(5.5, 0.0, own=0.05),
    "w": _rounded(3.5, -2.2, -10.0, 6.5, 2.0), "j": PhoneTarget(3.0, 0.6, 4.2, shape_dominance=0.7),
    "i": PhoneTarget(3.0, 1.1, 5.5), "ɪ": PhoneTarget(5.0, 0.1, 3.8), "y": _rounded(3.5, -0.9, -9.0, 6.5),
    "e": PhoneTarget(6.5, 0.0, 4.5), "ɛ": PhoneTarget(7.5, -0.2, 4.0), "ø": _rounded(6.0, 0.0, -5.5, 4.0),
    "æ": PhoneTarget(11.0, -0.1, 4.5), "a": PhoneTarget(13.0, 0.0, 0.5), "ɑ": PhoneTarget(13.0, 0.0, -0.5),
    "ə": PhoneTarget(6.0, 0.0, 0.5, jaw_dominance=0.5, lip_dominance=0.5, shape_dominance=0.35),
    "ʌ": PhoneTarget(8.0, 0.0, 0.5, shape_dominance=0.7), "ɝ": _rounded(5.5, -0.4, -1.5, 2.0, 1.0),
    "ɔ": _rounded(9.5, -0.4, -3.5, 3.0), "o": _rounded(6.5, -0.5, -7.5, 5.5), "ʊ": _rounded(4.5, -0.4, -6.5, 5.0),
    "u": _rounded(3.5, -0.9, -9.5, 6.5, 1.5),
}  # fmt: skip
if set(TARGETS) != set(phones.SYMBOLS):
    raise AssertionError("every phone class needs a target")
