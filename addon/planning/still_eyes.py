# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes that nothing turns: what is told where they are to look somewhere."""

from __future__ import annotations

from collections.abc import Iterable

from ...inference.text import tags
from ..character import characters, joints, named_bones

LOOKS = frozenset({"look", "look at"})
"""What directions do that ask for eyes."""


def told(character: characters.Character) -> str:
    """What to tell of a character whose eyes nothing turns; empty where they look where they are told."""
    what = _what_follows(character)
    return f"No shape or bone turns the eyes of “{character.root.name}”: {what} until one does." if what else ""


def of_directions(character: characters.Character, texts: Iterable[str]) -> tuple[str, ...]:
    """The same of directions that say where to look, by the first of them; nothing where there is none."""
    looks = (text for text in texts if (meant := tags.meaning(text)) is not None and meant.does in LOOKS)
    first = next(looks, None)
    if first is None or not (what := _what_follows(character)):
        return ()
    return (f"No shape or bone turns the eyes of “{character.root.name}”: in [{first[:60]}] {what}.",)


def _what_follows(character: characters.Character) -> str:
    """What turns in place of the eyes; empty where those turn."""
    from ...inference.rigging.abilities import abilities

    found = abilities(tuple(face.rig_map for face in character.faces), character.every_control, character.recognition)
    if found.looks or named_bones.eye_bones(character.body) is not None:
        return ""
    lids = any(source.startswith("eyeLook") for source in character.sources)
    return "the head alone follows" if joints.head(character) else "the lids alone follow" if lids else "nothing follows"
