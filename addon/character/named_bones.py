# SPDX-License-Identifier: GPL-3.0-or-later
"""The bones of head and eyes of an armature, known by the common conventions of their names."""

from __future__ import annotations

from typing import Any


def head_bone(armature: Any) -> str:
    """The name of the head bone by the common conventions, empty when there is none."""
    from ...inference.rigging.bones import head_bone as named

    return named(tuple(bone.name for bone in armature.data.bones)) if armature.type == "ARMATURE" else ""


def eye_bones(armature: Any) -> tuple[str, str] | None:
    """Left and right eye bone by the common conventions."""
    from ...inference.rigging.bones import eye_bones as named

    return named(tuple(bone.name for bone in armature.data.bones)) if armature.type == "ARMATURE" else None
