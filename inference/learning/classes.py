# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds that look alike, from all of them down to one phone; and what a change of each shape is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .. import arkit
from .. import phones as inventory


@dataclass(frozen=True)
class PhoneClass:
    """Phones that look alike, and what they are called; its parts are classes of fewer phones."""

    label: str
    phones: frozenset[str]
    parts: tuple[PhoneClass, ...] = ()


GROUPS: Final = (
    ("p, b, m", "p b m"),
    ("f, v", "f v"),
    ("th", "θ ð"),
    ("t, d, n, l", "t d n l ɾ"),
    ("s, z", "s z"),
    ("sh, ch", "ʃ ʒ tʃ dʒ"),
    ("r", "ɹ r"),
    ("k, g and throat sounds", "k g ŋ ç x h ʔ"),
    ("w", "w"),
    ("y", "j"),
    ("ee", "i ɪ"),
    ("e", "e ɛ"),
    ("wide open vowels", "æ a ɑ"),
    ("uh", "ə ʌ ɝ"),
    ("o", "ɔ o"),
    ("oo", "ʊ u y ø"),
)
"""Consonants and vowels that animators draw alike, and what they call them."""


def _tree() -> PhoneClass:
    groups = [PhoneClass(label, frozenset(names.split()), _singles(names.split())) for label, names in GROUPS]
    vowels = tuple(group for group in groups if group.phones <= inventory.VOWEL)
    consonants = tuple(group for group in groups if not group.phones & inventory.VOWEL)
    halves = (_whole("all vowels", vowels), _whole("all consonants", consonants))
    return _whole("all sounds", halves)


def _whole(label: str, parts: tuple[PhoneClass, ...]) -> PhoneClass:
    return PhoneClass(label, frozenset().union(*(part.phones for part in parts)), parts)


def _singles(names: list[str]) -> tuple[PhoneClass, ...]:
    return tuple(PhoneClass(f"“{name}”", frozenset({name})) for name in names) if len(names) > 1 else ()


EVERYTHING: Final = _tree()
"""All sounds, with ever smaller classes inside."""


def label_of(phones: frozenset[str], sounds: PhoneClass = EVERYTHING) -> str:
    """What phones are called together: the name of their class, or one by one."""
    if sounds.phones == phones:
        return sounds.label
    found = next((label_of(phones, part) for part in sounds.parts if phones <= part.phones), "")
    return found or ", ".join(f"“{name}”" for name in inventory.SYMBOLS if name in phones)


WORDS: Final[dict[str, tuple[str, str]]] = {
    "jawOpen": ("jaw opened further", "jaw opened less"),
    "jawForward": ("jaw further forward", "jaw further back"),
    "mouthClose": ("lips closer together", "lips further apart"),
    "mouthFunnel": ("lips funnelled more", "lips funnelled less"),
    "mouthPucker": ("lips puckered more", "lips puckered less"),
    "mouthSmile": ("corners higher", "corners lower"),
    "mouthFrown": ("corners pulled down more", "corners pulled down less"),
    "mouthDimple": ("corners tightened more", "corners tightened less"),
    "mouthStretch": ("lips stretched wider", "lips stretched less"),
    "mouthRollLower": ("lower lip tucked deeper", "lower lip tucked less"),
    "mouthRollUpper": ("upper lip tucked deeper", "upper lip tucked less"),
    "mouthShrugLower": ("lower lip pushed up more", "lower lip pushed up less"),
    "mouthShrugUpper": ("upper lip pushed up more", "upper lip pushed up less"),
    "mouthPress": ("lips pressed more", "lips pressed less"),
    "mouthLowerDown": ("lower lip lowered more", "lower lip lowered less"),
    "mouthUpperUp": ("upper lip raised more", "upper lip raised less"),
    "tongueOut": ("tongue shown more", "tongue shown less"),
    "cheekPuff": ("cheeks puffed more", "cheeks puffed less"),
}
"""What more and less of a shape is called; both sides of a pair are one. Other shapes do not follow what is said."""


def base_of(shape: str) -> str:
    """A shape's name without its side: mouthLeft and jawRight have none, for there the side is the shape."""
    base = shape.removesuffix("Left").removesuffix("Right")
    return base if base in WORDS else shape


def shapes_of(base: str) -> tuple[str, ...]:
    """The ARKit shapes of a base name."""
    return (base,) if base in arkit.INDEX else (base + "Left", base + "Right")
