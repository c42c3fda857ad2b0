# SPDX-License-Identifier: GPL-3.0-or-later
"""The cast of a scene: who speaks which strips, and what the last run over all of them came to."""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.props import CollectionProperty, EnumProperty, IntProperty, PointerProperty, StringProperty
from bpy.types import PropertyGroup

RESULTS: Final = (("DONE", "Done", ""), ("LEFT", "Left", ""), ("FAILED", "Failed", ""))


def _may_speak(_group: Any, candidate: bpy.types.Object) -> bool:
    return candidate.type in {"MESH", "ARMATURE"}


class ParlancePart(PropertyGroup):
    """Whose voice some strips are."""

    character: PointerProperty(  # type: ignore[valid-type]
        name="Character", description="The face or armature that speaks", type=bpy.types.Object, poll=_may_speak
    )
    pattern: StringProperty(  # type: ignore[valid-type]
        name="Strips", description="Names of strips or sound files, with * and ?, for example anna_*; empty for any"
    )
    track: IntProperty(  # type: ignore[valid-type]
        name="Channel", description="The sequencer channel that the strips are on; 0 for any", min=0, max=128
    )
    audio_channel: IntProperty(  # type: ignore[valid-type]
        name="Of the Sound", description="1 for the left channel of the sound, 2 for the right; 0 for all of it", min=0, max=64
    )
    speaker: StringProperty(name="In the Script", description="What the character is called in a script; empty for its own name")  # type: ignore[valid-type]


class ParlanceReportRow(PropertyGroup):
    """What became of one strip."""

    strip: StringProperty()  # type: ignore[valid-type]
    character: PointerProperty(type=bpy.types.Object)  # type: ignore[valid-type]
    text: StringProperty()  # type: ignore[valid-type]
    result: EnumProperty(items=RESULTS)  # type: ignore[valid-type]


CLASSES: Final = (ParlancePart, ParlanceReportRow)


def register() -> None:
    """The cast lives in the scene."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    bpy.types.Scene.parlance_cast = CollectionProperty(type=ParlancePart)
    bpy.types.Scene.parlance_report = CollectionProperty(type=ParlanceReportRow)


def unregister() -> None:
    """Forget them."""
    del bpy.types.Scene.parlance_report
    del bpy.types.Scene.parlance_cast
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
