# SPDX-License-Identifier: GPL-3.0-or-later
"""What lips can tell apart, and what each phone may be taken for by somebody who sees nothing else."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..phones import BILABIAL, LABIODENTAL, SYMBOLS

_MEMBERS: Final = {
    "silence": frozenset({"sil"}),
    "bilabial": BILABIAL,
    "labiodental": LABIODENTAL,
    "dental": frozenset("θð"),
    "hush": frozenset({"ʃ", "ʒ", "tʃ", "dʒ"}),
    "rounded": frozenset("wuʊoyø"),
    "spread": frozenset("iɪej"),
    "open": frozenset("aɑæɔ"),
}
"""Groups after Fisher (1968), "Confusions among visually perceived consonants", and what vowels do with lips and jaw."""
NEITHER: Final = "neither"
"""All that is made behind the lips, and vowels in the middle."""
CLASSES: Final = (*_MEMBERS, NEITHER)
COUNT: Final = len(CLASSES)
INDEX: Final = {name: place for place, name in enumerate(CLASSES)}
CLASS_OF: Final = {
    symbol: INDEX[next((name for name, members in _MEMBERS.items() if symbol in members), NEITHER)] for symbol in SYMBOLS
}
"""The class of every phone, by its place in CLASSES."""
_ALSO: Final = {
    "hush": ("rounded",),
    "rounded": ("hush",),
    "dental": (NEITHER,),
    NEITHER: ("dental", "hush", "rounded", "spread", "open"),
}
_ALSO_OF_PHONE: Final = {"ʊ": (NEITHER,), "ɪ": (NEITHER,), "e": (NEITHER,), "j": (NEITHER,), "ɔ": ("rounded",)}


def _accepted() -> NDArray[np.float32]:
    found = np.zeros((len(SYMBOLS), COUNT), np.float32)
    for row, symbol in enumerate(SYMBOLS):
        own = CLASSES[CLASS_OF[symbol]]
        for name in (own, *_ALSO.get(own, ()), *_ALSO_OF_PHONE.get(symbol, ())):
            found[row, INDEX[name]] = 1.0
    return found


ACCEPTED: Final = _accepted()
"""float32[P, COUNT]: 1 for classes that a phone may be taken for and still be read right: lips behind which it is made go on
saying what is beside it, and slack vowels are in the middle."""
