# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones as other people's networks call them, and what those are among the classes of phones.py."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ... import phones as inventory
from ...arpabet import SOUNDS
from ...errors import ParlanceError
from ...formats.untrusted import read_text
from ...model_file import PHONE_SETS

SILENCES: Final = frozenset({"", "sil", "sp", "spn", "nsn", "pau", "h#", "#", "_", "-", "silence", "<sil>", "<eps>", "epi"})
"""How silence, noise and pauses are called in any set, in small letters."""
LEFT_OUT: Final = "0"
"""What stands in a file for a phone that says nothing, such as the blank of a network that spells."""
PRESENT: Final = 0.1
"""Probability from which a phone of two sounds is taken to be said, so that its first sound comes first."""
_IN_A_WORD: Final = re.compile(r"_[BIES]$")
"""How Kaldi marks where in a word a phone stands."""
_FOLDED: Final = {
    "HV": "h",
    "NX": "ɾ",
    "BCL": "b",
    "DCL": "d",
    "GCL": "g",
    "PCL": "p",
    "TCL": "t",
    "KCL": "k",
    "ENG": "ŋ",
    "AX-H": "ə",
}
"""Names of TIMIT that are not among ours."""
_SAMPA: Final = {
    "A": "ɑ", "B": "β", "C": "ç", "D": "ð", "E": "ɛ", "F": "ɱ", "G": "ɣ", "H": "ɥ", "I": "ɪ", "J": "ɲ", "K": "ɬ", "L": "ʎ",
    "M": "ɯ", "N": "ŋ", "O": "ɔ", "P": "ʋ", "Q": "ɒ", "R": "ʁ", "S": "ʃ", "T": "θ", "U": "ʊ", "V": "ʌ", "W": "ʍ", "X": "χ",
    "Y": "ʏ", "Z": "ʒ", "1": "ɨ", "2": "ø", "3": "ɜ", "4": "ɾ", "6": "ɐ", "7": "ɤ", "8": "ɵ", "9": "œ", "@": "ə", "{": "æ",
    "}": "ʉ", "?": "ʔ", "&": "ɶ", "r\\": "ɹ", "R\\": "ʀ", "s\\": "ɕ", "z\\": "ʑ", "x\\": "ɧ", "h\\": "ɦ", "j\\": "ʝ",
    "p\\": "ɸ", "v\\": "ʋ", "l\\": "ɺ", "L\\": "ʟ", "N\\": "ɴ", "G\\": "ɢ", "B\\": "ʙ", "J\\": "ɟ", "H\\": "ʜ", "X\\": "ħ",
    "M\\": "ɰ", "K\\": "ɮ", "@\\": "ɘ", "3\\": "ɞ", "?\\": "ʕ", "@`": "ɚ", "3`": "ɝ", "r`": "ɽ", "r\\`": "ɻ", "s`": "ʂ",
    "z`": "ʐ", "t`": "ʈ", "d`": "ɖ", "n`": "ɳ", "l`": "ɭ", "_w": "ʷ", "_h": "ʰ", "_j": "ʲ",
}  # fmt: skip
"""X-SAMPA letters that are not IPA already (Wells 1995)."""


