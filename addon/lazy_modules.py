# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that are read when something of them is first used, so that enabling the extension does not wait for them.

`from . import plan` is then free, and `plan.plan(…)` reads the file. What stands in for a module is an attribute of its
package only: `sys.modules`, which Blender and other add-ons walk through, never holds anything unread.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

MODULES: Final = (
    "inference.idle",
    "inference.keying",
    "inference.rigging",
    "inference.learning",
    "inference.text.dialogue",
    "inference.retouch.phone_track",
    "inference.retouch.retouching",
    "inference.text.script",
    "inference.text.tagging",
    "inference.text.tags",
    "inference.retouch.vocal_track",
    "inference.retouch.word_track",
    "addon.animation.fcurves",
    "addon.sequencer.strips",
    "addon.sequencer.sound",
    "addon.sequencer.decoding",
    "addon.animation.stored",
    "addon.animation.actions",
    "addon.animation.slots",
    "addon.sequencer.excerpt",
    "addon.animation.tidying",
    "addon.character.characters",
    "addon.character.hierarchy",
    "addon.character.controls",
    "addon.character.made_keys",
    "addon.character.mirroring",
    "addon.character.driven_controls",
    "addon.character.viseme_poses",
    "addon.properties.waiting",
    "addon.character.measuring",
    "addon.character.probing",
    "addon.character.joints",
    "addon.character.look_at",
    "addon.character.eyes",
    "addon.character.facing",
    "addon.character.named_bones",
    "addon.animation.nla",
    "addon.character.showing",
    "addon.lines.lines",
    "addon.writing.staged_keys",
    "addon.lines.clearing",
    "addon.lines.frame_transfer",
    "addon.writing.remembering",
    "addon.planning.rig_plan",
    "addon.lines.line_keys",
    "addon.lines.frames",
    "addon.generate.idle",
    "addon.lines.idle_frames",
    "addon.performing.idle_perform",
    "addon.performing.remembered_gaps",
    "addon.planning.idle_plan",
    "addon.lines.joins",
    "addon.generate.looking",
    "addon.planning.line_plan",
    "addon.lines.line_tags",
    "addon.lines.markers",
    "addon.lines.tag_names",
    "addon.planning.line_markers",
    "addon.planning.stray_markers",
    "addon.lines.moving",
    "addon.generate.follow",
    "addon.writing.main_mesh",
    "addon.writing.follower_keys",
    "addon.generate.finish",
    "addon.generate.later",
    "addon.generate.nearby",
    "addon.lines.tracks",
    "addon.generate.texts",
    "addon.planning.text_parts",
    "addon.lines.warping",
    "addon.lines.wordings",
    "addon.lines.data",
    "addon.generate.rebuilding",
    "addon.lines.results",
    "addon.performing.hearing",
    "addon.lines.corrections",
    "addon.planning.rules",
    "addon.planning.syllables",
    "addon.performing.curves",
    "addon.planning.plan",
    "addon.performing.perform",
    "addon.lines.locked_curves",
    "addon.writing.outcomes",
    "addon.writing.write",
    "addon.planning.retouch_plan",
    "addon.lines.retouching",
    "addon.planning.styles",
    "addon.panel.readiness",
    "addon.panel.fixes",
    "addon.mapping.mouth_drawings",
    "addon.mapping.editing",
    "addon.mapping.rig_presets",
    "addon.retouch.changes",
    "addon.dialogue.casting",
    "addon.dialogue.producing",
    "addon.dialogue.script_turns",
    "addon.retouch.learned",
    "addon.captures.said",
    "addon.captures.checking",
    "addon.captures.repair",
    "addon.live.puppet",
    "addon.live.session",
    "addon.live.recorders",
)
"""By their place in the extension."""
EXTENSION: Final = __name__.rpartition(".addon.")[0]
_just_read: list[str] = []
"""Modules that were read since stand-ins were last replaced."""


class _Unread(ModuleType):
    """Stands in for a module; the first look inside reads it."""

    def __getattr__(self, attribute: str) -> Any:
        module = self.__dict__.get("_module")
        if module is None:
            module = self.__dict__["_module"] = import_module(self.__name__)
            _just_read.append(self.__name__)
        return getattr(module, attribute)


def postpone() -> None:
    """Put a stand-in where a module has not been read yet."""
    for name in MODULES:
        full = f"{EXTENSION}.{name}"
        if full not in sys.modules:
            package, _, short = full.rpartition(".")
            setattr(import_module(package), short, _Unread(full))


def complete() -> None:
    """Read what is still unread: before a worker starts, so that it imports nothing of Blender's on its own thread."""
    for name in MODULES:
        import_module(f"{EXTENSION}.{name}")
    _replace_stand_ins()


def settle() -> None:
    """Let who holds a stand-in of what was read by now have the module itself.

    A slider asks a thousand times for something of one, which takes a twentieth of its time.
    """
    if _just_read:
        _replace_stand_ins()


def _replace_stand_ins() -> None:
    _just_read.clear()
    for module in [found for name, found in sys.modules.items() if name.startswith(f"{EXTENSION}.")]:
        for name, held in list(vars(module).items()):
            if isinstance(held, _Unread) and held.__name__ in sys.modules:
                setattr(module, name, sys.modules[held.__name__])
