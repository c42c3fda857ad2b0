# SPDX-License-Identifier: GPL-3.0-or-later
"""Switch data as Moho (Anime Studio) and Papagayo read and write it: a frame and a mouth of Preston Blair's on each line."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ..audio import LONGEST
from ..errors import ParlanceError
from ..performance import Phone
from .mouth_cues import MouthCue, checked, joined, shown_by, unhurried

HEADER: Final = "MohoSwitch1"
SOUNDS: Final = {
    "AI": "a ɑ æ ʌ",
    "E": "e ɛ i ɪ ə j",
    "O": "o ɔ ø",
    "U": "u ʊ y",
    "WQ": "w",
    "MBP": "p b m",
    "FV": "f v",
    "L": "l θ ð",
    "etc": "t d n ɾ s z ʃ ʒ tʃ dʒ ɹ r k g ŋ ç x h ʔ ɝ",
    "rest": "sil",
}
"""Preston Blair's mouths by the names that Moho gives them, and what each shows."""
_MOUTH: Final = {symbol: mouth for mouth, symbols in SOUNDS.items() for symbol in symbols.split()}
_TYPICAL: Final = {
    "AI": "ɑ", "E": "ɛ", "O": "o", "U": "u", "WQ": "w", "MBP": "m", "FV": "f", "L": "l", "etc": "s", "rest": "sil",
    "A": "m", "B": "s", "C": "ɛ", "D": "ɑ", "F": "u", "G": "f", "H": "l", "X": "sil",
}  # fmt: skip
"""The phone that shows each mouth best. Rhubarb's letters occur in such files too, but for its E, which Preston Blair has."""
_MUST_SHOW: Final = frozenset({"MBP", "FV"})
_LINE: Final = re.compile(r"(-?\d{1,9})\s+(\S+)", re.ASCII)


def cues(phones: Sequence[Phone]) -> tuple[MouthCue, ...]:
    """Preston Blair's mouths for phone segments, none shorter than SHORTEST unless the audio is."""
    shown = [MouthCue(phone.start, phone.end, _MOUTH[phone.symbol] if phone.strength > 0 else "rest") for phone in phones]
    return joined(unhurried(joined(shown), _MUST_SHOW))


def write(mouth: Sequence[MouthCue], fps: float) -> str:
    """A line for each change, frames counted from 1; the last line rests where the sound ends."""
    by_frame = {1 + math.floor(cue.start * fps + 0.5): cue.shape for cue in mouth}
    if mouth:
        by_frame.setdefault(1 + math.ceil(mouth[-1].end * fps), "rest")
    return "\n".join([HEADER, *(f"{frame} {shape}" for frame, shape in by_frame.items()), ""])


def read(text: str, fps: float) -> tuple[MouthCue, ...]:
    """The mouths of a file whose frames are `fps` a second, which it does not say; the last line ends it.

    Raises ParlanceError when it is no such file, or its frames run backwards.
    """
    first, *rest = text.lstrip("\ufeff").strip().splitlines() or [""]
    lines = [_LINE.fullmatch(line.strip()) for line in rest if line.strip()]
    if first.strip() != HEADER or any(line is None for line in lines):
        raise ParlanceError("This is no file of switch data as Moho writes it.")
    changes = [(max(int(line[1]) - 1, 0) / fps, line[2]) for line in lines if line is not None]
    if changes and changes[-1][0] > LONGEST:
        raise ParlanceError(f"The switch data of this file spans more than {LONGEST / 3600:.0f} hours.")
    found = [MouthCue(start, end, shape) for (start, shape), (end, _) in pairwise(changes)]
    return checked(found, frozenset(_TYPICAL), "Preston Blair's shapes")


def to_phones(mouth: Sequence[MouthCue]) -> tuple[Phone, ...]:
    """Phones that show each mouth, so that switch data can drive a face; half sure. Gaps are silent."""
    return shown_by(mouth, _TYPICAL)
