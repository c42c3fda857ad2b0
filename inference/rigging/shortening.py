# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of shapes without what says nothing because all share it: a beginning, an ending, a label, a copy's number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .vocabulary import vocabulary
from .words import COPY_NUMBER, pieces, strange, understood

MANY: Final = 6
"""So many names that have a word which means nothing have it as a label."""
_FEWEST: Final = 4
_NEARLY_ALL: Final = 0.9
_SEPARATORS: Final = "_.:- |/@#\\"
_FIRST_WORD: Final = re.compile(r"[^_.:\- |/@#\\]{2,}[_.:\- |/@#\\]+(?=.{2})")
_VERSION: Final = frozenset({"v", "ver", "version"})


def shortened(meshes: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """{name: what of it tells} of all meshes of a character."""
    copies = {name for mesh in meshes for name in mesh if (plain := COPY_NUMBER.sub("", name)) != name and plain in mesh}
    short: dict[str, str] = {}
    for mesh in meshes:
        plains = {name: name if name in copies else COPY_NUMBER.sub("", name) for name in mesh}
        beginning, ending = shared_beginning(plains.values()), _shared_ending(plains.values())
        short |= {name: plain.removeprefix(beginning).removesuffix(ending) for name, plain in plains.items()}
    return _without_labels(short)


def shared_beginning(names: Iterable[str]) -> str:
    """A beginning that nearly all names have and that ends at a separator, such as “Hero_face_”."""
    return _shared([[name[: i + 1] for i, letter in enumerate(name[:-1]) if letter in _SEPARATORS] for name in names])


def _shared_ending(names: Iterable[str]) -> str:
    """An ending that nearly all names have, that begins at a separator and means nothing, such as “_geo_v02”."""
    return _shared([[text for text in _endings(name) if _says_nothing(text)] for name in names])


def _endings(name: str) -> list[str]:
    return [name[i:] for i, letter in enumerate(name) if i and letter in _SEPARATORS]


def _says_nothing(ending: str) -> bool:
    telling = {word for word in pieces(ending) if not word.isdigit()} - _VERSION - vocabulary().noise
    return telling <= strange(ending)


def _shared(parts: Sequence[Sequence[str]]) -> str:
    """The longest text that is among the parts of nearly all names."""
    if len(parts) < _FEWEST:
        return ""
    counts = Counter(text for each in parts for text in each)
    return max((text for text, count in counts.items() if count >= _NEARLY_ALL * len(parts)), key=len, default="")


def _without_labels(short: Mapping[str, str]) -> dict[str, str]:
    """Names without a first word that many have and that means nothing, such as “LipTrack_” of the shapes of one tracker."""
    first = {name: match[0] for name, text in short.items() if (match := _FIRST_WORD.match(text)) is not None}
    labels = {label for label, count in Counter(first.values()).items() if count >= MANY and not understood(label)}
    return {name: text.removeprefix(first[name]) if first.get(name) in labels else text for name, text in short.items()}
