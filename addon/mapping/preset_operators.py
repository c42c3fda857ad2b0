# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons of rig presets: use one that fits, keep this character's mapping, save it to a file, import one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import IntProperty, StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...inference import outputs
from ...inference.errors import ParlanceError
from ..character import characters
from ..panel.operator_base import UNDOABLE, attempt
from .viseme_operators import here


class _OnCharacter:
    """An operator on the selected character."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where something is selected."""
        return context.view_layer.objects.active is not None


class PARLANCE_OT_rig_preset_use(_OnCharacter, Operator):
    """Map this character as the preset says; the mapping that it has now can be had back by undo."""

    bl_idname = "parlance.rig_preset_use"
    bl_label = "Use Preset"
    bl_options: ClassVar = UNDOABLE

    number: IntProperty(description="Which of those that fit, the best first", min=0, options={"HIDDEN"})  # type: ignore[valid-type]

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        """What it would do."""
        from . import rig_presets

        character = characters.of(context.view_layer.objects.active)
        found = rig_presets.offers_for(character) if character is not None else ()
        if properties.number >= len(found):
            return "Map this character as the preset says"
        offer = found[properties.number]
        return f"“{offer.preset.name}” has {offer.share:.0%} of its names on this rig; it {offer.sentence}"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Put it on."""
        return attempt(self, lambda: self._use(context))

    def _use(self, context: bpy.types.Context) -> None:
        from . import rig_presets

        character = here(context)
        found = rig_presets.offers_for(character)
        if self.number >= len(found):
            raise ParlanceError("No preset fits this rig and would change anything.")
        offer = found[self.number]
        rig_presets.use(character, offer.preset)
        self.report({"INFO"}, f"“{offer.preset.name}” {offer.sentence}.")


class PARLANCE_OT_rig_preset_keep(_OnCharacter, Operator):
    """Keep the mapping, the bones and the own visemes of this character: rigs with the same names are offered them."""

    bl_idname = "parlance.rig_preset_keep"
    bl_label = "Keep as Rig Preset"

    name: StringProperty(name="Name", description="What the family of rigs is called")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for its name."""
        self.name = here(context).root.name
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[no-any-return]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write it."""
        return attempt(self, lambda: self._keep(context))

    def _keep(self, context: bpy.types.Context) -> None:
        from . import rig_presets

        path = rig_presets.keep(rig_presets.preset_of(here(context), self.name))
        self.report({"INFO"}, f"Kept “{path.stem}”; rigs with the same names are offered it.")


class PARLANCE_OT_rig_preset_save(_OnCharacter, Operator, ExportHelper):
    """Save the mapping, the bones and the own visemes of this character to one file, for somebody with the same rig."""

    bl_idname = "parlance.rig_preset_save"
    bl_label = "Export Rig Preset"
    filename_ext = ".json"

    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write it."""
        return attempt(self, lambda: self._save(context))

    def _save(self, context: bpy.types.Context) -> None:
        from ...inference.rigging.rig_presets import to_json
        from . import rig_presets

        path = Path(self.filepath)
        outputs.write(path, (to_json(rig_presets.preset_of(here(context), path.stem)) + "\n").encode())
        self.report({"INFO"}, f"Saved {path.name}.")


class PARLANCE_OT_rig_preset_import(Operator, ImportHelper):
    """Keep a rig preset that somebody saved; it is offered wherever it fits."""

    bl_idname = "parlance.rig_preset_import"
    bl_label = "Import Rig Preset"
    filename_ext = ".json"

    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Read, check and keep it."""
        return attempt(self, self._import)

    def _import(self) -> None:
        from . import rig_presets

        preset = rig_presets.read(Path(self.filepath))
        rig_presets.keep(preset)
        self.report({"INFO"}, f"“{preset.name}” is offered from now on where it fits.")


CLASSES: Final = (
    PARLANCE_OT_rig_preset_use,
    PARLANCE_OT_rig_preset_keep,
    PARLANCE_OT_rig_preset_save,
    PARLANCE_OT_rig_preset_import,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
