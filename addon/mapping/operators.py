# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons of the mapping panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ..character import characters, driven_controls
from ..panel import character_box
from ..panel.operator_base import UNDOABLE, attempt
from ..plurals import counted
from . import editing, mapping_rows

_names: list[tuple[str, str, str]] = []
"""Kept here because Blender does not keep the texts of a dynamic menu alive."""


def _conventions(_operator: Any, _context: bpy.types.Context) -> list[tuple[str, str, str]]:
    from ...inference.rigging.conventions import conventions

    _names[:] = [(each.key, each.label, f"Shapes named as in {each.label}") for each in conventions()]
    return _names


class OnMapping:
    """An operator on the mapping that the panel shows."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is a mesh to map."""
        return editing.owner_here(context) is not None


def told(operator: Any, context: bpy.types.Context, work: Callable[[Any], str]) -> set[str]:
    """Do something to the mapping here and say what came of it."""
    return attempt(operator, lambda: operator.report({"INFO"}, work(editing.needed_owner(context))))


class PARLANCE_OT_map_show(OnMapping, Operator):
    """List what drives what on this mesh, to look at and to change."""

    bl_idname = "parlance.map_show"
    bl_label = "Show Mapping"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Fill the rows."""
        return attempt(self, lambda: editing.show(editing.needed_owner(context)))


class PARLANCE_OT_map_auto(OnMapping, Operator):
    """Recognise the shapes by their names, forgetting changes made here."""

    bl_idname = "parlance.map_auto"
    bl_label = "Auto-Map"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Recognise and fill the rows."""
        return told(self, context, self._recognise)

    @staticmethod
    def _recognise(owner: Any) -> str:
        rig_map = editing.recognise_again(owner)
        if not rig_map.active:
            raise ParlanceError(f"No shape of “{owner.name}” is known by its name; choose their targets in the list.")
        return f"{rig_map.convention}: {len(rig_map.targets)} of {len(editing.names(owner))} shapes mapped."


class PARLANCE_OT_map_convention(OnMapping, Operator):
    """Map by the names of one convention only."""

    bl_idname = "parlance.map_convention"
    bl_label = "Map as"
    bl_options: ClassVar = UNDOABLE
    bl_property = "convention"

    convention: EnumProperty(name="Convention", items=_conventions)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Put it on."""
        return attempt(self, lambda: editing.use_convention(editing.needed_owner(context), self.convention))


class PARLANCE_OT_map_add(OnMapping, Operator):
    """Let the chosen shape drive another one as well."""

    bl_idname = "parlance.map_add"
    bl_label = "Add Target"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """A new row below the chosen one."""
        mapping = editing.needed_owner(context).parlance_mapping
        if not 0 <= mapping.row < len(mapping.rows):
            return {"CANCELLED"}
        mapping.row = editing.add_drive(mapping.id_data, mapping.row)
        return {"FINISHED"}


class PARLANCE_OT_map_remove(OnMapping, Operator):
    """Let the chosen shape drive nothing."""

    bl_idname = "parlance.map_remove"
    bl_label = "Remove Target"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Empty or remove the chosen row."""
        mapping = editing.needed_owner(context).parlance_mapping
        if not 0 <= mapping.row < len(mapping.rows):
            return {"CANCELLED"}
        editing.remove_drive(mapping.id_data, mapping.row)
        return {"FINISHED"}


class PARLANCE_OT_map_mirror(OnMapping, Operator):
    """Give the right side the gains, ranges and mutes of the left."""

    bl_idname = "parlance.map_mirror"
    bl_label = "Left to Right"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Copy them."""
        return told(self, context, lambda owner: f"{editing.mirror(owner)} shapes follow the left side.")


class PARLANCE_OT_map_rest(OnMapping, Operator):
    """Put all previewed shapes back to zero."""

    bl_idname = "parlance.map_rest"
    bl_label = "Clear Preview"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Back to rest."""
        editing.rest(editing.needed_owner(context))
        return {"FINISHED"}


class PARLANCE_OT_map_measure(OnMapping, Operator):
    """Measure what every mapped shape does to the lips, and look for shapes that are wrong."""

    bl_idname = "parlance.map_measure"
    bl_label = "Measure Face"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Measure."""
        return told(self, context, lambda owner: editing.measure(owner).replace("\n", " "))


class PARLANCE_OT_map_repair(OnMapping, Operator):
    """Turn reversed shapes round, swap those on the wrong side, mute the dead and the duplicate, let faint ones go further."""

    bl_idname = "parlance.map_repair"
    bl_label = "Repair Mapping"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def description(cls, context: bpy.types.Context, _properties: Any) -> str:
        """What is wrong, and what is done about it."""
        character = characters.of(context.view_layer.objects.active)
        told = character_box.flaws(character_box.of(character)) if character is not None else []
        wrong = "; ".join(sentence for sentence, operator in told if operator)
        return f"{wrong}. {cls.__doc__}" if wrong else str(cls.__doc__)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Repair, and measure again."""

        def work(owner: Any) -> str:
            count = editing.repair(owner)
            editing.measure(owner)
            return f"{counted(count, 'shape')} repaired."

        return told(self, context, work)


class PARLANCE_OT_map_controllers(Operator):
    """Where shapes follow controls of the rig, key the controls instead of the shapes."""

    bl_idname = "parlance.map_controllers"
    bl_label = "Key Rig Controls"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where an armature drives shapes."""
        return editing.driven_here(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Take the controls over."""

        def work() -> None:
            character = characters.of(context.view_layer.objects.active)
            if character is None:
                raise ParlanceError("Select the character first.")
            count = driven_controls.take_over(character)
            for face in character.faces:
                for mesh in face.meshes:
                    mapping_rows.fill(mesh, characters.rig_map(mesh))
            self.report({"INFO"}, f"The controls of {count} shapes will be keyed instead of the shapes.")

        return attempt(self, work)


CLASSES: Final = (
    PARLANCE_OT_map_show,
    PARLANCE_OT_map_auto,
    PARLANCE_OT_map_convention,
    PARLANCE_OT_map_add,
    PARLANCE_OT_map_remove,
    PARLANCE_OT_map_mirror,
    PARLANCE_OT_map_rest,
    PARLANCE_OT_map_measure,
    PARLANCE_OT_map_repair,
    PARLANCE_OT_map_controllers,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
