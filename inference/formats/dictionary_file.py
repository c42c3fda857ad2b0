# SPDX-License-Identifier: GPL-3.0-or-later
"""How a project says single words, as a text file: a word, a space or tab, and its sounds in IPA or ARPAbet, one word a line.

Zbigniew  Z B IH1 G N Y EH0 F
# what follows this sign is a remark
Nguyen    ŋwˈiən
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import ParlanceError
from ..pronunciation import spoken

MOST: Final = 100_000


def read(text: str) -> dict[str, str]:
    """Words in small letters → their sounds; of words that stand there twice both ways count, the first as the usual one.

    Raises ParlanceError for a line without sounds, or with some that are neither IPA nor ARPAbet.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        word, _, sounds = bare.replace("\t", " ").partition(" ")
        try:
            spoken.sounds(sounds.strip())
        except ParlanceError as error:
            raise ParlanceError(f"Line {number} of the dictionary does not say how “{word[:40]}” is said: {error}") from error
        key = word.lower()
        found[key] = f"{found[key]}|{sounds.strip()}" if key in found else sounds.strip()
        if len(found) > MOST:
            raise ParlanceError(f"The dictionary has more than {MOST} words; leave out those that are said as usual.")
    return found


def write(words: Mapping[str, str]) -> str:
    """The file, in order of the words."""
    return "".join(f"{word}\t{way}\n" for word, ways in sorted(words.items()) for way in ways.split("|"))
