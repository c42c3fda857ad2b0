# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouths named after sounds, “talk_AA”, “MouthO_1”, “M_B_P viseme”: letters that mean nothing but beside each other."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from .vocabulary import means, vocabulary
from .words import pieces

_VOWELS: Final = frozenset({"viseme_aa", "viseme_E", "viseme_I", "viseme_O", "viseme_U"})
_FEWEST: Final = {"speech": 2, "mouth": 3, "label": 4}
"""Different vowels that must be there, by what stands before them."""
_SPELLED: Final = 3
"""Different sounds of several letters, “mbp”, “fv”, that tell as much beside a word that says that they are sounds."""
_PHONES: Final = frozenset({"iy", "uw", "ao", "ey"})
"""Spellings of which two tell that the others are the phones of a dictionary."""
_FIRST: Final = frozenset({"1", "01", "0", "00"})
_MOST_LETTERS: Final = 5


@dataclass(frozen=True)
class _Sounds:
    speech: frozenset[str]
    mouth: frozenset[str]
    sounds: Mapping[str, str]
    arpabet: Mapping[str, str]


@dataclass(frozen=True)
class _Named:
    """A name as a sound and what else it says."""

    name: str
    sound: tuple[str, ...]
    beside: frozenset[str]


def by_sounds(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names that are mouths of sounds, each with its viseme. names: each without what all begin with."""
    groups: dict[frozenset[str], list[_Named]] = {}
    for name, text in names.items():
        for named in _readings(name, text):
            groups.setdefault(named.beside, []).append(named)
    for beside, group in groups.items():
        kind = _kind(beside)
        table = _table({letter for named in group for letter in named.sound})
        found = {named.name: viseme for named in group if (viseme := _viseme(named.sound, table)) is not None}
        if kind != "speech":
            found = {name: viseme for name, viseme in found.items() if viseme not in {"viseme_sil", "viseme_L", "viseme_RR"}}
        spelled = {found[named.name] for named in group if named.name in found and len("".join(named.sound)) > 1}
        if len(_VOWELS.intersection(found.values())) >= _FEWEST[kind] or (kind == "speech" and len(spelled) >= _SPELLED):
            yield from found.items()


def _readings(name: str, text: str) -> Iterator[_Named]:
    words = [word for word in pieces(text) if word not in _FIRST]
    if any(word.isdigit() or vocabulary().degrees.get(word) == "weak" for word in words):
        return
    known = _sounds()
    beside = frozenset(word for word in words if word not in known.sounds and word not in known.arpabet)
    letters = tuple(word for word in words if word not in beside)
    if len(letters) > 1 and letters[0] in known.mouth and not beside:  # “m_a”
        letters, beside = letters[1:], frozenset(letters[:1])
    if 1 <= len(letters) <= _MOST_LETTERS and beside and not any(_means_else(word) for word in beside):
        yield _Named(name, letters, frozenset(word for word in beside if word not in vocabulary().degrees))


def _means_else(word: str) -> bool:
    """Whether a word beside a sound says that it is none, such as an eye."""
    known, vocab = _sounds(), vocabulary()
    if word in known.speech or word in known.mouth or word in vocab.noise or word in vocab.degrees:
        return False
    return word in vocab.words or means(word)


def _kind(beside: Collection[str]) -> str:
    if any(word in _sounds().speech for word in beside):
        return "speech"
    return "mouth" if any(word in _sounds().mouth for word in beside) else "label"


def _table(letters: Collection[str]) -> Mapping[str, str]:
    known = _sounds()
    return {**known.sounds, **known.arpabet} if len(_PHONES.intersection(letters)) > 1 else known.sounds


def _viseme(sound: tuple[str, ...], table: Mapping[str, str]) -> str | None:
    """Of one sound, or of several that look the same, “M_B_P”, or that have a name together."""
    together = table.get("".join(sound))
    if together is not None:
        return together
    all_of_them = {table.get(letter) for letter in sound}
    return all_of_them.pop() if len(all_of_them) == 1 else None


@lru_cache(maxsize=1)
def _sounds() -> _Sounds:
    raw = json.loads(Path(__file__).with_name("sounds.json").read_text(encoding="utf-8"))
    return _Sounds(frozenset(raw["speech"]), frozenset(raw["mouth"]), raw["sounds"], raw["arpabet"])
