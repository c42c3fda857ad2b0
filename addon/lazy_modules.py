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
    "addon.scene.fcurves",
    "addon.scene.strips",
    "addon.scene.sound",
    "addon.scene.decoding",
    "addon.scene.stored",
    "addon.scene.actions",
    "addon.scene.slots",
    "addon.scene.excerpt",
    "addon.scene.tidying",
    "addon.scene.characters",
    "addon.scene.hierarchy",
    "addon.scene.controls",
    "addon.scene.mirroring",
    "addon.scene.driven_controls",
    "addon.scene.viseme_poses",
    "addon.scene.waiting",
    "addon.scene.measuring",
    "addon.scene.probing",
    "addon.scene.joints",
    "addon.scene.look_at",
    "addon.scene.eyes",
    "addon.scene.facing",
    "addon.scene.named_bones",
    "addon.scene.nla",
    "addon.scene.showing",
    "addon.scene.lines",
    "addon.generate.staged_keys",
    "addon.generate.clearing",
    "addon.generate.frame_transfer",
    "addon.generate.remembering",
    "addon.generate.rig_plan",
    "addon.generate.line_keys",
    "addon.generate.frames",
    "addon.generate.idle",
    "addon.generate.idle_frames",
    "addon.generate.idle_perform",
    "addon.generate.idle_plan",
    "addon.generate.joins",
    "addon.generate.looking",
    "addon.generate.line_plan",
    "addon.generate.line_tags",
    "addon.generate.tag_names",
    "addon.generate.stray_markers",
    "addon.generate.moving",
    "addon.generate.follow",
    "addon.generate.main_mesh",
    "addon.generate.follower_keys",
    "addon.generate.finish",
    "addon.generate.later",
    "addon.generate.nearby",
    "addon.generate.tracks",
    "addon.generate.texts",
    "addon.generate.text_parts",
    "addon.generate.warping",
    "addon.generate.wordings",
    "addon.generate.data",
    "addon.generate.rebuilding",
    "addon.generate.results",
    "addon.generate.hearing",
    "addon.generate.rules",
    "addon.generate.syllables",
    "addon.generate.curves",
    "addon.generate.plan",
    "addon.generate.perform",
    "addon.generate.locked_curves",
    "addon.generate.outcomes",
    "addon.generate.write",
    "addon.generate.retouch_plan",
    "addon.generate.retouching",
    "addon.generate.styles",
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


class _Unread(ModuleType):
    """Stands in for a module; the first look inside reads it."""

    def __getattr__(self, attribute: str) -> Any:
        module = self.__dict__.get("_module")
        if module is None:
            module = self.__dict__["_module"] = import_module(self.__name__)
        return getattr(module, attribute)


def postpone() -> None:
    """Put a stand-in where a module has not been read yet."""
    for name in MODULES:
        full = f"{EXTENSION}.{name}"
        if full not in sys.modules:
            package, _, short = full.rpartition(".")
            setattr(import_module(package), short, _Unread(full))


def complete() -> None:
    """Read what is still unread: before a worker starts, so that it imports nothing of Blender's on its own thread.

    Whoever holds a stand-in gets the module itself: a slider asks a thousand times for something of one.
    """
    for name in MODULES:
        import_module(f"{EXTENSION}.{name}")
    for module in [found for name, found in sys.modules.items() if name.startswith(f"{EXTENSION}.")]:
        for name, held in list(vars(module).items()):
            if isinstance(held, _Unread):
                setattr(module, name, sys.modules[held.__name__])
