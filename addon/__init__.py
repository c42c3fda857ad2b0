# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that imports bpy. Enabling reads these modules and nothing heavy: no weights, no onnxruntime."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from . import lazy_modules, leaving

MODULES: Final = (
    "preferences",
    "scene.line_text",
    "scene.dictionary",
    "scene.properties",
    "scene.retouch_properties",
    "scene.rule_properties",
    "generate.live",
    "generate.live_tracks",
    "panel.operators",
    "panel.line_operators",
    "panel.idle_panel",
    "panel.presets",
    "panel.moods",
    "panel.density",
    "panel.bug_report",
    "panel.panels",
    "mapping",
    "face_shapes",
    "retouch",
    "words",
    "exchange",
    "captures",
    "dialogue",
    "live",
    "demo_head",
)
"""Registered in this order, unregistered in reverse."""


def register() -> None:
    """Called when the extension is enabled."""
    lazy_modules.postpone()
    for module in _modules():
        module.register()


def unregister() -> None:
    """Called when the extension is disabled."""
    leaving.leave()
    for module in reversed(_modules()):
        module.unregister()


def _modules() -> list[Any]:
    return [import_module(f".{name}", __package__) for name in MODULES]
