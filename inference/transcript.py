# SPDX-License-Identifier: GPL-3.0-or-later
"""A known text: which phones it has, and where they are in what was heard.

Pronunciation comes from eSpeak NG where it is installed (any of its languages), or is given as IPA between slashes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

from . import phones as inventory
from .articulation import revise
from .errors import ParlanceError
from .hearing import align
from .performance import Performance

DOUBTFUL: Final = 0.15
"""Mean probability of the aligned phones below which the text is hardly what is said."""
_LANGUAGE_SWITCH: Final = re.compile(r"\([a-z-]+\)")


def heed(performance: Performance, text: str, language: str = "en") -> Performance:
    """The performance with its phones and lips following the text.

    text: what is said, or its IPA between slashes. language: an eSpeak NG voice such as en, de or fr.
    Raises ParlanceError when the text cannot be pronounced here, or does not fit the audio.
    """
    symbols, optional = chain(pronounce(text, language))
    return revise(performance, align(performance.posteriors, symbols, performance.duration, optional=optional))


def pronounce(text: str, language: str) -> list[tuple[str, ...]]:
    """Phones of each word. Raises ParlanceError without eSpeak NG, for a language it lacks, and for text without words."""
    bare = text.strip()
    ipa = bare[1:-1] if len(bare) > 2 and bare[0] == bare[-1] == "/" else _spoken(bare, language)
    words = [inventory.merge(word) for word in ipa.split()]
    if not any(words):
        raise ParlanceError("The text has no words in it.")
    return [word for word in words if word]


def chain(words: Sequence[Sequence[str]]) -> tuple[list[str], list[int]]:
    """All phones in order with a silence around every word, and the positions of the silences, for `align`."""
    symbols = ["sil"]
    for word in words:
        symbols += [*(phone for phone in word if phone != "sil"), "sil"]
    return symbols, [position for position, symbol in enumerate(symbols) if symbol == "sil"]


def is_doubtful(performance: Performance) -> bool:
    """Whether the aligned phones were hardly heard."""
    spoken = [phone for phone in performance.phones if phone.symbol != "sil"]
    return bool(spoken) and sum(phone.confidence for phone in spoken) / len(spoken) < DOUBTFUL


def _spoken(text: str, language: str) -> str:
    program = shutil.which("espeak-ng")
    if program is None:
        raise ParlanceError("Pronouncing a text needs eSpeak NG; install it, or give the text as IPA between slashes.")
    command = [program, "-q", "--ipa", "-b", "1", "-v", language, "--stdin"]
    try:
        said = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise ParlanceError(f"eSpeak NG cannot pronounce this text in the language “{language}”.") from error
    return _LANGUAGE_SWITCH.sub(" ", said.stdout.decode("utf-8", "replace"))