@dataclass(frozen=True)
class Translation:
    """A network's phones in ours: for each its classes in the order in which they are said; none for one that says nothing."""

    classes: tuple[tuple[str, ...], ...]

    @cached_property
    def _whole(self) -> NDArray[np.float32]:
        """float32[P, 46] of the phones that are one class."""
        table = np.zeros((len(self.classes), inventory.COUNT), np.float32)
        for row, said in enumerate(self.classes):
            if len(said) == 1:
                table[row, inventory.INDEX[said[0]]] = 1.0
        return table

    def applied(self, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[T, 46] from float32[T, P]; a phone of several sounds is divided in time, a diphthong 60 : 40."""
        result = probabilities @ self._whole
        for column, said in enumerate(self.classes):
            if len(said) > 1:
                shares = _shares(said)
                parts = _divided(probabilities[:, column], np.cumsum(shares)[:-1])
                for part, symbol in zip(parts, said, strict=True):
                    result[:, inventory.INDEX[symbol]] += part
        return np.asarray(result, np.float32)


def translation(names: Sequence[str], phone_set: str = "parlance") -> Translation:
    """What a network's phones are here.

    phone_set: a name of PHONE_SETS, or the path of a file with two columns, a phone of the network's and its IPA on each line.
    Raises ParlanceError for a phone that the set does not have, and where no phone closes the lips: nothing could be sealed.
    """
    table = None if phone_set in PHONE_SETS else _table(Path(phone_set))
    found = tuple(_classes(name, phone_set, table) for name in names)
    if not any(symbol in inventory.BILABIAL for said in found for symbol in said):
        raise ParlanceError("None of the network's phones is a p, b or m; check which phone set it speaks.")
    return Translation(found)


def _classes(name: str, phone_set: str, table: dict[str, str] | None) -> tuple[str, ...]:
    if table is not None:
        if name not in table:
            raise ParlanceError(f"The phone “{name}” of the network is missing in the file of its phones; add a line for it.")
        return () if table[name] == LEFT_OUT else _ipa(table[name], name, "IPA")
    if name.lower() in SILENCES:
        return ("sil",)
    if phone_set == "parlance":
        if name not in inventory.INDEX:
            raise ParlanceError(f"The network's phone “{name}” is none of Parlance's; choose the phone set that it speaks.")
        return (name,)
    if phone_set == "arpabet":
        plain = _IN_A_WORD.sub("", name.upper()).rstrip("012")
        if plain not in SOUNDS and plain not in _FOLDED:
            raise ParlanceError(f"The network's phone “{name}” is not ARPAbet; choose the phone set that it speaks.")
        return tuple(SOUNDS.get(plain, _FOLDED.get(plain, "")).split())
    return _ipa(_from_sampa(name) if phone_set == "x-sampa" else name, name, PHONE_SETS[phone_set].partition(":")[0])


def _ipa(text: str, name: str, called: str) -> tuple[str, ...]:
    if text.lower() in SILENCES:
        return ("sil",)
    try:
        found = inventory.merge(text)
    except ParlanceError:
        found = ()
    if not found:
        raise ParlanceError(f"The network's phone “{name}” is not {called}; choose the phone set that it speaks.")
    return tuple(symbol for place, symbol in enumerate(found) if place == 0 or found[place - 1] != symbol)


def _from_sampa(name: str) -> str:
    """In IPA; a letter stands for itself where the table has no other."""
    bare = name.replace('"', "").replace("%", "").replace(":", "").replace("_^", "").replace("~", "").replace("=", "")
    result, at = "", 0
    while at < len(bare):
        size = next((size for size in (3, 2, 1) if bare[at : at + size] in _SAMPA), 0)
        result += _SAMPA[bare[at : at + size]] if size else bare[at]
        at += max(size, 1)
    return result


def _table(path: Path) -> dict[str, str]:
    rows = [line.split() for line in read_text(path).splitlines() if line.strip()]
    if not rows or any(len(row) != 2 for row in rows):
        raise ParlanceError(f"“{path.name}” is no file of phones: each line needs a phone of the network, a space, and its IPA.")
    return dict(rows)


def _shares(said: Sequence[str]) -> tuple[float, ...]:
    if len(said) == 2 and set(said) <= inventory.VOWEL:
        return (inventory.DIPHTHONG_SPLIT, 1 - inventory.DIPHTHONG_SPLIT)
    return (1 / len(said),) * len(said)


def _divided(track: NDArray[np.float32], cuts: NDArray[np.float64]) -> list[NDArray[np.float32]]:
    """A phone's probability float32[T] as those of its parts: of each stretch in which it is said, by the mass gone by."""
    said = track >= PRESENT
    stretch = np.cumsum(np.diff(said, prepend=False) & said)
    total = np.bincount(stretch, track * said)[stretch]
    gone = np.cumsum(track * said)
    before = np.concatenate([[0.0], np.bincount(stretch, track * said).cumsum()])[stretch]
    place = (gone - before - track / 2) / np.maximum(total, 1e-9)
    part = np.where(said, np.searchsorted(cuts, place), 0)
    return [np.where(part == number, track, 0.0).astype(np.float32) for number in range(len(cuts) + 1)]
