# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouth cues as Rhubarb Lip Sync writes them: nine mouth shapes, for cut-out and 2-D characters, as TSV or JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from ..audio import LONGEST
from ..errors import ParlanceError
from ..performance import Phone
from .untrusted import number, parse_json

SHORTEST: Final = 0.07
"""Seconds; a drawn mouth that changes faster flickers. Rhubarb keeps the same limit."""
_SOUNDS: Final = {
    "A": "p b m",
    "B": "θ ð t d n ɾ s z ʃ ʒ tʃ dʒ ɹ r k g ŋ ç x h ʔ j i ɪ",
    "C": "e ɛ ə ʌ æ",
    "D": "a ɑ",
    "E": "ɝ ɔ ø",
    "F": "w y o ʊ u",
    "G": "f v",
    "H": "l",
    "X": "sil",
}
_LETTER: Final = {symbol: letter for letter, symbols in _SOUNDS.items() for symbol in symbols.split()}
_TYPICAL: Final = {"A": "m", "B": "s", "C": "ɛ", "D": "ɑ", "E": "ɔ", "F": "u", "G": "f", "H": "l", "X": "sil"}
"""The phone that shows each shape best."""
_MUST_SHOW: Final = "AG"
"""Shapes that are seen to be missing when they are dropped."""
_NEITHER: Final = "This is neither a TSV nor a JSON file of Rhubarb Lip Sync."


@dataclass(frozen=True)
class Cue:
    """One mouth shape, A..H or X, from start to end in seconds."""

    start: float
    end: float
    shape: str


def cues(phones: Sequence[Phone]) -> tuple[Cue, ...]:
    """Mouth cues for phone segments, none shorter than SHORTEST unless the audio is."""
    shown = [Cue(phone.start, phone.end, _LETTER[phone.symbol] if phone.strength > 0 else "X") for phone in phones]
    return _joined(_unhurried(_joined(shown)))


def to_phones(mouth: Sequence[Cue]) -> tuple[Phone, ...]:
    """Phones that show each cue, so that a Rhubarb file can drive a face; half sure, for nine shapes are few. Gaps are silent."""
    phones: list[Phone] = []
    now = 0.0
    for cue in mouth:
        if cue.start > now + 1e-6:
            phones.append(Phone("sil", now, cue.start, 0.5))
            now = cue.start
        phones.append(Phone(_TYPICAL[cue.shape], now, cue.end, 0.5))
        now = cue.end
    return tuple(phones)


def write_tsv(mouth: Sequence[Cue]) -> str:
    """A line per change, times truncated to hundredths; the last line is the end of the sound."""
    if not mouth:
        return ""
    lines = [f"{_hundredths(cue.start):.2f}\t{cue.shape}" for cue in mouth]
    return "\n".join([*lines, f"{_hundredths(mouth[-1].end):.2f}\tX", ""])


def write_json(mouth: Sequence[Cue], sound_file: str) -> str:
    """The JSON form, with the sound's name and duration."""
    duration = _hundredths(mouth[-1].end) if mouth else 0.0
    listed = [{"start": _hundredths(cue.start), "end": _hundredths(cue.end), "value": cue.shape} for cue in mouth]
    return json.dumps(
        {"metadata": {"soundFile": sound_file, "duration": duration}, "mouthCues": listed}, indent=2, ensure_ascii=False
    )


def read(text: str) -> tuple[Cue, ...]:
    """Either form; cues without length are left out. Raises ParlanceError when it is neither, or times run backwards."""
    try:
        listed = _read_json(text) if text.lstrip().startswith("{") else _read_tsv(text)
    except (ValueError, KeyError, TypeError) as error:
        raise ParlanceError(_NEITHER) from error
    found = tuple(cue for cue in listed if cue.start != cue.end)
    if not found or any(cue.shape not in _SOUNDS for cue in found):
        raise ParlanceError("This file has no mouth cues of the shapes A to H and X in it.")
    ends = [0.0, *(cue.end for cue in found)]
    following = zip(found, ends, strict=False)
    broken = next((cue for cue, before in following if not (before - 1e-6 <= cue.start < cue.end > before)), None)
    if broken is not None or ends[-1] > LONGEST:
        at = ends[-1] if broken is None else broken.start
        raise ParlanceError(f"The mouth cues of this file overlap or run backwards at {at:g} s.")
    return found


def _read_json(text: str) -> tuple[Cue, ...]:
    raw = parse_json(text, _NEITHER)["mouthCues"]
    return tuple(Cue(number(cue["start"]), number(cue["end"]), str(cue["value"])) for cue in raw)


def _read_tsv(text: str) -> tuple[Cue, ...]:
    changes = [(number(time), shape.strip()) for time, shape in (line.split("\t") for line in text.splitlines() if line.strip())]
    return tuple(Cue(start, end, shape) for (start, shape), (end, _) in pairwise(changes))


def _unhurried(mouth: Sequence[Cue]) -> list[Cue]:
    """Cues that are too short give their time away; a seal takes time from its neighbours instead."""
    kept: list[Cue] = []
    for cue in mouth:
        short = cue.end - cue.start < SHORTEST
        if kept and short and cue.shape in _MUST_SHOW:
            start = max(cue.end - SHORTEST, kept[-1].start)
            kept[-1] = replace(kept[-1], end=start)
            kept.append(replace(cue, start=start))
        elif kept and short:
            kept[-1] = replace(kept[-1], end=cue.end)
        else:
            kept.append(cue)
    return kept


def _joined(mouth: Sequence[Cue]) -> tuple[Cue, ...]:
    """Without empty cues, and neighbours of the same shape as one."""
    joined: list[Cue] = []
    for cue in mouth:
        if joined and joined[-1].shape == cue.shape:
            joined[-1] = replace(joined[-1], end=cue.end)
        elif cue.end > cue.start:
            joined.append(cue)
    return tuple(joined)


def _hundredths(seconds: float) -> float:
    return math.floor(seconds * 100 + 1e-6) / 100
