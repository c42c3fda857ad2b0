# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone inventory: merged IPA classes that look different enough on a face, for every language.

Diphthongs are two phones, split 60 : 40 (science of visemes: the first part is held longer).
"""

from __future__ import annotations

from typing import Final

SYMBOLS: Final[tuple[str, ...]] = (
    "sil",
    "p", "b", "m", "f", "v", "θ", "ð", "t", "d", "n", "l", "ɾ", "s", "z", "ʃ", "ʒ", "tʃ", "dʒ", "ɹ", "r",
    "k", "g", "ŋ", "ç", "x", "h", "ʔ", "w", "j",
    "i", "ɪ", "y", "e", "ɛ", "ø", "æ", "a", "ɑ", "ə", "ʌ", "ɝ", "ɔ", "o", "ʊ", "u",
)  # fmt: skip
COUNT: Final = len(SYMBOLS)
INDEX: Final[dict[str, int]] = {symbol: index for index, symbol in enumerate(SYMBOLS)}
