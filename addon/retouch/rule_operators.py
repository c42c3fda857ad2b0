# SPDX-License-Identifier: GPL-3.0-or-later
"""Take a rule that is offered, look where it acts, remove it, keep all of them in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...inference.errors import ParlanceError
from .. import running
from ..lines import lines
from ..panel import selection
from ..panel.operator_base import UNDOABLE, OnCharacter, afterwards, attempt
from ..planning import rules
from ..properties import override_rows, rule_properties
from ..properties.update_callbacks import registered
from ..sequencer import strips
from . import learned, phone_row

FILES: Final = "*.json"


def holder_of(context: bpy.types.Context, *, everybody: bool) -> Any:
    """What has the rules: the character in hand, or the scene. Raises ParlanceError where none is in hand."""
    root = selection.root_here(context)
    if root is None:
        raise ParlanceError("Select a character first.")
    return context.scene if everybody else root


class PARLANCE_OT_rule_take(OnCharacter, Operator):
    """Do this wherever the sound is spoken, in these lines and in those to come; what you set by hand stays as it is."""

    bl_idname = "parlance.rule_take"
    bl_label = "Make It a Rule"
    bl_options: ClassVar = UNDOABLE

    index: IntProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    everybody: BoolProperty(name="All Characters", description="For every character of this scene, not this one alone")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One rebuild of every line it acts on."""
        root = selection.root_here(context)
        found = learned.offered(root)
        if not 0 <= self.index < len(found):
            self.report({"ERROR"}, "This is not offered any more; change some keys the same way again.")
            return {"CANCELLED"}
        offer = found[self.index]
        outcome = attempt(self, lambda: learned.take(root, offer.rule, everybody=self.everybody))
        if outcome == {"FINISHED"}:
            self.report({"INFO"}, f"A rule now. {offer.label}.")
        return outcome


class PARLANCE_OT_rule_show(OnCharacter, Operator):
    """Mark the places where this acts, or would act, below the curves, and go to the next one."""

    bl_idname = "parlance.rule_show"
    bl_label = "Show Next Place"
    bl_options: ClassVar = {"INTERNAL"}

    offer: IntProperty(default=-1, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    index: IntProperty(default=-1, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    everybody: BoolProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The first one after the playhead; after the last comes the first."""
        root = selection.root_here(context)
        try:
            found = self._spots(context, root)
        except ParlanceError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if not found:
            self.report({"INFO"}, "It acts nowhere yet; it will in lines to come.")
            return {"CANCELLED"}
        learned.mark(found)
        phone_row.redraw(context)
        spot = next((each for each in found if each.frame > context.scene.frame_current), found[0])
        line, sequencer = lines.with_token(root, spot.line), strips.sequencer(context)
        strip = lines.strip_of(line, sequencer)
        if strip is not None and lines.sequencer_of(line, sequencer) == sequencer:
            selection.choose(root, strip, sequencer)
        context.scene.frame_set(spot.frame)
        return {"FINISHED"}

    def _spots(self, context: bpy.types.Context, root: Any) -> list[learned.Spot]:
        if self.offer >= 0:
            offered = learned.offered(root)
            rule = offered[self.offer].rule if self.offer < len(offered) else None
            return learned.spots(root, rule, {}) if rule is not None else []
        entries = holder_of(context, everybody=self.everybody).parlance_rules
        if not 0 <= self.index < len(entries):
            raise ParlanceError("There is no such rule; choose one of the list.")
        entry = entries[self.index]
        return learned.spots(root, rules.of(entry), rule_properties.spared(entry))


class PARLANCE_OT_rule_remove(OnCharacter, Operator):
    """Forget this rule: every line is played as before it, your own changes stay."""

    bl_idname = "parlance.rule_remove"
    bl_label = "Remove Rule"
    bl_options: ClassVar = UNDOABLE

    index: IntProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]
    everybody: BoolProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One rebuild of every line it acted on."""
        holder = holder_of(context, everybody=self.everybody)
        if not 0 <= self.index < len(holder.parlance_rules):
            self.report({"ERROR"}, "There is no such rule; choose one of the list.")
            return {"CANCELLED"}
        taken = attempt(self, lambda: override_rows.take_out(holder.parlance_rules, self.index, "set its strength to 0"))
        if taken != {"FINISHED"}:
            return taken
        learned.mark(())
        return afterwards(self, lambda: learned.rebuild(holder))


class PARLANCE_OT_rules_save(OnCharacter, Operator, ExportHelper):
    """Write these rules to a file, for another character or project."""

    bl_idname = "parlance.rules_save"
    bl_label = "Save Rules"
    bl_options: ClassVar = {"REGISTER"}

    filename_ext = ".json"
    filter_glob: StringProperty(default=FILES, options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Those of the character and those of all."""
        from ...inference.formats.rules_file import write_rules

        root = selection.root_here(context)
        every = [rules.of(entry) for entry in rules.entries(root, context.scene)]
        return attempt(self, lambda: write_rules(every, Path(self.filepath)))


class PARLANCE_OT_rules_load(OnCharacter, Operator, ImportHelper):
    """Read rules from a file, and do them to every line of this character."""

    bl_idname = "parlance.rules_load"
    bl_label = "Load Rules"
    bl_options: ClassVar = UNDOABLE

    filter_glob: StringProperty(default=FILES, options={"HIDDEN"})  # type: ignore[valid-type]
    everybody: BoolProperty(name="All Characters", description="For every character of this scene, not this one alone")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """A rule that is there already is not there twice."""
        return attempt(self, lambda: self._load(holder_of(context, everybody=self.everybody), context))

    def _load(self, holder: Any, context: bpy.types.Context) -> None:
        from ...inference.formats.rules_file import read_rules
        from ...inference.learning.offers import words

        root = selection.root_here(context)
        there = {(entry.phones, entry.shapes, entry.kind) for entry in holder.parlance_rules}
        for rule in read_rules(Path(self.filepath)):
            if (" ".join(sorted(rule.phones)), " ".join(rule.shapes), rule.kind) not in there:
                rule_properties.put(holder.parlance_rules.add(), words(rule), rule, learned.by_hand(root, rule))
        learned.rebuild(holder)


def on_strength(entry: Any) -> None:
    """An artist moved the strength of a rule: every line it acts on follows."""
    with running.trouble_in_panel():
        learned.rebuild(entry.id_data)
        running.trouble = ""


CLASSES: Final = (
    PARLANCE_OT_rule_take,
    PARLANCE_OT_rule_show,
    PARLANCE_OT_rule_remove,
    PARLANCE_OT_rules_save,
    PARLANCE_OT_rules_load,
)
register, unregister = registered(CLASSES, rule_properties.on_change, {"strength": on_strength})
