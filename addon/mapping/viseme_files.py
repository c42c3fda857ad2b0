# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's visemes from one character to another: saved to a file and loaded from it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

import bpy
from bpy.props import StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...inference import outputs
from ...inference.errors import ParlanceError
from ..character import controls, viseme_poses
from ..panel.operator_base import UNDOABLE, attempt
from .viseme_operators import here, meshes_of


class PARLANCE_OT_visemes_save(Operator, ExportHelper):
    """Save the visemes of this character to a file, for others with the same rig."""

    bl_idname = "parlance.visemes_save"
    bl_label = "Save Visemes"
    filename_ext = ".json"

    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write it."""
        return attempt(self, lambda: self._save(context))

    def _save(self, context: bpy.types.Context) -> None:
        from ...inference.rigging.own_visemes import to_json

        own = viseme_poses.of(here(context).root)
        if not own.poses:
            raise ParlanceError("This character has no visemes of its own yet; take a pose first.")
        outputs.write(Path(self.filepath), (to_json(own) + "\n").encode())
        self.report({"INFO"}, f"Saved {Path(self.filepath).name}.")


class PARLANCE_OT_visemes_load(Operator, ImportHelper):
    """Load visemes from a file; those of shapes and bones that this character lacks are left out."""

    bl_idname = "parlance.visemes_load"
    bl_label = "Load Visemes"
    bl_options: ClassVar = UNDOABLE
    filename_ext = ".json"

    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it and keep it."""
        return attempt(self, lambda: self._load(context))

    def _load(self, context: bpy.types.Context) -> None:
        from ...inference.formats.untrusted import read_text
        from ...inference.rigging.own_visemes import control_targets, drives, from_json, shape_targets
        from ...inference.rigging.rig_map import RigMap

        own, character = from_json(read_text(Path(self.filepath))), here(context)
        keys = {mesh.data.shape_keys for mesh in meshes_of(character) if mesh.data.shape_keys}
        names = {block.name for key in keys for block in key.key_blocks}
        wanted = RigMap("", drives(own, sorted(control_targets(own)), controls=True))
        reached = controls.reachable(character.body, wanted).targets
        missing = len(shape_targets(own) - names) + len(wanted.targets) - len(reached)
        if not shape_targets(own) & names and not reached:
            raise ParlanceError("Nothing that these visemes move exists on this character; they are for another rig.")
        viseme_poses.store(character.root, own)
        left = f"; {missing} shapes and channels of them do not exist here" if missing else ""
        self.report({"INFO"}, f"{len(own.poses)} visemes loaded{left}.")


CLASSES: Final = (PARLANCE_OT_visemes_save, PARLANCE_OT_visemes_load)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
