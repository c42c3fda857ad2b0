# SPDX-License-Identifier: GPL-3.0-or-later
"""Which network hears: the one chosen in the preferences where it fits, else the one that ships; and what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import bpy

from ..inference.errors import ParlanceError
from ..inference.model_file import PHONE_SETS, ModelFile
from . import preferences

SAID: Final = "SAID"
FILE: Final = "FILE"
PHONE_SET_ITEMS: Final = (
    (SAID, "As It Says", "As the file of the network says"),
    *((name, name.upper() if name != "parlance" else "Parlance", about) for name, about in PHONE_SETS.items()),
    (FILE, "By a File", "As a file of two columns says: a phone of the network's, and its IPA"),
)
INSTEAD: Final = "Parlance's own network hears instead"


def chosen() -> ModelFile | None:
    """What the artist has chosen; None for the network that ships."""
    settings = preferences.of(bpy.context)
    if settings is None or not settings.model_file:
        return None
    path = Path(bpy.path.abspath(settings.model_file))
    sets = {SAID: "", FILE: bpy.path.abspath(settings.phone_file)}
    return ModelFile(path, sets.get(settings.phone_set, settings.phone_set), settings.face)


def trouble() -> str:
    """Why the chosen network cannot hear, in one sentence; empty where it can, or none is chosen."""
    model = chosen()
    if model is None:
        return ""
    from ..inference.hearing import adapters

    try:
        adapters.check(model)
    except ParlanceError as error:
        return str(error)
    return ""


def hears() -> str:
    """What the network is called that would hear now; empty where even the one that ships cannot."""
    from ..inference.hearing import adapters

    model = chosen()
    try:
        return adapters.shipped() if model is None or trouble() else adapters.check(model)
    except ParlanceError:
        return ""


def sentence() -> str:
    """For the preferences and for bug reports: who hears, and what runs it."""
    ships = preferences.engine_sentence()
    if chosen() is None:
        return ships
    wrong = trouble()
    return f"{wrong} Until then {INSTEAD}. {ships}" if wrong else f"{hears()} hears. {ships}"


def heard_otherwise(line: Any) -> str:
    """What another network is called that has heard a line; empty where it was the one that would hear now, or none."""
    name, _, fingerprint = line.model.rpartition(" ")
    if len(fingerprint) != 16 or not set(fingerprint) <= set("0123456789abcdef"):
        return ""
    return name if name != hears() else ""


def draw(layout: bpy.types.UILayout, settings: Any) -> None:
    """The choice, in the preferences."""
    layout.prop(settings, "model_file")
    if settings.model_file:
        layout.prop(settings, "phone_set")
        if settings.phone_set == FILE:
            layout.prop(settings, "phone_file")
        layout.prop(settings, "face")
