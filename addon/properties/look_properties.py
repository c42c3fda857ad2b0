# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored of where a character looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import bpy
from bpy.props import EnumProperty, FloatVectorProperty, PointerProperty, StringProperty

from .update_callbacks import OVERRIDABLE

LOOKS: Final = (
    ("OBJECT", "Object", "An object, one of its bones, or the eyes of the character that it is part of"),
    ("CAMERA", "Camera", "The scene's camera, whichever it is at the time"),
    ("POINT", "Point", "A point of the world"),
    ("AHEAD", "Ahead", "Where the sliders say, whoever is talked with"),
)


def fields(prefix: str, target: str, changed: Callable[[Any, Any], None]) -> dict[str, Any]:
    """What says where to look; the same for the first target and for further ones.

    prefix: of the properties' names; target: the name of the one that points at an object.   changed: called when one is.
    """
    shared: dict[str, Any] = {"update": changed, "override": OVERRIDABLE, "options": set()}
    return {
        f"{prefix}kind": EnumProperty(name="Look At", description="What the eyes rest on", items=LOOKS, **shared),
        target: PointerProperty(
            name="Look At",
            description="The object or character that the eyes rest on; empty for who is talked with, else as the sliders say",
            type=bpy.types.Object,
            update=changed,
            override=OVERRIDABLE,
        ),
        f"{prefix}bone": StringProperty(name="Bone", description="The bone of it; empty for the whole", **shared),
        f"{prefix}point": FloatVectorProperty(
            name="Point", description="Where in the world", size=3, subtype="TRANSLATION", **shared
        ),
    }
