# SPDX-License-Identifier: GPL-3.0-or-later
"""A character's face as its Rig maps use it: measured with its shapes (recognition.py), in millimetres."""

from __future__ import annotations

from ...inference.rigging.calibration import Calibration, calibrated
from ...inference.rigging.rig_map import RigMap
from . import characters


def best(character: characters.Character) -> Calibration | None:
    """The face of all meshes of a character together; None where its shapes do not show a mouth."""
    found = character.recognition.survey if character.recognition else None
    if found is None:
        return None
    drives = {(drive.source, drive.target): drive for face in character.faces for drive in face.rig_map.drives}
    return calibrated(found, RigMap("", tuple(drives.values())))


def of_map(character: characters.Character, rig_map: RigMap) -> Calibration | None:
    """The face as one mesh's map uses it."""
    found = character.recognition.survey if character.recognition else None
    return None if found is None else calibrated(found, rig_map)
