# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouth cues as Rhubarb Lip Sync writes them: nine mouth shapes, for cut-out and 2-D characters, as TSV, XML or JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree

from ..errors import ParlanceError
from ..performance import Phone
from .mouth_cues import MouthCue, checked, joined, shown_by, unhurried
from .untrusted import number, parse_json

SOUNDS: Final = {
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
"""The nine shapes and the phones that each shows."""
_LETTER: Final = {symbol: letter for letter, symbols in SOUNDS.items() for symbol in symbols.split()}
_TYPICAL: Final = {"A": "m", "B": "s", "C": "ɛ", "D": "ɑ", "E": "ɔ", "F": "u", "G": "f", "H": "l", "X": "sil"}
"""The phone that shows each shape best."""
_MUST_SHOW: Final = frozenset("AG")
"""Shapes that are seen to be missing when they are dropped."""
_NEITHER: Final = "This is no TSV, XML or JSON file of Rhubarb Lip Sync; export it again, or choose another file."


def cues(phones: Sequence[Phone]) -> tuple[MouthCue, ...]:
    """Mouth cues for phone segments, none shorter than SHORTEST unless the audio is."""
    shown = [MouthCue(phone.start, phone.end, _LETTER[phone.symbol] if phone.strength > 0 else "X") for phone in phones]
    return joined(unhurried(joined(shown), _MUST_SHOW))


def to_phones(mouth: Sequence[MouthCue]) -> tuple[Phone, ...]:
    """Phones that show each cue, so that a Rhubarb file can drive a face; half sure, for nine shapes are few. Gaps are silent."""
    return shown_by(mouth, _TYPICAL)


def write_tsv(mouth: Sequence[MouthCue]) -> str:
    """A line per change, times truncated to hundredths; the last line is the end of the sound."""
    if not mouth:
        return ""
    lines = [f"{_hundredths(cue.start):.2f}\t{cue.shape}" for cue in mouth]
    return "\n".join([*lines, f"{_hundredths(mouth[-1].end):.2f}\tX", ""])


def write_json(mouth: Sequence[MouthCue], sound_file: str) -> str:
    """The JSON form, with the sound's name and duration."""
    duration = _hundredths(mouth[-1].end) if mouth else 0.0
    listed = [{"start": _hundredths(cue.start), "end": _hundredths(cue.end), "value": cue.shape} for cue in mouth]
    return json.dumps(
        {"metadata": {"soundFile": sound_file, "duration": duration}, "mouthCues": listed}, indent=2, ensure_ascii=False
    )


def write_xml(mouth: Sequence[MouthCue], sound_file: str) -> str:
    """The XML form, with the sound's name and duration."""
    root = ElementTree.Element("rhubarbResult")
    about = ElementTree.SubElement(root, "metadata")
    ElementTree.SubElement(about, "soundFile").text = sound_file
    ElementTree.SubElement(about, "duration").text = f"{_hundredths(mouth[-1].end) if mouth else 0.0:.2f}"
    listed = ElementTree.SubElement(root, "mouthCues")
    for cue in mouth:
        times = {"start": f"{_hundredths(cue.start):.2f}", "end": f"{_hundredths(cue.end):.2f}"}
        ElementTree.SubElement(listed, "mouthCue", times).text = cue.shape
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def read(text: str) -> tuple[MouthCue, ...]:
    """Any of the forms; cues without length are left out. Raises ParlanceError when it is none, or times run backwards."""
    forms = {"{": _read_json, "<": _read_xml}
    try:
        listed = forms.get(text.lstrip()[:1], _read_tsv)(text)
    except (ValueError, KeyError, TypeError) as error:
        raise ParlanceError(_NEITHER) from error
    return checked(listed, frozenset(SOUNDS), "the shapes A to H and X")


def _read_xml(text: str) -> tuple[MouthCue, ...]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # such a file has none, and what they unfold to has no bound
        raise ParlanceError(_NEITHER)
    try:
        listed = ElementTree.fromstring(text.encode()).iter("mouthCue")
        return tuple(MouthCue(number(cue.attrib["start"]), number(cue.attrib["end"]), str(cue.text).strip()) for cue in listed)
    except (ElementTree.ParseError, RecursionError) as error:
        raise ParlanceError(_NEITHER) from error


def _read_json(text: str) -> tuple[MouthCue, ...]:
    raw = parse_json(text, _NEITHER)["mouthCues"]
    return tuple(MouthCue(number(cue["start"]), number(cue["end"]), str(cue["value"])) for cue in raw)


def _read_tsv(text: str) -> tuple[MouthCue, ...]:
    changes = [(number(time), shape.strip()) for time, shape in (line.split("\t") for line in text.splitlines() if line.strip())]
    return tuple(MouthCue(start, end, shape) for (start, shape), (end, _) in pairwise(changes))


def _hundredths(seconds: float) -> float:
    return math.floor(seconds * 100 + 1e-6) / 100
