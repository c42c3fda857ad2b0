# SPDX-License-Identifier: GPL-3.0-or-later
"""How a project says single words: kept in its scenes, so that every line of the file says them alike."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import CollectionProperty, StringProperty
from bpy.types import PropertyGroup


class ParlanceSaying(PropertyGroup):
    """A word and how it is said; its name is the word in small letters."""

    sounds: StringProperty(name="Sounds", description="In IPA (bɑθ) or ARPAbet (B AA TH)")  # type: ignore[valid-type]


def entries() -> tuple[tuple[str, str], ...]:
    """Every word with its sounds, in order; the shown scene has the last word."""
    found = {each.name: str(each.sounds) for scene in (*bpy.data.scenes, bpy.context.scene) for each in scene.parlance_dictionary}
    return tuple(sorted(found.items()))


def put(scene: Any, word: str, sounds: str) -> None:
    """Say a word so from now on."""
    found = scene.parlance_dictionary.get(word.lower()) or scene.parlance_dictionary.add()
    found.name, found.sounds = word.lower(), sounds


def remove(word: str) -> bool:
    """Say a word as everybody does; whether it was said otherwise."""
    found = False
    for scene in bpy.data.scenes:
        place = scene.parlance_dictionary.find(word.lower())
        if place >= 0:
            scene.parlance_dictionary.remove(place)
            found = True
    return found


def register() -> None:
    """Give scenes their dictionary."""
    bpy.utils.register_class(ParlanceSaying)
    bpy.types.Scene.parlance_dictionary = CollectionProperty(type=ParlanceSaying)


def unregister() -> None:
    """Take it away; what is stored in the file stays there."""
    del bpy.types.Scene.parlance_dictionary
    bpy.utils.unregister_class(ParlanceSaying)
